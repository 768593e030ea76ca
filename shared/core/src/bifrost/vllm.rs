//! vLLM in a pod template: the names that it serves.

use crate::facts::views::{Container, Workload};

/// A vLLM server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vllm {
    /// The number of its container.
    pub container: usize,
    /// The names that it answers to; `None` when its arguments do not tell.
    pub names: Option<Vec<String>>,
    /// Whether `--served-model-name` is set.
    pub named: bool,
    /// The model, as it is given.
    pub model: Option<String>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Whether it wants a key.
    pub wants_key: bool,
}

/// The first vLLM of a workload.
pub fn of(workload: &Workload) -> Option<Vllm> {
    let template = workload.template.as_ref().ok()?;
    template.containers.iter().enumerate().find_map(|(number, container)| server(number, container))
}

/// All words of a container's command line; those of `sh -c` are taken apart.
pub fn words(container: &Container) -> Vec<String> {
    let command = container.command.iter().flatten();
    let all: Vec<&str> =
        command.chain(container.args.iter().flatten()).map(|word| word.reveal()).collect();
    let shell = all.windows(2).any(|pair| pair[1] == "-c" && pair[0].ends_with("sh"));
    match shell {
        true => all.iter().flat_map(|word| word.split_whitespace()).map(unquoted).collect(),
        false => all.iter().map(|word| (*word).to_owned()).collect(),
    }
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '\'', '\\', ';']).to_owned()
}

fn server(number: usize, container: &Container) -> Option<Vllm> {
    let words = words(container);
    let image = super::instance::image_name(&container.image).0;
    let by_image = image.rsplit('/').next().is_some_and(|name| name.contains("vllm"));
    let serves = words.windows(2).any(|pair| pair[0].ends_with("vllm") && pair[1] == "serve");
    let module = words.iter().any(|word| word.contains("vllm.entrypoints"));
    if !by_image && !serves && !module {
        return None;
    }
    let served = values(&words, "--served-model-name");
    let flag = values(&words, "--model").into_iter().next();
    let model = flag.or_else(|| positional(&words, by_image && !serves && !module));
    let variables = container.env.iter().any(|var| var.name == "VLLM_API_KEY");
    let names = match (served.as_slice(), &model) {
        ([_, ..], _) => Some(served.clone()),
        ([], Some(model)) => Some(vec![model.clone()]),
        ([], None) => None,
    };
    // A variable of the shell is not known here.
    let names = names.filter(|names| !names.iter().any(|name| name.contains('$')));
    Some(Vllm {
        container: number,
        names,
        named: !served.is_empty(),
        model,
        tls: words.iter().any(|word| word.starts_with("--ssl-keyfile")),
        wants_key: variables || words.iter().any(|word| word.starts_with("--api-key")),
    })
}

/// The values of an option that may have several.
fn values(words: &[String], option: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        if let Some(value) = word.strip_prefix(option).and_then(|rest| rest.strip_prefix('=')) {
            out = vec![value.to_owned()];
        } else if word == option {
            out.clear();
            while let Some(value) = rest.next_if(|next| !next.starts_with('-')) {
                out.push(value.clone());
            }
        }
    }
    out
}

/// The model in `vllm serve MODEL`, or the first argument of the image's own entry point.
fn positional(words: &[String], image: bool) -> Option<String> {
    let after = words.iter().position(|word| word == "serve").map(|at| at + 1);
    let first = words.get(after.or(image.then_some(0))?)?;
    (!first.starts_with('-')).then(|| first.clone())
}
