//! What Flux and Argo CD take from a tree: a path, a namespace, variables.

use std::collections::BTreeMap;

use igw_core::kube::{full_name, group_of};
use igw_core::strings;
use serde_json::{Map, Value};

/// A Kustomization of Flux, or an Application of Argo CD, as far as it says what is applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TreeSource {
    /// `Kustomization flux-system/apps`
    pub title: String,
    /// The path in the repository.
    pub path: String,
    /// The namespace that everything gets.
    pub namespace: Option<String>,
    /// The namespace of what says none.
    pub default_namespace: Option<String>,
    /// `postBuild.substitute`
    pub variables: BTreeMap<String, String>,
    /// ConfigMaps with more variables: namespace and name.
    pub variables_from: Vec<(String, String)>,
    /// Whether only kustomize can apply what it says: patches, components, a prefix.
    pub changes: bool,
    /// What it adds, for kustomize: `spec` of Flux, `kustomize` of a source of Argo CD.
    pub spec: Value,
    /// The pointer to `spec` in the manifest.
    pub spec_at: String,
}

/// What a manifest takes from a repository: none, one or several sources.
pub fn sources(value: &Value) -> Vec<TreeSource> {
    let text = |at: &str| value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (group, kind) = (group_of(value["apiVersion"].as_str().unwrap_or_default()), text("/kind"));
    let name = full_name(&text("/metadata/namespace"), &text("/metadata/name"));
    let title = format!("{kind} {name}");
    match (group, kind.as_str()) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => vec![flux(value, title)],
        ("argoproj.io", "Application") => argo(&value["spec"], &title, "/spec"),
        ("argoproj.io", "ApplicationSet") => application_set(&value["spec"], &title),
        _ => Vec::new(),
    }
}

fn flux(value: &Value, title: String) -> TreeSource {
    let spec = &value["spec"];
    let home = value["metadata"]["namespace"].as_str().unwrap_or_default();
    let mut source = TreeSource {
        title,
        path: spec["path"].as_str().unwrap_or("./").to_owned(),
        namespace: spec["targetNamespace"].as_str().map(str::to_owned),
        spec: spec.clone(),
        spec_at: "/spec".to_owned(),
        ..TreeSource::default()
    };
    source.substitute(&spec["postBuild"], home);
    source.changes = changes(spec);
    source
}

/// Whether only kustomize can apply what a source adds to a directory.
fn changes(spec: &Value) -> bool {
    let list = |field: &str| spec[field].as_array().is_some_and(|items| !items.is_empty());
    ["patches", "components", "images", "replacements"].iter().any(|field| list(field))
        || ["namePrefix", "nameSuffix"].iter().any(|field| spec[field].is_string())
}

/// How many sources a manifest names, those among them that are not of a repository.
pub fn several(value: &Value) -> usize {
    let spec = [&value["spec"], &value["spec"]["template"]["spec"]];
    let lists = spec.iter().filter_map(|spec| spec["sources"].as_array());
    // One that only holds values makes nothing.
    let makes = |source: &&Value| !source["path"].is_null() || !source["chart"].is_null();
    lists.map(|list| list.iter().filter(makes).count()).sum()
}

impl TreeSource {
    /// Takes over what `postBuild` says; ConfigMaps are those of a namespace.
    pub fn substitute(&mut self, post_build: &Value, namespace: &str) {
        for (name, value) in post_build["substitute"].as_object().into_iter().flatten() {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            self.variables.entry(name.clone()).or_insert(value);
        }
        for from in post_build["substituteFrom"].as_array().into_iter().flatten() {
            if let Some(name) = from["name"].as_str() {
                self.variables_from.push((namespace.to_owned(), name.to_owned()));
            }
        }
    }

    /// Gives an object the labels that everything gets.
    pub fn label(&self, object: &mut Value) {
        let Some(own) = self.spec["commonMetadata"]["labels"].as_object() else { return };
        let Some(metadata) = object["metadata"].as_object_mut() else { return };
        let labels = metadata.entry("labels").or_insert_with(|| Value::Object(Map::new()));
        if let Some(labels) = labels.as_object_mut() {
            labels.extend(own.iter().map(|(label, value)| (label.clone(), value.clone())));
        }
    }

    /// The `postBuild` that this Kustomization gives to those that it applies, by a patch.
    pub fn passes_on(&self) -> Vec<Value> {
        let patches = self.spec["patches"].as_array().into_iter().flatten();
        let mut out = Vec::new();
        for patch in patches {
            let of_kustomizations =
                patch["target"]["kind"].as_str().is_none_or(|kind| kind == "Kustomization");
            let Some(text) = patch["patch"].as_str().filter(|_| of_kustomizations) else {
                continue;
            };
            if let Ok(own) = crate::input::files::Single::parse("patch", text) {
                let given = &own.value["spec"]["postBuild"];
                if given.is_object() && own.value["kind"] != "HelmRelease" {
                    out.push(given.clone());
                }
            }
        }
        out
    }
}

