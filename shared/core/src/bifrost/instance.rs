//! The Bifrosts in the input: a workload with its configuration, or a configuration alone.

use std::rc::Rc;

use crate::facts::views::{
    ConfigMap, Container, Entry, FileSource, PodTemplate, Secret, Volume, Workload,
};
use crate::facts::{Cx, Fact, Hidden, Meta, Release, pointer};
use crate::finding::{Finding, Inner};

use super::config::Config;
use super::env::Environment;
use super::json::{Fault, Id, Json, Kind};
use super::launch::{Launch, launch};
use super::shape;
use super::table;
use super::volume::{self, Data};

/// A text that is meant to be a config.json.
#[derive(Debug)]
pub struct Document {
    /// The object that holds it, or the file.
    pub object: Meta,
    /// The field of the object; empty for a file of its own.
    pub path: String,
    /// The text, without a byte-order mark.
    pub text: Hidden,
    /// Whether it begins with a byte-order mark.
    pub bom: bool,
    /// What it says.
    pub config: Result<Config, Fault>,
    /// Whether every value fits the field that it is decoded into.
    pub sound: bool,
}

/// How a document gets to Bifrost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// It is where Bifrost looks, by a mount.
    Mounted,
    /// An init container copies it.
    Copied,
    /// No pod template is given.
    Alone,
    /// It is in the pod, but not where Bifrost looks; where it is.
    Elsewhere(String),
    /// There is none in the pod.
    Missing,
    /// There may be one, and why that is not known.
    Unknown(String),
}

/// One Bifrost.
#[derive(Debug)]
pub struct Instance {
    /// The workload, or the object or file that holds the configuration.
    pub subject: Meta,
    /// The workload.
    pub workload: Option<Workload>,
    /// The number of its container in the template.
    pub container: usize,
    /// The configuration.
    pub document: Option<Rc<Document>>,
    /// How it gets there.
    pub way: Way,
    /// The version, where it is known.
    pub release: Option<Release>,
    /// The namespace that it runs in.
    pub namespace: String,
    /// The container's environment.
    pub env: Environment,
    /// What becomes of its command line.
    pub launch: Launch,
    /// What its data lies on.
    pub data: Data,
}

/// All Bifrosts of a run, in the order of their names.
#[derive(Debug, Default)]
pub struct Instances(pub Vec<Instance>);

/// All Bifrosts of a run; worked out once.
pub fn all<'a>(cx: &'a Cx) -> &'a [Instance] {
    cx.memo(find).map_or(&[], |found| &found.0)
}

impl Instance {
    /// The releases that it may be: one, or those that were observed.
    pub fn releases(&self) -> Vec<Release> {
        self.release.map_or_else(|| super::OBSERVED.to_vec(), |release| vec![release])
    }

    /// Whether a rule holds, or `None` where that depends on a version that is not known.
    pub fn holds(&self, rule: impl Fn(Release) -> bool) -> Option<bool> {
        let mut answers = self.releases().into_iter().map(rule);
        let first = answers.next()?;
        answers.all(|answer| answer == first).then_some(first)
    }

    /// The configuration, if it could be read.
    pub fn config(&self) -> Option<&Config> {
        self.document.as_ref()?.config.as_ref().ok()
    }

    /// Its pod template.
    pub fn template(&self) -> Option<&PodTemplate> {
        self.workload.as_ref()?.template.as_ref().ok()
    }

    /// Its container.
    pub fn container(&self) -> Option<&Container> {
        self.template()?.containers.get(self.container)
    }

    /// `Bifrost 1.5.16`, or `Bifrost` where the version is not known.
    pub fn title(&self) -> String {
        match self.release {
            Some(release) => format!("Bifrost {release}"),
            None => "Bifrost".to_owned(),
        }
    }

    /// A pointer into its container.
    pub fn container_path(&self, rest: &str) -> String {
        format!("/spec/template/spec/containers/{}{rest}", self.container)
    }

    /// A finding at a value of its configuration.
    pub fn at(&self, id: Id, title: impl Into<String>) -> Option<Finding> {
        let document = self.document.as_ref()?;
        let json = &self.config()?.json;
        Some(document.finding(json.pointer(id), json.range(id), title))
    }

    /// A finding at a key of its configuration.
    pub fn at_key(&self, id: Id, title: impl Into<String>) -> Option<Finding> {
        let document = self.document.as_ref()?;
        let json = &self.config()?.json;
        Some(document.finding(json.pointer(id), json.key_range(id), title))
    }

