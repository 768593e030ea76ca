//! The addresses that a container is given: by its variables, its arguments, and files of ConfigMaps.

use std::collections::BTreeSet;

use igw_core::facts::Facts;
use igw_core::facts::views::{
    ConfigMap, ConfigSource, ConfigUse, ConfigWay, Container, PodTemplate, Workload,
};
use igw_core::text;
use igw_core::workload::arguments::command_line;

/// An address, and what holds it: `variable STRONG_BACKEND`.
pub struct HeldAddress {
    pub url: String,
    pub by: String,
}

/// What ends an address in a text.
const ENDS: &[char] =
    &['"', '\'', '`', ',', ';', '|', '<', '>', '(', ')', '[', ']', '{', '}', '\\'];

/// The addresses of a workload, each once. Secrets are not read for it.
pub fn of(facts: &Facts, workload: &Workload) -> Vec<HeldAddress> {
    let Ok(template) = &workload.template else { return Vec::new() };
    let namespace = &workload.meta.namespace;
    let (mut out, mut known) = (Vec::new(), BTreeSet::new());
    let mut add = |text: &str, by: &str| {
        for url in urls(text) {
            if known.insert(url.to_owned()) {
                out.push(HeldAddress { url: url.to_owned(), by: by.to_owned() });
            }
        }
    };
    for container in &template.containers {
        of_container(facts, namespace, container, &mut add);
    }
    for (name, map) in mounted(facts, namespace, template) {
        let by = format!("ConfigMap {}", text::clip(&name, 80));
        for text in map.data.values().filter_map(|entry| entry.text.as_ref()) {
            let lines = text.reveal().lines().filter(|line| !line.trim_start().starts_with('#'));
            lines.for_each(|line| add(line, &by));
        }
    }
    out
}

fn of_container(
    facts: &Facts,
    namespace: &str,
    container: &Container,
    add: &mut dyn FnMut(&str, &str),
) {
    let map = |name: &str| facts.get::<ConfigMap>(namespace, name).known();
    let variable = |name: &str| format!("variable {}", text::clip(name, 80));
    for source in container.env_from.iter().filter_map(|own| own.config_map_ref.as_ref()) {
        for (key, entry) in map(&source.name).into_iter().flat_map(|own| &own.data) {
            if let Some(text) = &entry.text {
                add(text.reveal(), &variable(key));
            }
        }
    }
    for var in &container.env {
        let key = var.value_from.as_ref().and_then(|own| own.config_map_key_ref.as_ref());
        let given = key.and_then(|key| map(&key.name)?.data.get(&key.key)?.text.as_ref());
        if let Some(text) = var.value.as_ref().or(given) {
            add(text.reveal(), &variable(&var.name));
        }
    }
    for word in command_line(container) {
        add(&word, "an argument");
    }
}

/// The ConfigMaps that containers have as files.
fn mounted<'a>(
    facts: &Facts<'a>,
    namespace: &str,
    template: &PodTemplate,
) -> Vec<(String, &'a ConfigMap)> {
    let uses = ConfigUse::all(template).into_iter();
    let files =
        uses.filter(|own| own.source == ConfigSource::ConfigMap && own.way != ConfigWay::Env);
    let map = |own: ConfigUse| {
        let map = facts.get::<ConfigMap>(namespace, &own.name).known()?;
        Some((own.name, map))
    };
    files.filter_map(map).collect()
}

/// The addresses in a text; those that are completed later, as `http://${HOST}`, are left out.
fn urls(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
    let begun = starts.filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"));
    begun.filter_map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || ENDS.contains(&c));
        let url = &rest[..end.unwrap_or(rest.len())];
        (!url.contains('$')).then_some(url)
    })
}

#[cfg(test)]
mod tests {
    use super::urls;

    #[test]
    fn addresses_of_a_text() {
        let of = |text| urls(text).collect::<Vec<_>>();
        assert_eq!(of(r#"api_base: "http://a:8000/v1", x"#), ["http://a:8000/v1"]);
        assert_eq!(of("--backend=http://a --other https://b/x"), ["http://a", "https://b/x"]);
        assert_eq!(of("http://${HOST}:80 http https"), Vec::<&str>::new());
    }
}
