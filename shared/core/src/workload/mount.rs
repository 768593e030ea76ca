//! Files that a volume puts into a pod.

use std::collections::BTreeMap;

use crate::facts::views::{DataEntry, FileSource, Secret, Volume};
use crate::facts::{Fact, Facts};
use crate::kube::{Hidden, Meta, full_name};

use super::sources::{config_map, secret};

/// A file out of a ConfigMap or a Secret.
pub struct MountedFile<'a> {
    /// Below the mount.
    pub path: String,
    /// Where its text is, or why it is not known.
    pub text: Result<MountedText<'a>, String>,
}

/// The text of an entry of a ConfigMap or a Secret.
#[derive(Clone, Copy)]
pub struct MountedText<'a> {
    pub object: &'a Meta,
    pub member: &'static str,
    pub key: &'a str,
    pub text: &'a Hidden,
}

/// The files of a volume.
pub fn files<'a>(facts: &Facts<'a>, namespace: &str, volume: &Volume) -> Vec<MountedFile<'a>> {
    let mut out = Vec::new();
    let parts = volume.projected.iter().flat_map(|projected| &projected.sources);
    for part in std::iter::once(volume).chain(parts) {
        if let Some(source) = &part.config_map {
            let what = format!("ConfigMap {}", full_name(namespace, &source.name));
            let found = match config_map(facts, namespace, &source.name) {
                Fact::Known(map) => Ok((&map.meta, Some(&map.data))),
                Fact::Absent => Err(format!("{what} does not exist")),
                Fact::Unknown(why) => Err(why.about(&what)),
            };
            listed(source, found, &mut out);
        }
        if let Some(source) = &part.secret {
            let name = source.secret();
            let what = format!("Secret {}", full_name(namespace, name));
            let found = match secret(facts, namespace, name) {
                Fact::Known(secret) => Ok((&secret.meta, secret.data.as_ref())),
                Fact::Unknown(why) => Err(why.about(&what)),
                Fact::Absent => Err(format!("{what} does not exist")),
            };
            listed(source, found, &mut out);
        }
    }
    out
}

/// What a volume needs and is not there, so that no container of the pod is created.
pub fn missing(facts: &Facts, namespace: &str, volume: &Volume) -> Option<String> {
    let parts = volume.projected.iter().flat_map(|projected| &projected.sources);
    std::iter::once(volume).chain(parts).find_map(|part| {
        let map = part.config_map.as_ref().and_then(|source| {
            let what = format!("ConfigMap {}", full_name(namespace, &source.name));
            lacks(
                source,
                what,
                config_map(facts, namespace, &source.name).map(|own| Some(&own.data)),
            )
        });
        map.or_else(|| {
            let source = part.secret.as_ref()?;
            let name = source.secret();
            let found = secret(facts, namespace, name).map(|secret| secret.data.as_ref());
            lacks(source, format!("Secret {}", full_name(namespace, name)), found)
        })
    })
}

/// Whether all that a volume holds is known.
pub fn is_known(facts: &Facts, namespace: &str, volume: &Volume) -> bool {
    let parts = volume.projected.iter().flat_map(|projected| &projected.sources);
    let own = std::iter::once(volume).chain(parts);
    own.filter(|part| part.projected.is_none()).all(|part| match (&part.config_map, &part.secret) {
        (Some(source), _) => match config_map(facts, namespace, &source.name) {
            Fact::Known(_) => true,
            Fact::Absent => source.optional,
            Fact::Unknown(_) => false,
        },
        (_, Some(source)) => {
            let found = facts.get::<Secret>(namespace, source.secret()).known();
            found.is_some_and(|secret| secret.data.is_some())
        }
        _ => false,
    })
}

fn lacks(source: &FileSource, what: String, found: Fact<Entries>) -> Option<String> {
    match found {
        _ if source.optional => None,
        Fact::Absent => Some(format!("{what} does not exist")),
        Fact::Known(Some(data)) => {
            let key =
                source.items.iter().map(|item| &item.key).find(|key| !data.contains_key(*key))?;
            Some(format!("{what} has no key {key}"))
        }
        Fact::Known(None) | Fact::Unknown(_) => None,
    }
}

type Entries<'a> = Option<&'a BTreeMap<String, DataEntry>>;

fn listed<'a>(
    source: &FileSource,
    found: Result<(&'a Meta, Entries<'a>), String>,
    out: &mut Vec<MountedFile<'a>>,
) {
    let paths: Vec<(String, String)> = match (&found, source.items.as_slice()) {
        (_, items @ [_, ..]) => {
            items.iter().map(|item| (item.key.clone(), item.path.clone())).collect()
        }
        (Ok((_, Some(data))), []) => data.keys().map(|key| (key.clone(), key.clone())).collect(),
        // Which keys it has is not known; the usual one is the one that matters.
        _ => vec![("config.json".to_owned(), "config.json".to_owned())],
    };
    for (key, path) in paths {
        let text = match &found {
            Err(why) => Err(why.clone()),
            Ok((object, data)) => match data.and_then(|data| data.get_key_value(&key)) {
                Some((key, DataEntry { text: Some(text), member })) => {
                    Ok(MountedText { object, member, key, text })
                }
                Some(_) => Err(format!("key {key} of {} is not given as text", object.title())),
                None => Err(format!("{} has no key {key}", object.title())),
            },
        };
        out.push(MountedFile { path, text });
    }
}
