//! docker-compose beside a config.json: the image and the environment of the Bifrost that reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::input::files::{Input, Single, SourceFile};
use igw_core::bifrost::instance::is_bifrost_image;
use igw_core::facts::ComposeService;
use igw_core::kube::Hidden;
use serde_json::Value;

/// The services of the input that run Bifrost, each with the directory of its file.
pub fn services(input: &Input) -> Vec<(PathBuf, ComposeService)> {
    let mut out = Vec::new();
    for file in &input.files {
        let Some(path) = file.path.as_deref().filter(|path| is_compose(path)) else { continue };
        let Ok(parsed) = Single::parse(&file.name, &file.text) else { continue };
        let home = path.parent().unwrap_or(path).to_owned();
        for (name, service) in parsed.value["services"].as_object().into_iter().flatten() {
            let image = service["image"].as_str().unwrap_or_default();
            if is_bifrost_image(image) {
                let (name, image) = (name.clone(), image.to_owned());
                let env = environment(&service["environment"]);
                let env_file = !service["env_file"].is_null();
                out.push((home.clone(), ComposeService { name, image, env, env_file }));
            }
        }
    }
    out
}

/// The service that reads a file: the only one of a compose file beside it, or above it.
pub fn beside(services: &[(PathBuf, ComposeService)], file: &SourceFile) -> Option<ComposeService> {
    let path = file.path.as_deref()?;
    let mut above = services.iter().filter(|(home, _)| path.starts_with(home));
    match (above.next(), above.next()) {
        (Some((_, service)), None) => Some(service.clone()),
        _ => None,
    }
}

/// Whether a file is one of docker-compose, by its name.
pub fn is_compose(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    yaml && (name.starts_with("docker-compose") || name.starts_with("compose"))
}

/// `environment`, as a mapping or as a list. A variable without a value is one of the shell, and
/// `${X}` is filled in by compose: both are set, and what to is not known.
fn environment(value: &Value) -> BTreeMap<String, Option<Hidden>> {
    let told = |text: &str| (!text.contains("${")).then(|| Hidden::new(text));
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let text = match value {
                    Value::String(text) => told(text),
                    Value::Null => None,
                    other => Some(Hidden::new(other.to_string())),
                };
                (name.clone(), text)
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(|item| match item.split_once('=') {
                Some((name, value)) => (name.to_owned(), told(value)),
                None => (item.to_owned(), None),
            })
            .collect(),
        _ => BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms_of_an_environment() {
        for value in [json!({"A": "x", "B": "${B}", "C": null}), json!(["A=x", "B=${B}", "C"])] {
            let env = environment(&value);
            let set = |name: &str| env[name].as_ref().map(|own| own.reveal().to_owned());
            assert_eq!((set("A").as_deref(), set("B"), set("C")), (Some("x"), None, None));
        }
    }
}
