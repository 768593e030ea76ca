//! The variables of a container with `$(NAME)` replaced, as the kubelet does it.

use std::collections::BTreeMap;

use super::env::{Environment, Var};
use crate::facts::Facts;
use crate::facts::views::Container;
use crate::kube::Hidden;
use crate::placeholder;

/// What stands in a text for a part that is not known.
pub const UNSEEN: char = '\u{fffc}';

/// A variable that is set, or may be.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its text; parts that are not known are [`UNSEEN`].
    pub text: Hidden,
    /// Where it is written: a pointer into the container.
    pub path: String,
    /// The references that stay as they are written: `${NAME}`, which Kubernetes does not know, and
    /// `$(NAME)` of a variable that does not come before it.
    pub literal: Vec<String>,
    /// Whether the text stands there as it is, and refers to nothing.
    pub written: bool,
}

impl Variable {
    /// The text, if all of it is known.
    pub fn known(&self) -> Option<&str> {
        Some(self.text.reveal()).filter(|text| !text.contains(UNSEEN))
    }
}

/// The variables of a container.
#[derive(Debug, Clone, Default)]
pub struct PodVariables {
    known: BTreeMap<String, Variable>,
    /// Whether there may be more than these.
    pub open: bool,
}

impl PodVariables {
    /// The variables of a container of a namespace, by the names that are wanted; those that their
    /// values refer to are looked up, too.
    pub fn of(
        facts: &Facts,
        namespace: &str,
        container: &Container,
        wanted: impl Fn(&str) -> bool,
    ) -> PodVariables {
        let used: Vec<String> = container
            .env
            .iter()
            .filter(|var| wanted(&var.name))
            .filter_map(|var| var.value.as_ref())
            .flat_map(|value| references(value.reveal()))
            .collect();
        let is_read = |name: &str| wanted(name) || used.iter().any(|own| own == name);
        let mut read = container.clone();
        read.env.retain(|var| is_read(&var.name));
        let env = Environment::of(facts, namespace, &read, &BTreeMap::new());
        let mut out = PodVariables { known: BTreeMap::new(), open: env.may_have_more() };
        let of_whole =
            |name: &&str| is_read(name) && !container.env.iter().any(|var| var.name == **name);
        for name in env.names().filter(of_whole) {
            let path = "/envFrom".to_owned();
            out.add(name, seen(env.get(name)), path, Vec::new());
        }
        for (at, var) in container.env.iter().enumerate().filter(|(_, var)| is_read(&var.name)) {
            let path = format!("/env/{at}");
            match &var.value {
                Some(text) if matches!(env.get(&var.name), Var::Set(_)) => {
                    let (new, literal) = out.expanded(text.reveal());
                    let same = new == text.reveal();
                    out.add(&var.name, Some(new), path, literal);
                    if let Some(own) = out.known.get_mut(&var.name) {
                        own.written &= same;
                    }
                }
                _ => {
                    out.add(&var.name, seen(env.get(&var.name)), path, Vec::new());
                    if let Some(own) = out.known.get_mut(&var.name) {
                        own.written = false;
                    }
                }
            }
        }
        out
    }

    fn add(&mut self, name: &str, text: Option<String>, path: String, literal: Vec<String>) {
        let Some(text) = text else {
            self.known.remove(name);
            return;
        };
        let text = match placeholder::has(&text) {
            true => UNSEEN.to_string(),
            false => text,
        };
        let written = path != "/envFrom" && !text.contains(UNSEEN);
        let text = Hidden::new(text);
        self.known.insert(name.to_owned(), Variable { text, path, literal, written });
    }

    /// A variable that is set to something.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.known.get(name).filter(|own| !own.text.reveal().is_empty())
    }

    /// The first of these that is set, with its name.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &Variable)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// The text with the variables that come before, and the references that stay.
    fn expanded(&self, text: &str) -> (String, Vec<String>) {
        let (mut out, mut literal) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                // `$$(NAME)` is how `$(NAME)` is written.
                out.push('$');
                rest = after;
                continue;
            }
            let (open, close) = match rest.chars().next() {
                Some('(') => ('(', ')'),
                Some('{') => ('{', '}'),
                _ => {
                    out.push('$');
                    continue;
                }
            };
            let Some(end) = rest.find(close) else {
                out.push('$');
                continue;
            };
            let name = &rest[1..end];
            match self.known.get(name) {
                Some(own) if open == '(' => {
                    out.push_str(own.text.reveal());
                    literal.extend(own.literal.iter().cloned());
                }
                None if open == '(' && self.open => out.push(UNSEEN),
                _ => {
                    let written = format!("${}", &rest[..=end]);
                    out.push_str(&written);
                    literal.push(written);
                }
            }
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        (out, literal)
    }
}

/// The text of a variable; `None`: it is not set.
fn seen(var: Var) -> Option<String> {
    match var {
        Var::Set(text) => Some(text.reveal().to_owned()),
        Var::Unset => None,
        Var::Dangling(_) | Var::Unknown(_) => Some(UNSEEN.to_string()),
    }
}

/// The names in `$(NAME)` of a text.
fn references(text: &str) -> Vec<String> {
    let parts = text.split("$(").skip(1);
    parts.filter_map(|part| Some(part.split_once(')')?.0.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_as_the_kubelet_does_it() {
        let mut own = PodVariables::default();
        own.add("HOST", Some("http://a/".to_owned()), String::new(), Vec::new());
        let expanded = |text: &str| own.expanded(text);
        assert_eq!(expanded("$(HOST)x"), ("http://a/x".to_owned(), vec![]));
        assert_eq!(expanded("$$(HOST) $HOST $"), ("$(HOST) $HOST $".to_owned(), vec![]));
        assert_eq!(expanded("a ${HOST}"), ("a ${HOST}".to_owned(), vec!["${HOST}".to_owned()]));
        assert_eq!(expanded("$(NO)"), ("$(NO)".to_owned(), vec!["$(NO)".to_owned()]));
        own.open = true;
        assert_eq!(own.expanded("$(NO)"), (UNSEEN.to_string(), vec![]));
    }
}
