//! From files to a [`Store`].

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use igw_core::facts::{Cx, Loose, Origin, Scope, Settings, Store, decode, lay};
use igw_core::report::{Excerpt, Location, Unread};
use igw_core::{settle, words};

use serde_json::Value;

use crate::bundle;
use crate::cli::Common;
use crate::clock;
use crate::cluster::{self, Live};
use crate::exit::Failure;
use crate::files::{self, Input, Manifest, Problem};

/// What a run reads.
pub struct Loaded {
    /// The knowledge.
    pub store: Store,
    /// The texts.
    pub input: Input,
    /// `live`, `bundle`, `files` or `demo`.
    pub mode: &'static str,
    /// The cluster that the knowledge is of; `None` for files.
    pub home: Option<Home>,
    /// The cluster that can be asked for more; `None` for files.
    pub live: Option<Live>,
    /// What is to be laid over the cluster.
    over: Vec<Manifest>,
}

/// A cluster that is known, whether it is asked or was saved.
pub struct Home {
    /// The context's name.
    pub context: Option<String>,
    /// The namespace that objects without one belong to; `None` in a bundle of all namespaces.
    pub namespace: Option<String>,
    /// The namespace that is judged; `None`: all.
    pub judged: Option<String>,
    /// When it was saved, RFC 3339.
    pub taken: Option<String>,
}

/// Reads what the flags name. `demo` is the text of the built-in example.
///
/// # Errors
/// When nothing is named; what cannot be read is in [`Input::problems`].
pub fn load(common: &Common, demo: &'static str) -> Result<Loaded, Failure> {
    load_with(common, demo, "the manifests of the Gateway and its routes", |_| Vec::new())
}

/// The same for a plugin that reads other files, too: `loose` takes them out of the input. `wanted`
/// is what somebody should give who gave nothing of use.
///
/// # Errors
/// As [`load`].
pub fn load_with(
    common: &Common,
    demo: &'static str,
    wanted: &str,
    loose: impl FnOnce(&mut Input) -> Vec<Loose>,
) -> Result<Loaded, Failure> {
    let mode = if common.demo { "demo" } else { "files" };
    if common.demo && !common.files.is_empty() && !common.overlay {
        return Err(Failure::usage("--demo and -f exclude each other"));
    }
    if common.overlay {
        return overlay(common, wanted);
    }
    if common.bundle.is_some() && (common.demo || !common.files.is_empty()) {
        return Err(Failure::usage("--bundle excludes --demo, and -f without --overlay"));
    }
    if !common.demo && common.files.is_empty() {
        return cluster_of(common);
    }
    let mut input = match mode {
        "demo" => files::read(&["-".to_owned()], &mut demo.as_bytes()),
        _ => files::read(&common.files, &mut std::io::stdin().lock()),
    };
    if mode == "demo"
        && let Some(file) = input.files.first_mut()
    {
        file.name = "<demo>".to_owned();
    }
    let loose = loose(&mut input);
    if loose.is_empty() {
        nothing_read(&mut input, wanted);
    }
    let mut store = Store::for_files(common.openness(), common.settings()?);
    if let Some(world) = &mut store.world {
        world.unread = unread(&input);
    }
    store.objects = loose.len();
    store.loose = loose;
    fill(&mut store, &mut input, common.namespace.as_deref().unwrap_or("default"));
    Ok(Loaded { store, input, mode, home: None, live: None, over: Vec::new() })
}

/// The cluster of the flags, to be asked or as it was saved.
fn cluster_of(common: &Common) -> Result<Loaded, Failure> {
    let (input, over) = (Input::default(), Vec::new());
    let settings = common.settings()?;
    if let Some(file) = &common.bundle {
        let (home, store) = saved(file, settings)?;
        return Ok(Loaded { store, input, mode: "bundle", home: Some(home), live: None, over });
    }
    let live = live(common)?;
    let (context, namespace) = (live.context.clone(), Some(live.namespace.clone()));
    let judged = namespace.clone();
    let home = Some(Home { context, namespace, judged, taken: None });
    let store = Store::for_cluster(settings);
    Ok(Loaded { store, input, mode: "live", home, live: Some(live), over })
}

/// The cluster, and the files to be laid over it.
fn overlay(common: &Common, wanted: &str) -> Result<Loaded, Failure> {
    if common.demo {
        return Err(Failure::usage("--overlay lays files over a cluster: leave out --demo"));
    }
    let mut loaded = cluster_of(common)?;
    let mut input = files::read(&common.files, &mut std::io::stdin().lock());
    nothing_read(&mut input, wanted);
    loaded.over = std::mem::take(&mut input.manifests);
    // A change may do harm in any namespace.
    if let Some(home) = &mut loaded.home {
        home.judged = common.namespace.clone();
    }
    loaded.input = input;
    loaded.mode = "overlay";
    loaded.store.overlaid = true;
    Ok(loaded)
}

