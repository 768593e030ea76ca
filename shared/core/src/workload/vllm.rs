//! vLLM in a pod template: the names that it serves.

use super::arguments::command_line;
use super::image::image_name;
use crate::facts::Facts;
use crate::facts::views::{Container, Workload};
use crate::mask;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vllm {
    pub container: usize,
    /// The names that it answers to; `None` if its arguments do not tell.
    pub names: Option<Vec<String>>,
    /// Whether `--served-model-name` is set.
    pub named: bool,
    pub model: Option<String>,
    pub tls: bool,
    pub wants_key: bool,
}

/// The first vLLM of a workload.
pub fn of(workload: &Workload) -> Option<Vllm> {
    let template = workload.template.as_ref().ok()?;
    template.containers.iter().enumerate().find_map(|(number, container)| server(number, container))
}

fn server(number: usize, container: &Container) -> Option<Vllm> {
    let words = command_line(container);
    let image = image_name(&container.image).0;
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
    let unknown = |name: &String| name.contains('$') || mask::has_masked(name);
    let names = names.filter(|names| !names.iter().any(unknown));
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

pub fn behind<'a>(facts: &'a Facts, namespace: &str, name: &str) -> Option<(&'a Workload, Vllm)> {
    super::behind(facts, namespace, name).into_iter().find_map(|w| Some((w, of(w)?)))
}
