//! Which model server or gateway a container runs, as far as its manifest tells.

use serde_json::Value;

/// A program that answers requests for models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// vLLM, with the model names that it serves; a request for another one is 404.
    Vllm(Vec<String>),
    /// Bifrost: the model's name begins with a provider.
    Bifrost,
    /// The guide's classifier, which chooses between two backends by the prompt.
    Classifier,
}

impl Server {
    /// The program of a container; `None` when it cannot be told.
    ///
    /// vLLM is known by its image or its command, and serves what `--served-model-name` lists,
    /// else the model itself (vLLM, "Engine arguments"). Names of objects tell nothing.
    pub fn of(container: &Value) -> Option<Server> {
        let image = container["image"].as_str().unwrap_or_default();
        let image = image.split('@').next().unwrap_or_default();
        let name = match image.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => name,
            _ => image,
        };
        if name == "maximhq/bifrost" || name.ends_with("/maximhq/bifrost") {
            return Some(Server::Bifrost);
        }
        let words = words(container);
        if name.ends_with("vllm/vllm-openai") || starts_vllm(&words) {
            return Some(Server::Vllm(served(&words)));
        }
        let env = container["env"].as_array().into_iter().flatten();
        let names: Vec<&str> = env.filter_map(|variable| variable["name"].as_str()).collect();
        let both = names.contains(&"WEAK_BACKEND") && names.contains(&"STRONG_BACKEND");
        both.then_some(Server::Classifier)
    }
}

/// Command and arguments, those of a shell's one line, too.
fn words(container: &Value) -> Vec<&str> {
    let list = |key: &str| container[key].as_array().into_iter().flatten();
    let words = list("command").chain(list("args")).filter_map(Value::as_str);
    words.flat_map(str::split_whitespace).collect()
}

fn starts_vllm(words: &[&str]) -> bool {
    let serve = words.windows(2).any(|pair| pair[0].ends_with("vllm") && pair[1] == "serve");
    serve || words.contains(&"vllm.entrypoints.openai.api_server")
}

fn served(words: &[&str]) -> Vec<String> {
    let value = |flag: &str| -> Vec<String> {
        let Some(at) = words.iter().position(|w| w.split('=').next() == Some(flag)) else {
            return Vec::new();
        };
        match words[at].split_once('=') {
            Some((_, value)) => vec![value.trim_matches(['"', '\'']).to_owned()],
            None => words[at + 1..]
                .iter()
                .take_while(|word| !word.starts_with('-') && **word != "\\" && **word != "&&")
                .map(|word| word.trim_matches(['"', '\'']).to_owned())
                .collect(),
        }
    };
    let names = value("--served-model-name");
    if !names.is_empty() {
        return names;
    }
    let serve = words.iter().position(|word| *word == "serve");
    let positional = serve.and_then(|at| words.get(at + 1)).or_else(|| words.first());
    match positional.filter(|word| !word.starts_with('-') && serve.is_some()) {
        Some(model) => vec![model.trim_matches(['"', '\'']).to_owned()],
        None => value("--model").into_iter().take(1).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(container: Value) -> Option<Vec<String>> {
        match Server::of(&container) {
            Some(Server::Vllm(names)) => Some(names),
            _ => None,
        }
    }

    #[test]
    fn vllm_and_its_names() {
        let image = "vllm/vllm-openai:v0.11.0";
        let list = |names: &[&str]| Some(names.iter().map(|n| (*n).to_owned()).collect());
        for (container, expected) in [
            (json!({ "image": image, "args": ["--model", "a/B"] }), list(&["a/B"])),
            (json!({ "image": image, "args": ["--model=a/B"] }), list(&["a/B"])),
            (
                json!({ "image": image, "args": ["--served-model-name", "x", "y", "--port=1"] }),
                list(&["x", "y"]),
            ),
            (
                json!({ "image": "own:1", "command": ["vllm", "serve"], "args": ["a/B", "--x"] }),
                list(&["a/B"]),
            ),
            (
                json!({ "command": ["sh", "-c", "exec vllm serve a/B --served-model-name 'm'"] }),
                list(&["m"]),
            ),
            (
                json!({ "args": ["-m", "vllm.entrypoints.openai.api_server", "--model", "a"] }),
                list(&["a"]),
            ),
            (json!({ "image": image }), list(&[])),
            (json!({ "image": "nginx:1", "args": ["--model", "a"] }), None),
        ] {
            assert_eq!(names(container.clone()), expected, "{container}");
        }
    }

    #[test]
    fn others() {
        let of = |container: Value| Server::of(&container);
        assert_eq!(of(json!({ "image": "maximhq/bifrost:v1.5.16" })), Some(Server::Bifrost));
        assert_eq!(of(json!({ "image": "r.test:5000/maximhq/bifrost" })), Some(Server::Bifrost));
        assert_eq!(of(json!({ "image": "bifrost/bifrost:v2" })), None);
        let env = json!([{ "name": "WEAK_BACKEND" }, { "name": "STRONG_BACKEND" }]);
        assert_eq!(of(json!({ "image": "own:1", "env": env })), Some(Server::Classifier));
    }
}