/// A bundle: all that is known is in it.
fn saved(file: &str, settings: Settings) -> Result<(Home, Store), Failure> {
    let (head, store) = bundle::read(file, settings)?;
    let text = |text: String| words::clip(&words::clean(&text), 200);
    let home = Home {
        context: head.context.map(text),
        namespace: head.namespace.clone(),
        judged: head.namespace,
        taken: Some(text(head.taken)),
    };
    Ok((home, store))
}

/// The cluster that the flags and the kubeconfig lead to. Nothing is asked yet.
fn live(common: &Common) -> Result<Live, Failure> {
    let flags = &common.cluster;
    let around = cluster::surroundings();
    let target = cluster::resolve(flags, common.namespace.as_deref(), &around)?;
    let (context, namespace) = (target.context.clone(), target.namespace.clone());
    let agent = concat!("kubectl-igw/", env!("CARGO_PKG_VERSION"));
    let link = cluster::connect(target, flags, agent)?;
    Ok(Live::new(link, context, namespace))
}

/// The files that could not be read, or not whole.
fn unread(input: &Input) -> Option<String> {
    let mut files: Vec<&str> =
        input.problems.iter().filter_map(|problem| problem.file.as_deref()).collect();
    files.dedup();
    (!files.is_empty()).then(|| words::some_of(&files, 2))
}

/// Files without a single Kubernetes object are most likely the wrong files. An empty List, as
/// `kubectl get` prints it, is an answer.
fn nothing_read(input: &mut Input, wanted: &str) {
    if !input.problems.is_empty() || input.skipped < input.documents.len() {
        return;
    }
    let names: Vec<&str> = input.files.iter().map(|file| file.name.as_str()).collect();
    let message = match input.skipped {
        0 => "there is no document in the files given".to_owned(),
        _ => format!("no document in {} is a Kubernetes object", words::some_of(&names, 3)),
    };
    let hint = Some(format!("give {wanted}"));
    input.problems.push(Problem { file: None, line: None, column: None, message, hint });
}

fn fill(store: &mut Store, input: &mut Input, namespace: &str) {
    let manifests = std::mem::take(&mut input.manifests);
    let mut repeated = repeated(&manifests).into_iter().peekable();
    let mut seen: BTreeMap<usize, (u64, files::Origin)> = BTreeMap::new();
    for (index, manifest) in manifests.into_iter().enumerate() {
        if let Some((_, object)) = repeated.next_if(|(own, _)| *own == index) {
            let mut hasher = DefaultHasher::new();
            manifest.value.to_string().hash(&mut hasher);
            let hash = hasher.finish();
            if let Some((other, first)) = seen.insert(object, (hash, manifest.origin))
                && other != hash
            {
                let (_, _, namespace, name) = identity(&manifest);
                let full_name = match namespace {
                    "" => name.to_owned(),
                    namespace => format!("{namespace}/{name}"),
                };
                let title = format!("{} {full_name}", text(&manifest.value, "kind"));
                twice(input, first, manifest.origin, &title);
            }
        }
        let files::Origin { file, document, item } = manifest.origin;
        decode(store, manifest.value, Origin { file, document, item }, namespace);
    }
}

