//! The environment of a container.

use std::collections::BTreeMap;

use super::sources::{self, config_map, keeps_secrets_out};
use crate::facts::views::{Container, DataEntry, KeyRef, Secret};
use crate::facts::{ComposeService, Fact, Facts};
use crate::kube::Hidden;
use crate::mask;

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Var {
    Set(Hidden),
    Unset,
    /// It refers to something that is missing: the container does not start.
    Dangling(String),
    Unknown(String),
}

#[derive(Debug, Clone, Default)]
pub struct Environment {
    vars: BTreeMap<String, Var>,
    /// Why there may be more variables than these.
    more: Option<String>,
    /// The whole ConfigMaps and Secrets that are not there, and must be.
    sources: Vec<String>,
    /// Whether a pod template or `--env` defines the variables.
    pub given: bool,
}

impl Environment {
    /// What the user says, where no pod template is given.
    pub fn assumed(said: &BTreeMap<String, Hidden>) -> Environment {
        let vars = said.iter().map(|(name, value)| (name.clone(), Var::Set(value.clone())));
        Environment { vars: vars.collect(), given: !said.is_empty(), ..Environment::default() }
    }

    /// What docker-compose sets; what the user says comes on top.
    pub fn composed(service: &ComposeService, said: &BTreeMap<String, Hidden>) -> Environment {
        let var = |value: &Option<Hidden>| match value {
            Some(value) => Var::Set(value.clone()),
            None => Var::Unknown("compose fills it in".to_owned()),
        };
        let vars = service.env.iter().map(|(name, value)| (name.clone(), var(value)));
        let said = said.iter().map(|(name, value)| (name.clone(), Var::Set(value.clone())));
        let more = service.env_file.then(|| "env_file may set it".to_owned());
        Environment {
            vars: vars.chain(said).collect(),
            more,
            given: true,
            ..Environment::default()
        }
    }

    /// The variables of a container in a namespace; what the user says comes on top.
    pub fn of(
        facts: &Facts,
        namespace: &str,
        container: &Container,
        said: &BTreeMap<String, Hidden>,
    ) -> Environment {
        let mut out = Environment { given: true, ..Environment::default() };
        for source in &container.env_from {
            let (what, entries, optional) = match (&source.config_map_ref, &source.secret_ref) {
                (Some(map), _) => {
                    let found = config_map(facts, namespace, &map.name);
                    (
                        format!("ConfigMap {}", map.name),
                        found.map(|map| Some(&map.data)),
                        map.optional,
                    )
                }
                (_, Some(secret)) => {
                    let found = sources::secret(facts, namespace, &secret.name);
                    let found = found.map(|secret| secret.data.as_ref());
                    (format!("Secret {}", secret.name), found, secret.optional)
                }
                _ => continue,
            };
            match entries {
                Fact::Absent if optional => {}
                Fact::Absent => out.sources.push(format!("{what} does not exist")),
                Fact::Known(Some(entries)) => {
                    for (key, entry) in entries {
                        let name = format!("{}{key}", source.prefix);
                        out.vars.insert(name, value_of(entry, &what));
                    }
                }
                Fact::Known(None) | Fact::Unknown(_) => {
                    out.more = Some(format!("{what} is not in the input"));
                }
            }
        }
        for var in &container.env {
            let from = var.value_from.as_ref();
            let value = match (&var.value, from) {
                (Some(value), _) if mask::is_masked(value.reveal()) => {
                    Var::Unknown("it is masked in the bundle".to_owned())
                }
                (Some(value), _) => Var::Set(value.clone()),
                (None, None) => Var::Set(Hidden::default()),
                (None, Some(from)) => match (&from.secret_key_ref, &from.config_map_key_ref) {
                    (Some(key), _) => from_secret(facts, namespace, key),
                    (_, Some(key)) => from_map(facts, namespace, key),
                    _ => Var::Unknown("it comes from the pod's own fields".to_owned()),
                },
            };
            out.vars.insert(var.name.clone(), value);
        }
        out.vars.extend(said.iter().map(|(name, value)| (name.clone(), Var::Set(value.clone()))));
        out
    }

    pub fn get(&self, name: &str) -> Var {
        match (self.vars.get(name), &self.more) {
            (Some(var), _) => var.clone(),
            (None, Some(why)) => Var::Unknown(why.clone()),
            (None, None) => Var::Unset,
        }
    }

    /// A variable's value, where it is known and not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name) {
            Var::Set(value) if !value.reveal().is_empty() => Some(value.reveal().to_owned()),
            _ => None,
        }
    }

    /// The names of the variables that are known of.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.keys().map(String::as_str)
    }

    /// Whether there may be more of them.
    pub fn may_have_more(&self) -> bool {
        self.more.is_some()
    }

    /// The whole ConfigMaps and Secrets that are missing.
    pub fn missing_sources(&self) -> &[String] {
        &self.sources
    }

    /// The variables that refer to something that is missing.
    pub fn dangling(&self) -> impl Iterator<Item = (&str, &str)> {
        self.vars.iter().filter_map(|(name, var)| match var {
            Var::Dangling(why) => Some((name.as_str(), why.as_str())),
            _ => None,
        })
    }
}

fn value_of(entry: &DataEntry, what: &str) -> Var {
    match &entry.text {
        Some(text) => Var::Set(text.clone()),
        None => Var::Unknown(format!("the content of {what} is not given")),
    }
}

fn from_secret(facts: &Facts, namespace: &str, key: &KeyRef) -> Var {
    let what = format!("Secret {}", key.name);
    match facts.get::<Secret>(namespace, &key.name) {
        Fact::Known(Secret { data: Some(data), .. }) => pick(data, key, &what),
        Fact::Known(_) => Var::Unknown(format!("the content of {what} is not given")),
        Fact::Absent if key.optional => Var::Unset,
        Fact::Unknown(why) => Var::Unknown(why.about(&what)),
        Fact::Absent if keeps_secrets_out(facts) => {
            Var::Unknown(format!("{what} is not in the input"))
        }
        Fact::Absent => Var::Dangling(format!("{what} does not exist")),
    }
}

fn from_map(facts: &Facts, namespace: &str, key: &KeyRef) -> Var {
    let what = format!("ConfigMap {}", key.name);
    match config_map(facts, namespace, &key.name) {
        Fact::Known(map) => pick(&map.data, key, &what),
        Fact::Absent if key.optional => Var::Unset,
        Fact::Absent => Var::Dangling(format!("{what} does not exist")),
        Fact::Unknown(why) => Var::Unknown(why.about(&what)),
    }
}

fn pick(data: &BTreeMap<String, DataEntry>, key: &KeyRef, what: &str) -> Var {
    match data.get(&key.key) {
        Some(entry) => value_of(entry, what),
        None if key.optional => Var::Unset,
        None => Var::Dangling(format!("{what} has no key {}", key.key)),
    }
}
