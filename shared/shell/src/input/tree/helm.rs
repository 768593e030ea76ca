//! `helm template`: what a chart of the tree makes.

use std::path::{Path, PathBuf};
use std::process::Command;

use igw_core::kube::Origin;
use serde_json::Value;

use super::build::{on_path, run};
use super::unit::{ReadyUnit, Unit};
use crate::input::files::{Chart, Input, Manifest, Single, texts};

/// The helm on PATH.
pub struct Helm(PathBuf);

impl Helm {
    pub fn on_path() -> Option<Helm> {
        on_path("helm").map(Helm)
    }

    /// Renders a chart, without the network.
    ///
    /// # Errors
    /// Why it was not rendered.
    pub fn render(
        &self,
        input: &mut Input,
        chart: &Chart,
        values: &[String],
        namespace: Option<&str>,
    ) -> Result<ReadyUnit, String> {
        if let Some(missing) = missing_dependency(&chart.path) {
            return Err(format!("its dependency {missing} is not vendored"));
        }
        let name = chart.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut command = Command::new(&self.0);
        command.args(["template", &release_name(&name)]).arg(&chart.path);
        for file in values {
            command.args(["--values", file]);
        }
        if let Some(namespace) = namespace {
            command.args(["--namespace", namespace]);
        }
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let rendered = run(&mut command, home.path())?;
        let mut manifests = Vec::new();
        for (source, text) in sources(&rendered) {
            for value in texts(text) {
                let origin = template(input, chart, source, &value);
                if let (Some(origin), true) = (origin, value["kind"].is_string()) {
                    manifests.push(Manifest { origin, value });
                }
            }
        }
        let (name, directory) = (chart.name.clone(), chart.path.clone());
        let kustomizations = [chart.path.clone()].into_iter().collect();
        Ok(ReadyUnit {
            unit: Unit { name, directory, kustomizations, ..Unit::default() },
            manifests,
        })
    }
}

/// A release of a chart: its name, as far as that is one.
fn release_name(chart: &str) -> String {
    let name: String = chart
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' })
        .collect();
    name.trim_matches('-').to_owned()
}

/// The first dependency of a chart that is not in its `charts` directory.
fn missing_dependency(chart: &Path) -> Option<String> {
    let text = std::fs::read_to_string(chart.join("Chart.yaml")).ok()?;
    let parsed = Single::parse("Chart.yaml", &text).ok()?;
    let dependencies = parsed.value["dependencies"].as_array()?;
    let names = dependencies.iter().filter_map(|own| own["name"].as_str());
    let vendored = |name: &&str| {
        let entries = std::fs::read_dir(chart.join("charts")).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name()).any(|own| own.to_string_lossy().starts_with(*name))
    };
    names.into_iter().find(|name| !vendored(name)).map(str::to_owned)
}

/// The documents that helm writes, each with the template that made it.
fn sources(rendered: &str) -> Vec<(&str, &str)> {
    let documents = rendered.trim_start_matches("---\n").split("\n---\n");
    let mut out = Vec::new();
    for document in documents {
        let text = document.strip_prefix("# Source: ").unwrap_or(document);
        if let Some((source, rest)) = text.split_once('\n') {
            out.push((source.trim(), rest));
        }
    }
    out
}

/// The document of a template that most likely made an object: the one that names its kind.
fn template(input: &mut Input, chart: &Chart, source: &str, value: &Value) -> Option<Origin> {
    let (_, inner) = source.split_once('/')?;
    let path = chart.path.join(inner);
    let file = input.file_at(&path, || format!("{}/{inner}", chart.name)).ok()?;
    let kind = format!("kind: {}", value["kind"].as_str().unwrap_or_default());
    let own: Vec<u32> = (0u32..)
        .zip(&input.documents)
        .filter(|(_, document)| document.file == file)
        .map(|(number, _)| number)
        .collect();
    let names = |number: &&u32| {
        let document = &input.documents[**number as usize];
        document.text(&input.files[file as usize]).contains(&kind)
    };
    let document = *own.iter().find(names).or(own.first())?;
    Some(Origin { file, document: input.copy_document(document), item: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helm_names_the_template_of_each_document() {
        let rendered = "---\n# Source: web/templates/a.yaml\nkind: A\n---\n# Source: web/templates/b.yaml\nkind: B\n";
        let found = sources(rendered);
        assert_eq!(
            found,
            [("web/templates/a.yaml", "kind: A"), ("web/templates/b.yaml", "kind: B\n")]
        );
        assert_eq!(release_name("My_Chart"), "my-chart");
    }
}
