//! A kustomization: what one says, and where it leads.

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
}

/// What an entry of a kustomization is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A path, joined to the directory.
    Local(PathBuf),
    /// A URL, as it is written.
    Remote(String),
}

impl Kustomization {
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
    pub fn resources(&self) -> Vec<Entry> {
        let texts = self.texts("resources").chain(self.texts("bases"));
        texts.map(|text| self.entry(text)).collect()
    }

    pub fn components(&self) -> Vec<Entry> {
        self.texts("components").map(|text| self.entry(text)).collect()
    }

    /// The files of its patches.
    pub fn patch_files(&self) -> Vec<PathBuf> {
        let patches = ["patches", "patchesJson6902", "replacements"].iter();
        let items = patches.flat_map(|field| self.value[field].as_array().into_iter().flatten());
        let paths = items.filter_map(|item| item["path"].as_str());
        let strategic = self.texts("patchesStrategicMerge").filter(|text| !text.contains('\n'));
        paths.chain(strategic).map(|path| self.joined(path)).collect()
    }

    /// Files that configure kustomize itself.
    pub fn configuring_files(&self) -> Vec<PathBuf> {
        let fields = ["generators", "transformers", "validators", "configurations", "crds"];
        let texts = fields.iter().flat_map(|field| self.texts(field));
        let files = texts.filter(|text| !text.contains('\n')).map(|text| self.joined(text));
        let openapi = self.value["openapi"]["path"].as_str().map(|path| self.joined(path));
        files.chain(openapi).collect()
    }

    /// The texts of the patches that stand in it, with their pointers.
    pub fn inline_patches(&self) -> Vec<(String, &str)> {
        let mut out = Vec::new();
        for field in ["patches", "patchesJson6902"] {
            for (index, item) in self.value[field].as_array().into_iter().flatten().enumerate() {
                let text = item["patch"].as_str();
                out.extend(text.map(|text| (format!("/{field}/{index}/patch"), text)));
            }
        }
        let strategic = self.value["patchesStrategicMerge"].as_array().into_iter().flatten();
        for (index, item) in strategic.enumerate() {
            let text = item.as_str().filter(|text| text.contains('\n'));
            out.extend(text.map(|text| (format!("/patchesStrategicMerge/{index}"), text)));
        }
        out
    }

    /// Why only kustomize can tell what it makes; `kinds` are those of the objects that it reaches.
    pub fn needs_building(&self, kinds: &[Kind]) -> bool {
        let has = |field: &str| match &self.value[field] {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            Value::String(text) => !text.is_empty(),
            Value::Object(members) => !members.is_empty(),
            _ => true,
        };
        let runs = kinds.contains(&Kind::Workload) || kinds.contains(&Kind::Pod);
        let always = ["namePrefix", "nameSuffix", "replacements", "vars", "transformers", "generators"];
        let with_pods = ["images", "replicas", "configMapGenerator", "secretGenerator"];
        always.iter().any(|field| has(field) && !kinds.is_empty())
            || runs && with_pods.iter().any(|field| has(field))
            || self.patches_one_of(kinds)
    }

    fn patches_one_of(&self, kinds: &[Kind]) -> bool {
        if kinds.is_empty() {
            return false;
        }
        let meant = |kind: &str| {
            let plain = kind.bytes().all(|b| b.is_ascii_alphanumeric());
            !plain || kinds.iter().any(|own| own.resources().iter().any(|r| r.kind == kind))
        };
        let of_text = |text: &str| {
            let kind = text.lines().find_map(|line| line.strip_prefix("kind:"));
            kind.is_none_or(|kind| meant(kind.trim().trim_matches(['"', '\''])))
        };
        for field in ["patches", "patchesJson6902"] {
            for item in self.value[field].as_array().into_iter().flatten() {
                let decided = match (item["target"]["kind"].as_str(), item["patch"].as_str()) {
                    (Some(kind), _) => meant(kind),
                    (None, Some(text)) => of_text(text),
                    (None, None) => true,
                };
                if decided {
                    return true;
                }
            }
        }
        let strategic = self.value["patchesStrategicMerge"].as_array().into_iter().flatten();
        strategic.filter_map(Value::as_str).any(|text| !text.contains('\n') || of_text(text))
    }

    /// Whether it makes objects out of a chart, which takes the network.
    pub fn has_charts(&self) -> bool {
        ["helmCharts", "helmChartInflationGenerator"].iter().any(|f| self.value[f].is_array())
    }

    fn entry(&self, text: &str) -> Entry {
        let remote = text.contains("://")
            || text.starts_with("git@")
            || text.starts_with("github.com/")
            || text.contains("?ref=")
            || text.contains("//");
        match remote {
            true => Entry::Remote(text.to_owned()),
            false => Entry::Local(self.joined(text)),
        }
    }

    fn joined(&self, path: &str) -> PathBuf {
        plain(&self.directory.join(path))
    }
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
        Kustomization { directory: "/r/app".into(), file: 0, document: 0, value }
    }

    #[test]
    fn entries_are_paths_or_urls() {
        let own = of(json!({"resources": ["../base", "a.yaml", "https://x.test/y.yaml", "github.com/a/b"]}));
        assert_eq!(
            own.resources(),
            [
                Entry::Local("/r/base".into()),
                Entry::Local("/r/app/a.yaml".into()),
                Entry::Remote("https://x.test/y.yaml".into()),
                Entry::Remote("github.com/a/b".into()),
            ]
        );
    }

    #[test]
    fn only_what_changes_judged_objects_needs_kustomize() {
        let routes = [Kind::HttpRoute];
        let needs = |value: Value, kinds: &[Kind]| of(value).needs_building(kinds);
        assert!(!needs(json!({"namespace": "a", "resources": ["x.yaml"]}), &routes));
        assert!(!needs(json!({"patches": [{"target": {"kind": "HelmRelease"}}]}), &routes));
        assert!(needs(json!({"patches": [{"target": {"kind": "HTTPRoute"}}]}), &routes));
        assert!(needs(json!({"patches": [{"path": "p.yaml"}]}), &routes));
        assert!(!needs(json!({"patches": [{"path": "p.yaml"}]}), &[]));
        assert!(!needs(json!({"patches": [{"patch": "kind: HelmRelease\n"}]}), &routes));
        assert!(needs(json!({"namePrefix": "x-"}), &routes));
        assert!(!needs(json!({"configMapGenerator": [{}]}), &routes));
        assert!(needs(json!({"configMapGenerator": [{}]}), &[Kind::Workload]));
    }
}
