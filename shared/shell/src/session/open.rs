//! From flags to a [`Session`].

use igw_core::facts::{Laid, Maker, Said, Store};
use igw_core::kube::Kind;
use igw_core::text;

use super::fill::fill;
use super::session::{FileWorld, Home, Session};
use crate::cluster::{Live, config};
use crate::exit::Failure;
use crate::flags::{ClusterFlags, InputFlags, ReadFlags};
use crate::input::bundle;
use crate::input::files::{self, Drafts, Input, Problem};
use crate::input::tree::{self, TreeTold};
use crate::product::Product;

/// What decides where a run reads.
pub struct Opening<'a> {
    pub product: &'static dyn Product,
    pub input: &'a InputFlags,
    pub cluster: &'a ClusterFlags,
    /// `-n`
    pub namespace: Option<&'a str>,
    /// What the user said, by `--assume` and flags of the product.
    pub said: Said,
    /// The kinds whose statuses are wanted as they were written.
    pub statuses_of: &'static [Kind],
    /// What files are to be like.
    pub drafts: Drafts,
}

impl<'a> Opening<'a> {
    /// What the flags say.
    ///
    /// # Errors
    /// When an assumption is not understood.
    pub fn new(
        product: &'static dyn Product,
        input: &'a InputFlags,
        cluster: &'a ClusterFlags,
        namespace: &'a Option<String>,
    ) -> Result<Opening<'a>, Failure> {
        let (namespace, said) = (namespace.as_deref(), input.said(product)?);
        Ok(Opening {
            product,
            input,
            cluster,
            namespace,
            said,
            statuses_of: &[],
            drafts: Drafts::default(),
        })
    }

    /// The same for the flags of most commands.
    ///
    /// # Errors
    /// When an assumption is not understood.
    pub fn of(product: &'static dyn Product, read: &'a ReadFlags) -> Result<Opening<'a>, Failure> {
        Opening::new(product, &read.input, &read.cluster, &read.scope.namespace)
    }
}

/// Reads what the flags name. Of a cluster nothing is asked yet.
///
/// # Errors
/// When nothing can be read; single files that cannot be read are in [`Input::problems`].
pub fn open(opening: Opening) -> Result<Session, Failure> {
    let flags = opening.input;
    if flags.demo && flags.has_files() && !flags.overlay {
        return Err(Failure::usage("--demo cannot be combined with -f or -k"));
    }
    if flags.overlay {
        return overlay(opening);
    }
    if flags.bundle.is_some() && (flags.demo || flags.has_files()) {
        return Err(Failure::usage(
            "--bundle cannot be combined with --demo, nor with -f without --overlay",
        ));
    }
    match flags.demo || flags.has_files() {
        true => manifests(opening),
        false => cluster(opening),
    }
}

fn manifests(opening: Opening) -> Result<Session, Failure> {
    let Opening { product, input: flags, namespace, said, drafts, .. } = opening;
    let mode = if flags.demo { "demo" } else { "files" };
    let mut input = match flags.demo {
        true => {
            let demo = &mut product.demo().as_bytes();
            files::read_as_drafted(&["-".to_owned()], demo, &drafts)
        }
        false => read(flags, &drafts),
    };
    if let (true, Some(file)) = (flags.demo, input.files.first_mut()) {
        file.name = "<demo>".to_owned();
    }
    let mut config_files = product.take_config_files(&mut input);
    if config_files.is_empty() {
        nothing_read(&mut input, product.wants());
    }
    let openness = flags.openness()?;
    let options = flags.tree(product, namespace)?;
    let (worlds, told) = tree::worlds(&mut input, &options);
    let mut all = Vec::new();
    for tree in worlds {
        let documents = tree.manifests.iter().map(|own| own.origin.document).collect();
        let name = tree.name.clone();
        let mut store = Store::for_files(openness, said.clone());
        store.objects = config_files.len();
        // A file that is in no world is judged once.
        store.config_files = std::mem::take(&mut config_files);
        fill(&mut store, &mut input, tree);
        if let Some(world) = &mut store.world {
            world.makers.extend(unread(&input));
        }
        all.push(FileWorld { name, documents, store });
    }
    let store = all.first_mut().map(|world| std::mem::take(&mut world.store));
    let store = store.unwrap_or_else(|| Store::for_files(openness, said));
    let (worlds, over, home) = (all, Vec::new(), None);
    Ok(Session { product, store, worlds, entered: 0, told, input, mode, home, live: None, over })
}

/// The files of `-f`, and those below the directories of `-k`, which are built later.
fn read(flags: &InputFlags, drafts: &Drafts) -> Input {
    let paths: Vec<String> = flags.files.iter().chain(&flags.kustomize).cloned().collect();
    let mut input = files::read_as_drafted(&paths, &mut std::io::stdin().lock(), drafts);
    let real = |path: &String| std::fs::canonicalize(path).ok().map(|real| (real, path.clone()));
    input.to_build = flags.kustomize.iter().filter_map(real).collect();
    input
}

