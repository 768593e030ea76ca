//! One container of Langfuse, and how it is told from others.

use crate::facts::Facts;
use crate::facts::views::{Container, Workload};
use crate::langfuse::said::LangfuseSaid;
use crate::workload::Release;
use crate::workload::image::image_name;
use crate::workload::variables::{PodVariables, Variable};

/// What a container of Langfuse is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LangfuseRole {
    /// The UI and the APIs.
    Web,
    /// What reads traces from the queue and stores them.
    Worker,
}

/// What is known of a variable of Langfuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartValue<'v> {
    /// Its text. It may be a secret.
    Text(&'v str),
    Unset,
    /// It is set to something that is not known, or may be.
    Unseen,
}

/// A container of a workload that runs Langfuse.
#[derive(Debug)]
pub struct LangfusePart<'a> {
    pub workload: &'a Workload,
    pub container: usize,
    pub role: LangfuseRole,
    /// Its variables, as far as Langfuse reads them.
    vars: PodVariables,
    /// The version, by what was said or by the image's tag.
    pub release: Option<Release>,
}

impl<'a> LangfusePart<'a> {
    /// The minor version where only the major one is said: it is taken for the newest.
    pub const ANY_MINOR: u16 = 999;

    /// The container of this number, if it runs Langfuse.
    pub fn of(facts: &Facts, workload: &'a Workload, number: usize) -> Option<LangfusePart<'a>> {
        let container = workload.template.as_ref().ok()?.containers.get(number)?;
        let role = role_of(workload, container)?;
        let said = facts.store.said.of::<LangfuseSaid>();
        let tag = image_name(&container.image).1;
        Some(LangfusePart {
            workload,
            container: number,
            role,
            vars: PodVariables::of(facts, &workload.meta.namespace, container, is_own),
            release: said.release.or_else(|| tag.and_then(version)),
        })
    }

    pub fn container(&self) -> &'a Container {
        static NONE: std::sync::LazyLock<Container> = std::sync::LazyLock::new(Container::default);
        match &self.workload.template {
            Ok(template) => template.containers.get(self.container).unwrap_or(&NONE),
            Err(_) => &NONE,
        }
    }

    /// What a variable holds; an empty one counts as not set.
    pub fn value(&self, name: &str) -> PartValue<'_> {
        match self.vars.get(name) {
            Some(own) => match own.known() {
                Some(text) => PartValue::Text(text),
                None => PartValue::Unseen,
            },
            None if self.vars.open => PartValue::Unseen,
            None => PartValue::Unset,
        }
    }

    /// Its text, if that is known.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            PartValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Where a variable is written: a pointer into the workload. For one that is not set, its list.
    pub fn variable_path(&self, name: &str) -> String {
        let at = self.vars.get(name).map_or("/env", |own| own.path.as_str());
        self.container_path(at)
    }

    /// The variable itself.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.vars.get(name)
    }

    /// A pointer into its container.
    pub fn container_path(&self, rest: &str) -> String {
        format!("/spec/template/spec/containers/{}{rest}", self.container)
    }

    /// Whether a rule of versions holds; `None` where the version is not known.
    pub fn since(&self, major: u16, minor: u16) -> Option<bool> {
        self.release.map(|release| release.since(major, minor, 0))
    }

    /// Whether the image is the prebuilt one, which serves at `/` only.
    pub fn is_stock(&self) -> bool {
        let name = image_name(&self.container().image).0;
        let bare = name.rsplit_once('/').map_or("", |(place, _)| place);
        let last = name.rsplit('/').next();
        let upstream = ["langfuse", "docker.io/langfuse", "docker.langfuse.com/langfuse"];
        let upstream =
            upstream.contains(&bare) || bare == "ghcr.io/langfuse" || bare.ends_with("/langfuse");
        upstream && matches!(last, Some("langfuse" | "langfuse-web" | "langfuse-worker"))
    }
}

/// The version of a tag; images are also tagged by the major version alone.
fn version(tag: &str) -> Option<Release> {
    let major = || tag.trim_start_matches('v').parse::<u16>().ok();
    Release::parse(tag)
        .or_else(|| Release::parse(&format!("{}.{}", major()?, LangfusePart::ANY_MINOR)))
}

/// The names of the variables that Langfuse reads and that are judged; Secrets behind others are not
/// read.
fn is_own(name: &str) -> bool {
    const BEGIN: [&str; 7] =
        ["NEXTAUTH_", "NEXT_PUBLIC_", "DATABASE_", "CLICKHOUSE_", "REDIS_", "LANGFUSE_", "DIRECT_"];
    const WHOLE: [&str; 4] = ["SALT", "ENCRYPTION_KEY", "PORT", "HOSTNAME"];
    BEGIN.iter().any(|begin| name.starts_with(begin)) || WHOLE.contains(&name)
}

/// What a container does of Langfuse: by its image, by the labels of the chart, or, where somebody
/// built an image of another name, by the variables that no other program has.
fn role_of(workload: &Workload, container: &Container) -> Option<LangfuseRole> {
    let name = image_name(&container.image).0;
    match name.rsplit('/').next().unwrap_or_default() {
        "langfuse" | "langfuse-web" => return Some(LangfuseRole::Web),
        "langfuse-worker" => return Some(LangfuseRole::Worker),
        _ => {}
    }
    let has = |wanted: &str| container.env.iter().any(|var| var.name == wanted);
    let keeps = ["SALT", "ENCRYPTION_KEY", "LANGFUSE_S3_EVENT_UPLOAD_BUCKET"];
    let stores = has("CLICKHOUSE_URL") && keeps.iter().any(|name| has(name));
    let labels = &workload.pod_labels;
    let charted = labels.get("app.kubernetes.io/name") == Some("langfuse")
        && container.name.contains("langfuse");
    if !stores && !charted {
        return None;
    }
    let names = [name, container.name.as_str(), workload.meta.name.as_str()];
    let component = labels.get("app.kubernetes.io/component");
    match component {
        Some("web") => Some(LangfuseRole::Web),
        Some("worker") => Some(LangfuseRole::Worker),
        _ if has("NEXTAUTH_URL") || has("NEXTAUTH_SECRET") => Some(LangfuseRole::Web),
        _ if names.iter().any(|name| name.contains("worker")) => Some(LangfuseRole::Worker),
        _ if names.iter().any(|name| name.contains("web")) => Some(LangfuseRole::Web),
        _ => stores.then_some(LangfuseRole::Worker),
    }
}