    /// A finding at a field of its workload.
    pub fn at_workload(&self, path: impl Into<String>, title: impl Into<String>) -> Finding {
        Finding::at(&self.subject, path, title)
    }
}

impl Document {
    /// A finding at a range of the document.
    pub fn finding(
        &self,
        pointer: String,
        (start, end): (usize, usize),
        title: impl Into<String>,
    ) -> Finding {
        let path = match self.path.is_empty() {
            true => pointer.clone(),
            false => self.path.clone(),
        };
        let mut finding = Finding::at(&self.object, path, title);
        finding.inner = Some(Inner { pointer, start, end });
        finding
    }

    /// Whether a Secret holds it.
    pub fn is_secret(&self) -> bool {
        self.object.kind == "Secret"
    }

    fn new(object: &Meta, path: String, text: &Hidden, bom: bool) -> Document {
        let bom = bom || text.reveal().starts_with('\u{feff}');
        let bare = text.reveal().trim_start_matches('\u{feff}');
        let config = match bom {
            // Go stops at the first byte of the mark, and takes it for a character.
            true => Err(Fault {
                at: 0,
                says: "invalid character 'ï' looking for beginning of value".to_owned(),
                ours: false,
            }),
            false => Json::parse(bare).map(Config::read),
        };
        let object = object.clone();
        // Releases differ in the words only.
        let fits = |config: &Config| {
            let root = matches!(config.json.kind(Json::ROOT), Kind::Object | Kind::Null);
            root && shape::mismatch(&config.json, &table::ROOT, super::OBSERVED[2]).is_none()
        };
        let sound = config.as_ref().is_ok_and(fits);
        Document { object, path, text: Hidden::new(bare), bom, config, sound }
    }
}

/// Whether a text looks like a configuration of Bifrost.
pub fn looks_like_config(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let json = lower.trim_start_matches('\u{feff}').trim_start();
    let begins = json.starts_with(['{', '[', '/', '#']);
    begins && (lower.contains("\"providers\"") || lower.contains("getbifrost.ai/schema"))
}

/// The name of an image without registry, tag and digest: its last two parts.
pub fn image_name(image: &str) -> (&str, Option<&str>) {
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rfind('/').map_or(0, |at| at + 1);
    match image[last..].find(':') {
        Some(at) => (&image[..last + at], Some(&image[last + at + 1..])),
        None => (image, None),
    }
}

/// Whether an image is Bifrost's by its name.
pub fn is_bifrost_image(image: &str) -> bool {
    image_name(image).0.rsplit('/').next() == Some("bifrost")
}

fn find(cx: &Cx) -> Instances {
    let mut out = Vec::new();
    let mut used: Vec<(String, String, String)> = Vec::new();
    let key = |meta: &Meta| (meta.kind.clone(), meta.namespace.clone(), meta.name.clone());
    for workload in cx.list::<Workload>(None).items {
        let Ok(template) = &workload.template else { continue };
        for number in 0..template.containers.len() {
            if let Some(instance) = of_workload(cx, workload, template, number) {
                used.extend(instance.document.iter().map(|document| key(&document.object)));
                out.push(instance);
            }
        }
    }
    let loose = loose(cx);
    // A file beside one workload whose ConfigMap is not given is that workload's.
    let mut orphans: Vec<&mut Instance> =
        out.iter_mut().filter(|instance| matches!(instance.way, Way::Unknown(_))).collect();
    if let ([orphan], [_]) = (orphans.as_mut_slice(), loose.as_slice()) {
        orphan.document = loose.into_iter().next().map(Rc::new);
        orphan.way = Way::Mounted;
    } else {
        out.extend(loose.into_iter().map(|document| alone(cx, document)));
    }
    for document in embedded(cx) {
        if !used.contains(&key(&document.object)) {
            out.push(alone(cx, document));
        }
    }
    out.retain(|instance| instance.subject.kind == "File" || cx.scope.contains(&instance.subject));
    out.sort_by_key(|instance| (instance.subject.reference(), instance.container));
    Instances(out)
}

/// The namespace that a configuration without a namespace runs in.
fn default_namespace(cx: &Cx) -> String {
    cx.scope.namespace.clone().unwrap_or_else(|| "default".to_owned())
}

fn loose(cx: &Cx) -> Vec<Document> {
    let document = |loose: &crate::facts::Loose| {
        let object = Meta {
            kind: "File".to_owned(),
            name: loose.name.clone(),
            origin: loose.origin,
            ..Meta::default()
        };
        Document::new(&object, String::new(), &loose.text, loose.bom)
    };
    cx.store.loose.iter().map(document).collect()
}