/// The manifests of objects that are there more than once: index, and a number for the object.
fn repeated(manifests: &[Manifest]) -> Vec<(usize, usize)> {
    let mut first: HashMap<_, usize> = HashMap::with_capacity(manifests.len());
    let mut out = Vec::new();
    for (index, manifest) in manifests.iter().enumerate() {
        match first.entry(identity(manifest)) {
            Entry::Vacant(entry) => drop(entry.insert(index)),
            Entry::Occupied(entry) => {
                out.push((*entry.get(), *entry.get()));
                out.push((index, *entry.get()));
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Group, kind, namespace and name: what makes two manifests one object.
fn identity(manifest: &Manifest) -> (&str, &str, &str, &str) {
    let (value, metadata) = (&manifest.value, &manifest.value["metadata"]);
    let group = text(value, "apiVersion").split_once('/').map_or("", |(group, _)| group);
    (group, text(value, "kind"), text(metadata, "namespace"), text(metadata, "name"))
}

fn text<'a>(object: &'a Value, member: &str) -> &'a str {
    object[member].as_str().unwrap_or_default()
}

/// The same object with two contents: `kubectl apply` would leave the later one.
fn twice(input: &mut Input, first: files::Origin, again: files::Origin, title: &str) {
    let at = |origin| input.locate(origin, "/metadata/name");
    let (first, again) = (at(first), at(again));
    let place = first.map(|l| format!("{}:{}", l.file, l.line)).unwrap_or_default();
    input.problems.push(Problem {
        file: again.as_ref().map(|l| l.file.clone()),
        line: again.as_ref().map(|l| l.line),
        column: again.as_ref().map(|l| l.column),
        message: format!("{title} is here a second time, with another content than at {place}"),
        hint: Some("the later one is judged, as kubectl apply would leave it; remove one".into()),
    });
}

impl Loaded {
    /// Forgets what is known of the cluster, to read it again.
    pub fn again(&mut self, settings: Settings) {
        self.store = Store::for_cluster(settings);
        if let Some(live) = &mut self.live {
            live.again();
        }
    }

    /// Whether files are to be laid over the cluster.
    pub fn has_overlay(&self) -> bool {
        !self.over.is_empty()
    }

    /// Lays the files over what is known of the cluster, once.
    pub fn lay(&mut self) {
        let namespace = self.home.as_ref().and_then(|home| home.namespace.clone());
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let now = clock::now();
        for manifest in std::mem::take(&mut self.over) {
            let files::Origin { file, document, item } = manifest.origin;
            let origin = Origin { file, document, item };
            lay(&mut self.store, manifest.value, origin, &namespace, &now);
        }
    }

    /// What is judged: of a cluster the current namespace, unless all are wanted.
    ///
    /// # Errors
    /// When the selector is not understood.
    pub fn scope(&self, common: &Common, names: &[String]) -> Result<Scope, Failure> {
        let mut scope = common.scope(names)?;
        if common.cluster.all_namespaces {
            scope.namespace = None;
            return Ok(scope);
        }
        let home = self.home.as_ref().and_then(|home| home.judged.as_ref());
        let Some(namespace) = home.filter(|_| common.namespace.is_none() || self.live.is_some())
        else {
            return Ok(scope);
        };
        if scope.names.iter().any(|name| name.contains('/')) && common.namespace.is_none() {
            for name in scope.names.iter_mut().filter(|name| !name.contains('/')) {
                *name = format!("{namespace}/{name}");
            }
        } else {
            scope.namespace = Some(namespace.clone());
        }
        Ok(scope)
    }

    /// Where things were looked for, in words.
    pub fn place(&self) -> String {
        let Some(home) = &self.home else { return "the input".to_owned() };
        let what = if self.live.is_some() { "the cluster" } else { "the bundle" };
        match &home.context {
            Some(context) => format!("{what} of context {context}"),
            None => what.to_owned(),
        }
    }

    /// The flags that lead kubectl to the same cluster as the same person, as they were given.
    pub fn flags(&self) -> &str {
        self.live.as_ref().map_or("", |live| live.flags())
    }

    /// Works something out of the facts; of a cluster, what it misses is read.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn look<T: PartialEq>(
        &mut self,
        scope: &Scope,
        work: impl Fn(&Cx) -> T,
    ) -> Result<T, Failure> {
        let Some(live) = &mut self.live else { return Ok(work(&Cx::new(&self.store, scope))) };
        let mut out = settle::follow(&mut self.store, scope, live, &work);
        let once = |store: &Store| {
            let cx = Cx::new(store, scope);
            (work(&cx), cx.into_asks())
        };
        if live.version_matters(&mut self.store, once) {
            out = settle::follow(&mut self.store, scope, live, &work);
        }
        live.usable()?;
        Ok(out)
    }

    /// Where a field of an object stands.
    pub fn locate(&self, origin: Origin, pointer: &str) -> Option<Location> {
        let Origin { file, document, item } = origin;
        let found = self.input.locate(files::Origin { file, document, item }, pointer)?;
        let text = &self.input.files.get(file as usize)?.text;
        let excerpt = Excerpt::cut(text, found.start_byte, found.end_byte, found.line);
        Some(Location {
            file: found.file,
            line: found.line,
            column: found.column,
            end_line: found.end_line,
            end_column: found.end_column,
            inner: None,
            excerpt,
        })
    }

    /// Says on stderr what could not be read; returns whether there was anything.
    pub fn complain(&self) -> bool {
        for problem in &self.input.problems {
            eprintln!("{}", problem.failure());
        }
        !self.input.problems.is_empty()
    }

    /// What could not be read, for reports.
    pub fn unread(&self) -> Vec<Unread> {
        let unread = |problem: &Problem| Unread {
            file: problem.file.clone(),
            line: problem.line,
            column: problem.column,
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        };
        self.input.problems.iter().map(unread).collect()
    }
}
