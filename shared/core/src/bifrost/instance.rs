//! One Bifrost: a workload with its configuration, or a configuration alone.

use std::rc::Rc;

use super::cause::Cause;
use super::config::Config;
use super::document::ConfigDocument;
use super::hosts::StoreHost;
use super::launch::Launch;
use crate::facts::views::{Container, PodTemplate, Workload};
use crate::kube::Meta;
use crate::workload::Release;
use crate::workload::env::Environment;
use crate::workload::image::image_name;
use crate::workload::volume::Data;

/// How a document gets to Bifrost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It is mounted where Bifrost looks.
    Mounted,
    /// An init container copies it.
    Copied,
    /// No pod template is given.
    Alone,
    /// It is in the pod, but not where Bifrost looks; where it is.
    Elsewhere(String),
    Missing,
    /// A directory is where the file should be; why.
    Directory(String),
    /// There may be one; why that is unknown.
    Unknown(String),
}

#[derive(Debug)]
pub struct Instance {
    /// The workload, or the object or file that holds the configuration.
    pub subject: Meta,
    pub workload: Option<Workload>,
    /// The number of its container in the template.
    pub container: usize,
    pub document: Option<Rc<ConfigDocument>>,
    pub delivery: Delivery,
    pub release: Option<Release>,
    pub namespace: String,
    pub env: Environment,
    pub launch: Launch,
    pub data: Data,
    /// What keeps its container from being created.
    pub blocked: Vec<Blocked>,
    /// The databases that its configuration names.
    pub hosts: Vec<StoreHost>,
}

/// Something that its pod refers to and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The field of the workload that refers to it.
    pub path: String,
    pub says: String,
    pub cause: Cause,
}

impl Instance {
    /// The releases that it may be: the known one, or all observed ones.
    pub fn releases(&self) -> Vec<Release> {
        self.release.map_or_else(|| super::OBSERVED.to_vec(), |release| vec![release])
    }

    /// Whether a rule holds; `None` if that depends on an unknown version.
    pub fn holds(&self, rule: impl Fn(Release) -> bool) -> Option<bool> {
        let mut answers = self.releases().into_iter().map(rule);
        let first = answers.next()?;
        answers.all(|answer| answer == first).then_some(first)
    }

    /// The configuration, if it could be read.
    pub fn config(&self) -> Option<&Config> {
        self.document.as_ref()?.config.as_ref().ok()
    }

    /// The directory that it keeps its databases in.
    pub fn app_dir(&self) -> &str {
        match &self.launch {
            Launch::Runs(flags) => &flags.app_dir,
            _ => "/app/data",
        }
    }

    pub fn template(&self) -> Option<&PodTemplate> {
        self.workload.as_ref()?.template.as_ref().ok()
    }

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
}

/// Whether an image of Docker Hub is of someone else, so that its tag says nothing of Bifrost.
pub fn is_foreign_image(image: &str) -> bool {
    let (name, _) = image_name(image);
    let host = name
        .split('/')
        .next()
        .filter(|part| name.contains('/') && (part.contains(['.', ':']) || *part == "localhost"));
    let hub = host.is_none_or(|host| host.ends_with("docker.io"));
    let own = name.trim_start_matches("docker.io/").trim_start_matches("index.docker.io/");
    hub && own != "maximhq/bifrost"
}

/// Whether an image is Bifrost's by its name.
pub fn is_bifrost_image(image: &str) -> bool {
    image_name(image).0.rsplit('/').next() == Some("bifrost")
}
