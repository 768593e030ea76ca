//! The Bifrosts in the input: a workload with its configuration, or a configuration alone.

use std::rc::Rc;

use crate::facts::views::{Container, PodTemplate, Workload};
use crate::facts::{Cx, Hidden, Meta, Release};
use crate::finding::{Finding, Inner};
use crate::words;

use super::config::Config;
use super::env::Environment;
use super::find;
use super::json::{Fault, Id, Json, Kind};
use super::launch::Launch;
use super::shape;
use super::table;
use super::volume::Data;

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
    cx.memo(find::find).map_or(&[], |found| &found.0)
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
        Finding::at(&self.subject, path, words::sentence(&title.into()))
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
        let mut finding = Finding::at(&self.object, path, words::sentence(&title.into()));
        finding.inner = Some(Inner { pointer, start, end });
        finding
    }

    /// Whether a Secret holds it.
    pub fn is_secret(&self) -> bool {
        self.object.kind == "Secret"
    }

    pub(super) fn new(object: &Meta, path: String, text: &Hidden, bom: bool) -> Document {
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