/// An Application: its source, or its sources. A chart is none of a repository.
///
/// `at` is the pointer to `spec` in the manifest.
fn argo(spec: &Value, title: &str, at: &str) -> Vec<TreeSource> {
    let own = std::iter::once((format!("{at}/source"), &spec["source"]));
    let several = spec["sources"].as_array().into_iter().flatten().enumerate();
    let several = several.map(|(index, source)| (format!("{at}/sources/{index}"), source));
    let destination = spec["destination"]["namespace"].as_str().map(str::to_owned);
    let of = |(at, source): (String, &Value)| {
        let path = source["path"].as_str()?;
        let kustomize = &source["kustomize"];
        Some(TreeSource {
            title: title.to_owned(),
            path: path.to_owned(),
            namespace: kustomize["namespace"].as_str().map(str::to_owned),
            default_namespace: destination.clone(),
            changes: changes(kustomize),
            spec: kustomize.clone(),
            spec_at: format!("{at}/kustomize"),
            ..TreeSource::default()
        })
    };
    own.chain(several).filter(|(_, source)| source["chart"].is_null()).filter_map(of).collect()
}

/// An ApplicationSet over the directories of a repository: one source for each pattern; its path has
/// `*`, and `BASENAME` stands for the directory's name.
fn application_set(spec: &Value, title: &str) -> Vec<TreeSource> {
    let template = &spec["template"]["spec"];
    let from_path = |text: &str| {
        text.contains("path}}") || text.contains("path }}") || text.contains("path.path")
    };
    let mut out = Vec::new();
    for generator in generators(&spec["generators"]) {
        for element in generator["list"]["elements"].as_array().into_iter().flatten() {
            let mut own = template.clone();
            strings::change(&mut own, &mut |text| fill(text, element));
            out.extend(argo(&own, title, TEMPLATE));
        }
        for directory in generator["git"]["directories"].as_array().into_iter().flatten() {
            let Some(pattern) = directory["path"].as_str() else { continue };
            if directory["exclude"] == true {
                continue;
            }
            for mut source in argo(template, title, TEMPLATE) {
                if from_path(&source.path) {
                    source.path = pattern.to_owned();
                }
                for namespace in [&mut source.namespace, &mut source.default_namespace] {
                    match namespace.as_deref().filter(|text| text.contains("{{")) {
                        Some(text) if text.contains("basename") => {
                            *namespace = Some(BASENAME.to_owned())
                        }
                        Some(_) => *namespace = None,
                        None => {}
                    }
                }
                out.push(source);
            }
        }
    }
    out
}

/// Puts what an element of a list says into a text of a template: `{{name}}`, `{{ .name }}`.
fn fill(text: &mut String, element: &Value) {
    for (name, value) in element.as_object().into_iter().flatten() {
        let Some(value) = value.as_str() else { continue };
        for inner in [name.clone(), format!(" {name} "), format!(".{name}"), format!(" .{name} ")] {
            *text = text.replace(&format!("{{{{{inner}}}}}"), value);
        }
    }
}

/// The generators of an ApplicationSet, those inside of a matrix or merge among them.
fn generators(list: &Value) -> Vec<&Value> {
    let mut out = Vec::new();
    for own in list.as_array().into_iter().flatten() {
        out.push(own);
        for nested in ["matrix", "merge"] {
            out.extend(own[nested]["generators"].as_array().into_iter().flatten());
        }
    }
    out
}

/// Where an ApplicationSet has the `spec` of its Applications.
const TEMPLATE: &str = "/spec/template/spec";

/// Stands for the name of a directory.
pub const BASENAME: &str = "{{path.basename}}";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn flux_says_path_namespace_and_variables() {
        let found = sources(&json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": {"name": "chat", "namespace": "flux-system"},
            "spec": {
                "path": "./apps/chat", "targetNamespace": "chat",
                "postBuild": {"substitute": {"A": "x", "N": 3}, "substituteFrom": [{"kind": "ConfigMap", "name": "vars"}]},
            },
        }));
        let [source] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(source.title, "Kustomization flux-system/chat");
        assert_eq!(
            (source.path.as_str(), source.namespace.as_deref()),
            ("./apps/chat", Some("chat"))
        );
        assert_eq!(source.variables["N"], "3");
        assert_eq!(source.variables_from, [("flux-system".to_owned(), "vars".to_owned())]);
        assert!(!source.changes);
    }

    #[test]
    fn argo_gives_a_namespace_to_what_has_none() {
        let found = sources(&json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": "chat"},
            "spec": {"destination": {"namespace": "chat"}, "sources": [
                {"repoURL": "https://x.test/c", "chart": "c"},
                {"repoURL": "https://x.test/r", "path": "apps/chat"},
            ]},
        }));
        let [source] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (source.path.as_str(), source.default_namespace.as_deref()),
            ("apps/chat", Some("chat"))
        );
    }
}