/// Configurations in ConfigMaps and Secrets.
fn embedded(cx: &Cx) -> Vec<Document> {
    let mut out = Vec::new();
    for map in cx.list::<ConfigMap>(None).items {
        out.extend(map.data.iter().filter_map(|(key, entry)| likely(&map.meta, key, entry)));
    }
    for secret in cx.list::<Secret>(None).items {
        let data = secret.data.iter().flatten();
        out.extend(data.filter_map(|(key, entry)| likely(&secret.meta, key, entry)));
    }
    out
}

fn likely(meta: &Meta, key: &str, entry: &Entry) -> Option<Document> {
    let text = entry.text.as_ref()?;
    let looks = key.ends_with(".json") && looks_like_config(text.reveal());
    looks.then(|| document(meta, key, entry.member, text))
}

fn document(meta: &Meta, key: &str, member: &str, text: &Hidden) -> Document {
    let mut path = format!("/{member}");
    pointer::push(&mut path, key);
    Document::new(meta, path, text, false)
}

fn alone(cx: &Cx, document: Document) -> Instance {
    let settings = &cx.store.settings;
    let namespace = match document.object.namespace.as_str() {
        "" => default_namespace(cx),
        namespace => namespace.to_owned(),
    };
    let env = Environment::assumed(settings);
    Instance {
        subject: document.object.clone(),
        workload: None,
        container: 0,
        way: Way::Alone,
        release: settings.bifrost.or_else(|| only_release(cx)),
        namespace,
        launch: launch(None, settings.args.as_deref().unwrap_or_default(), &env),
        env,
        data: Data::NotGiven,
        document: Some(Rc::new(document)),
    }
}

/// The version of the only Bifrost that the input runs.
fn only_release(cx: &Cx) -> Option<Release> {
    let workloads = cx.list::<Workload>(None).items;
    let images = workloads.iter().flat_map(|workload| &workload.images);
    let mut found: Vec<_> =
        images.filter(|image| is_bifrost_image(image)).map(|image| release_of(image)).collect();
    found.dedup();
    match found.as_slice() {
        [Some(only)] => Some(*only),
        _ => None,
    }
}

fn release_of(image: &str) -> Option<Release> {
    image_name(image).1.and_then(Release::parse)
}

fn of_workload(
    cx: &Cx,
    workload: &Workload,
    template: &PodTemplate,
    number: usize,
) -> Option<Instance> {
    let container = &template.containers[number];
    let settings = &cx.store.settings;
    let namespace = workload.meta.namespace.clone();
    let env = Environment::of(cx, &namespace, container);
    let words = |words: &[Hidden]| -> Vec<String> {
        words.iter().map(|word| word.reveal().to_owned()).collect()
    };
    let command = container.command.as_deref().map(words);
    let args = match &settings.args {
        Some(args) => args.clone(),
        None => words(container.args.as_deref().unwrap_or_default()),
    };
    let launch = launch(command.as_deref(), &args, &env);
    let app_dir = match &launch {
        Launch::Runs(flags) => flags.app_dir.clone(),
        _ => env.text("APP_DIR").unwrap_or_else(|| "/app/data".to_owned()),
    };
    let (document, way) = configuration(cx, &namespace, template, container, &app_dir);
    let by_image = is_bifrost_image(&container.image);
    let by_config = document.as_ref().is_some_and(|found| {
        looks_like_config(found.text.reveal()) && matches!(way, Way::Mounted | Way::Copied)
    });
    if !by_image && !by_config {
        return None;
    }
    let mut subject = workload.meta.clone();
    subject.origin = workload.meta.origin;
    Some(Instance {
        subject,
        container: number,
        document: document.map(Rc::new),
        way,
        release: settings.bifrost.or_else(|| release_of(&container.image)),
        namespace,
        env,
        launch,
        data: volume::data(cx, workload, container, &app_dir),
        workload: Some(workload.clone()),
    })
}

