//! A kustomization: what one says, and where it leads.

use std::cell::OnceCell;
use std::path::{Component, Path, PathBuf};

use igw_core::kube::Kind;
use serde_json::Value;

/// The group of kustomize's own files: they are obeyed, not judged.
pub const GROUP: &str = "kustomize.config.k8s.io";

#[derive(Debug, Clone)]
pub struct Kustomization {
    /// The real path of its directory.
    pub directory: PathBuf,
    /// Index of its file in the input.
    pub file: u32,
    /// Its document in the input.
    pub document: u32,
    pub value: Value,
    pub patches: Vec<KustomizePatch>,
}

/// A patch of a kustomization.
#[derive(Debug, Clone)]
pub struct KustomizePatch {
    pub place: PatchPlace,
    /// What it says that it is aimed at; null: nothing.
    pub target: Value,
    text: OnceCell<String>,
}

/// Where a patch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchPlace {
    /// In the kustomization: the pointer to its text.
    Inline(String),
    File(PathBuf),
}

impl KustomizePatch {
    /// Its text; empty where its file cannot be read.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| match &self.place {
            PatchPlace::Inline(_) => String::new(),
            PatchPlace::File(path) => std::fs::read_to_string(path).unwrap_or_default(),
        })
    }
}

/// What an entry of a kustomization is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KustomizeEntry {
    /// A path, joined to the directory.
    Local(PathBuf),
    /// A URL, as it is written.
    Remote(String),
}

impl Kustomization {
    pub fn new(directory: PathBuf, file: u32, document: u32, value: Value) -> Kustomization {
        let patches = patches(&directory, &value);
        Kustomization { directory, file, document, value, patches }
    }

    /// Whether it is a part for others, which nobody builds alone.
    pub fn is_component(&self) -> bool {
        self.value["kind"] == "Component"
    }

    pub fn namespace(&self) -> Option<&str> {
        self.value["namespace"].as_str().filter(|namespace| !namespace.is_empty())
    }

    fn texts<'a>(&'a self, field: &str) -> impl Iterator<Item = &'a str> {
        self.value[field].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// Files and directories that it adds; `bases` is the old word.
    pub fn resources(&self) -> Vec<KustomizeEntry> {
        let texts = self.texts("resources").chain(self.texts("bases"));
        texts.map(|text| self.entry(text)).collect()
    }

    pub fn components(&self) -> Vec<KustomizeEntry> {
        self.texts("components").map(|text| self.entry(text)).collect()
    }

    /// The files of its patches, and of its replacements.
    pub fn patch_files(&self) -> Vec<PathBuf> {
        let patches = self.patches.iter().filter_map(|patch| match &patch.place {
            PatchPlace::File(path) => Some(path.clone()),
            PatchPlace::Inline(_) => None,
        });
        let replacements = self.value["replacements"].as_array().into_iter().flatten();
        let replacements = replacements.filter_map(|item| item["path"].as_str());
        patches.chain(replacements.map(|path| self.joined(path))).collect()
    }

    /// Files that configure kustomize itself.
    pub fn configuring_files(&self) -> Vec<PathBuf> {
        let fields = ["generators", "transformers", "validators", "configurations", "crds"];
        let texts = fields.iter().flat_map(|field| self.texts(field));
        let files = texts.filter(|text| !text.contains('\n')).map(|text| self.joined(text));
        let openapi = self.value["openapi"]["path"].as_str().map(|path| self.joined(path));
        files.chain(openapi).collect()
    }

    /// Whether only kustomize can tell what it makes of the objects that it reaches, which are of
    /// these kinds. Without `programs` it does not matter what runs in pods.
    pub fn needs_building(&self, kinds: &[Kind], programs: bool) -> bool {
        let has = |field: &str| match &self.value[field] {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            Value::String(text) => !text.is_empty(),
            Value::Object(members) => !members.is_empty(),
            _ => true,
        };
        let holds = |kind: Kind| kinds.contains(&kind);
        let runs = programs && (holds(Kind::Workload) || holds(Kind::Pod));
        let always =
            ["namePrefix", "nameSuffix", "replacements", "vars", "transformers", "generators"];
        let with_pods = ["images", "configMapGenerator", "secretGenerator"];
        // Labels matter where they are selected by, and what they are given to is not all here.
        let labels = self.gives_labels();
        let labelled = holds(Kind::Namespace) || holds(Kind::Service) && !holds(Kind::Workload);
        always.iter().any(|field| has(field) && judges(kinds))
            || runs && with_pods.iter().any(|field| has(field))
            || has("replicas") && holds(Kind::Workload)
            || labels && labelled
            || self.patches.iter().any(|patch| matters(patch, kinds, programs))
    }

    pub fn gives_labels(&self) -> bool {
        let list = self.value["labels"].as_array().is_some_and(|own| !own.is_empty());
        list || self.value["commonLabels"].as_object().is_some_and(|own| !own.is_empty())
    }

    /// Whether it changes values all over; a prefix is the same for all that it reaches.
    pub fn changes_values(&self) -> bool {
        let lists = ["replacements", "vars", "transformers"];
        lists.iter().any(|field| self.value[*field].as_array().is_some_and(|own| !own.is_empty()))
    }

    /// Whether a patch may be aimed at objects of this kind.
    pub fn patches_kind(&self, wanted: &str) -> bool {
        self.patches.iter().any(|patch| match patch.target["kind"].as_str() {
            Some(kind) => kind == wanted || !kind.bytes().all(|b| b.is_ascii_alphanumeric()),
            None => patch.text().contains(wanted) || !patch.text().contains("kind:"),
        })
    }

    /// Whether it makes objects out of a chart, which takes the network.
    pub fn has_charts(&self) -> bool {
        ["helmCharts", "helmChartInflationGenerator"].iter().any(|f| self.value[f].is_array())
    }

    fn entry(&self, text: &str) -> KustomizeEntry {
        let remote = text.contains("://")
            || text.starts_with("git@")
            || text.starts_with("github.com/")
            || text.contains("?ref=")
            || text.contains("//");
        match remote {
            true => KustomizeEntry::Remote(text.to_owned()),
            false => KustomizeEntry::Local(self.joined(text)),
        }
    }

    fn joined(&self, path: &str) -> PathBuf {
        plain(&self.directory.join(path))
    }
}