/// The cluster of the flags, to be asked or as it was saved.
fn cluster(opening: Opening) -> Result<Session, Failure> {
    let Opening { product, input: flags, cluster, namespace, said, statuses_of, .. } = opening;
    let (input, over) = (Input::default(), Vec::new());
    if let Some(file) = &flags.bundle {
        let mut store = Store::for_cluster(said);
        store.keeps_statuses_of = statuses_of;
        let head = bundle::read(file, &mut store)?;
        let clean = |text: String| text::clip(&text::clean(&text), 200);
        let home = Home {
            context: head.context.map(clean),
            namespace: head.namespace.clone().map(clean),
            judged: head.namespace.map(clean),
            taken: Some(clean(head.taken)),
        };
        let home = Some(home);
        let (worlds, told, mode) = (Vec::new(), TreeTold::default(), "bundle");
        return Ok(Session {
            product,
            store,
            worlds,
            entered: 0,
            told,
            input,
            mode,
            home,
            live: None,
            over,
        });
    }
    let around = config::of_this_process();
    let target = config::resolve(cluster, namespace, &around)?;
    let (context, namespace) = (target.context.clone(), target.namespace.clone());
    let agent = concat!("kubectl-igw/", env!("CARGO_PKG_VERSION"));
    let link = config::connect(target, cluster, agent)?;
    let live = Live::new(link, context.clone(), namespace.clone(), product.reads());
    let judged = Some(namespace.clone());
    let home = Some(Home { context, namespace: Some(namespace), judged, taken: None });
    let mut store = Store::for_cluster(said);
    store.keeps_statuses_of = statuses_of;
    let (worlds, told, live) = (Vec::new(), TreeTold::default(), Some(live));
    let (mode, entered) = ("live", 0);
    Ok(Session { product, store, worlds, entered, told, input, mode, home, live, over })
}

/// The cluster, and the files to be laid over it.
fn overlay(opening: Opening) -> Result<Session, Failure> {
    let (flags, namespace) = (opening.input, opening.namespace.map(str::to_owned));
    if flags.demo {
        return Err(Failure::usage("--overlay needs a cluster: leave out --demo"));
    }
    if !flags.has_files() {
        return Err(Failure::usage("--overlay needs files: -f FILE or -k DIR"));
    }
    let mut session = cluster(opening)?;
    let mut input = read(flags, &Drafts::default());
    if let [config, ..] = session.product.take_config_files(&mut input).as_slice() {
        let message = format!("{}: --overlay needs the object that holds it", config.name);
        return Err(Failure::usage(message).hint("give the ConfigMap in which it is mounted"));
    }
    nothing_read(&mut input, session.product.wants());
    let (worlds, told) = tree::worlds(&mut input, &flags.tree(session.product, None)?);
    let [tree::TreeWorld { manifests, .. }] = <[_; 1]>::try_from(worlds).map_err(|worlds| {
        let names: Vec<&str> = worlds.iter().map(|world| world.name.as_str()).collect();
        let names = text::some_of(&names, 4);
        Failure::usage(format!("the files are several worlds, and one is laid over: {names}"))
            .hint("give one of these directories")
    })?;
    session.told = told;
    let laid =
        |manifest: files::Manifest| Laid { origin: manifest.origin, object: input.whole(manifest) };
    session.over = manifests.into_iter().map(laid).collect();
    // A change may do harm in any namespace.
    if let Some(home) = &mut session.home {
        home.judged = namespace;
    }
    session.input = input;
    session.mode = "overlay";
    session.store.overlaid = true;
    Ok(session)
}

/// The files that could not be read, or not whole: they may hold what is missing.
fn unread(input: &Input) -> Option<Maker> {
    let mut files: Vec<&str> =
        input.problems.iter().filter_map(|problem| problem.file.as_deref()).collect();
    files.dedup();
    (!files.is_empty()).then(|| Maker::of(text::some_of(&files, 2), None))
}

/// Files without a single Kubernetes object are most likely the wrong files. An empty List, as
/// `kubectl get` prints it, is an answer, and charts and values of charts are named as not rendered.
fn nothing_read(input: &mut Input, wanted: &str) {
    let telling = |own: &Maker| !own.hosts.is_empty() || own.name.contains("bifrost");
    let is_something = input.skipped < input.documents.len()
        || !input.charts.is_empty()
        || tree::loose_values(input).iter().any(telling);
    if !input.problems.is_empty() || is_something {
        return;
    }
    let names: Vec<&str> = input.files.iter().map(|file| file.name.as_str()).collect();
    let message = match input.skipped {
        0 => "the files contain no document".to_owned(),
        _ => format!("no document in {} is a Kubernetes object", text::some_of(&names, 3)),
    };
    let hint = Some(format!("give {wanted}"));
    input.problems.push(Problem { file: None, line: None, column: None, message, hint });
}