/// The configuration of a container, and how it gets to where Bifrost looks.
fn configuration(
    cx: &Cx,
    namespace: &str,
    template: &PodTemplate,
    container: &Container,
    app_dir: &str,
) -> (Option<Document>, Way) {
    let wanted = format!("{}/config.json", app_dir.trim_end_matches('/'));
    let mut elsewhere = None;
    for mount in &container.volume_mounts {
        let Some(volume) = volume::volume_of(template, &mount.name) else { continue };
        for file in files(cx, namespace, volume) {
            let at = match mount.sub_path.as_str() {
                "" => format!("{}/{}", mount.mount_path.trim_end_matches('/'), file.path),
                sub if sub == file.path => mount.mount_path.clone(),
                _ => continue,
            };
            match (at == wanted, file.document) {
                (true, Ok(document)) => return (Some(document), Way::Mounted),
                (true, Err(why)) => return (None, Way::Unknown(why)),
                (false, Ok(document)) if looks_like_config(document.text.reveal()) => {
                    elsewhere = elsewhere.or(Some((document, at)));
                }
                _ => {}
            }
        }
    }
    if let Some(copied) = copied(cx, namespace, template) {
        return copied;
    }
    match elsewhere {
        Some((document, at)) => (Some(document), Way::Elsewhere(at)),
        None if matches!(volume::mount_of(container, app_dir), Some(mount)
            if volume::volume_of(template, &mount.name).is_some_and(|v| v.persistent_volume_claim.is_some())
                || volume::volume_of(template, &mount.name).is_none()) =>
        {
            let why = "the volume at its data directory may hold a config.json".to_owned();
            (None, Way::Unknown(why))
        }
        None => (None, Way::Missing),
    }
}

/// A configuration that an init container copies.
fn copied(cx: &Cx, namespace: &str, template: &PodTemplate) -> Option<(Option<Document>, Way)> {
    for init in &template.init_containers {
        let words = [&init.command, &init.args].into_iter().flatten().flatten();
        let copies = words.into_iter().any(|word| word.reveal().contains("config.json"));
        for mount in init.volume_mounts.iter().filter(|_| copies) {
            let Some(volume) = volume::volume_of(template, &mount.name) else { continue };
            for file in files(cx, namespace, volume) {
                match file.document {
                    Ok(document) if file.path.ends_with(".json") => {
                        return Some((Some(document), Way::Copied));
                    }
                    Err(why) => return Some((None, Way::Unknown(why))),
                    Ok(_) => {}
                }
            }
        }
    }
    None
}

/// A file that a volume puts into a pod.
struct File {
    path: String,
    document: Result<Document, String>,
}

fn files(cx: &Cx, namespace: &str, volume: &Volume) -> Vec<File> {
    let mut out = Vec::new();
    let parts = volume.projected.iter().flat_map(|projected| &projected.sources);
    for part in std::iter::once(volume).chain(parts) {
        if let Some(source) = &part.config_map {
            let found = cx.get::<ConfigMap>(namespace, &source.name);
            let found = match found {
                Fact::Known(map) => Ok((&map.meta, Some(&map.data))),
                Fact::Absent => {
                    Err(format!("ConfigMap {namespace}/{} does not exist", source.name))
                }
                Fact::Unknown(_) => {
                    Err(format!("ConfigMap {namespace}/{} is not in the input", source.name))
                }
            };
            listed(source, found, &mut out);
        }
        if let Some(source) = &part.secret {
            let name = [&source.secret_name, &source.name].into_iter().find(|n| !n.is_empty());
            let name = name.cloned().unwrap_or_default();
            let found = match cx.get::<Secret>(namespace, &name) {
                Fact::Known(secret) => Ok((&secret.meta, secret.data.as_ref())),
                _ => Err(format!("Secret {namespace}/{name} is not in the input")),
            };
            listed(source, found, &mut out);
        }
    }
    out
}

type Entries<'a> = Option<&'a std::collections::BTreeMap<String, Entry>>;

fn listed(source: &FileSource, found: Result<(&Meta, Entries), String>, out: &mut Vec<File>) {
    let paths: Vec<(String, String)> = match (&found, source.items.as_slice()) {
        (_, items @ [_, ..]) => {
            items.iter().map(|item| (item.key.clone(), item.path.clone())).collect()
        }
        (Ok((_, Some(data))), []) => data.keys().map(|key| (key.clone(), key.clone())).collect(),
        // Which keys it has is not known; the usual one is the one that matters.
        _ => vec![("config.json".to_owned(), "config.json".to_owned())],
    };
    for (key, path) in paths {
        let document = match &found {
            Err(why) => Err(why.clone()),
            Ok((meta, data)) => match data.and_then(|data| data.get(&key)) {
                Some(Entry { text: Some(text), member }) => {
                    Ok(self::document(meta, &key, member, text))
                }
                Some(_) => Err(format!("key {key} of {} is not given as text", meta.title())),
                None => Err(format!("{} has no key {key}", meta.title())),
            },
        };
        out.push(File { path, document });
    }
}