/// Whether any of the kinds is more than a place for others.
pub fn judges(kinds: &[Kind]) -> bool {
    kinds.iter().any(|kind| *kind != Kind::Namespace)
}

/// The patches of a kustomization, in the order of its fields.
fn patches(directory: &Path, value: &Value) -> Vec<KustomizePatch> {
    let inline = |pointer: String, text: &str, target: &Value| KustomizePatch {
        place: PatchPlace::Inline(pointer),
        target: target.clone(),
        text: OnceCell::from(text.to_owned()),
    };
    let file = |path: &str, target: &Value| KustomizePatch {
        place: PatchPlace::File(plain(&directory.join(path))),
        target: target.clone(),
        text: OnceCell::new(),
    };
    let mut out = Vec::new();
    for field in ["patches", "patchesJson6902"] {
        for (index, item) in value[field].as_array().into_iter().flatten().enumerate() {
            let (text, target) = (item["patch"].as_str(), &item["target"]);
            out.push(match item["path"].as_str().filter(|_| text.is_none()) {
                Some(path) => file(path, target),
                None => inline(format!("/{field}/{index}/patch"), text.unwrap_or_default(), target),
            });
        }
    }
    let field = "patchesStrategicMerge";
    for (index, item) in value[field].as_array().into_iter().flatten().enumerate() {
        let Some(text) = item.as_str() else { continue };
        out.push(match text.contains('\n') {
            true => inline(format!("/{field}/{index}"), text, &Value::Null),
            false => file(text, &Value::Null),
        });
    }
    out
}

/// Whether a patch may change what rules look at.
pub fn matters(patch: &KustomizePatch, kinds: &[Kind], programs: bool) -> bool {
    let told = || {
        let told = patch.text().lines().find_map(|line| line.strip_prefix("kind:"))?;
        Some(told.trim().trim_matches(['"', '\'']))
    };
    let Some(kind) = patch.target["kind"].as_str().or_else(told) else { return judges(kinds) };
    let plain = kind.bytes().all(|b| b.is_ascii_alphanumeric());
    let Some(own) =
        kinds.iter().find(|own| own.resources().iter().any(|resource| resource.kind == kind))
    else {
        return !plain;
    };
    let runs = matches!(own, Kind::Workload | Kind::Pod);
    let words = ["replicas", "ontainerPort", "labels", "ports", "selector", "$patch"];
    !runs || programs || words.iter().any(|word| patch.text().contains(word))
}

/// A path without `.` and `..`; the file system is not asked.
pub fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Kustomization {
        Kustomization::new("/r/app".into(), 0, 0, value)
    }

    #[test]
    fn entries_are_paths_or_urls() {
        let own = of(
            json!({"resources": ["../base", "a.yaml", "https://x.test/y.yaml", "github.com/a/b"]}),
        );
        assert_eq!(
            own.resources(),
            [
                KustomizeEntry::Local("/r/base".into()),
                KustomizeEntry::Local("/r/app/a.yaml".into()),
                KustomizeEntry::Remote("https://x.test/y.yaml".into()),
                KustomizeEntry::Remote("github.com/a/b".into()),
            ]
        );
    }

    #[test]
    fn only_what_changes_judged_objects_needs_kustomize() {
        let routes = [Kind::HttpRoute];
        let needs = |value: Value, kinds: &[Kind]| of(value).needs_building(kinds, true);
        assert!(!needs(json!({"namespace": "a", "resources": ["x.yaml"]}), &routes));
        assert!(!needs(json!({"patches": [{"target": {"kind": "HelmRelease"}}]}), &routes));
        assert!(needs(json!({"patches": [{"target": {"kind": "HTTPRoute"}}]}), &routes));
        assert!(needs(json!({"patches": [{"path": "p.yaml"}]}), &routes));
        assert!(!needs(json!({"patches": [{"path": "p.yaml"}]}), &[]));
        let memory =
            json!({"patches": [{"target": {"kind": "Deployment"}, "patch": "memory: 1Gi"}]});
        assert!(of(memory.clone()).needs_building(&[Kind::Workload], true));
        assert!(!of(memory).needs_building(&[Kind::Workload], false));
        assert!(!needs(json!({"patches": [{"patch": "kind: HelmRelease\n"}]}), &routes));
        assert!(needs(json!({"namePrefix": "x-"}), &routes));
        assert!(!needs(json!({"configMapGenerator": [{}]}), &routes));
        assert!(needs(json!({"configMapGenerator": [{}]}), &[Kind::Workload]));
    }
}
