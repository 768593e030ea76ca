//! Files that a volume puts into a pod.

use std::collections::BTreeMap;

use crate::facts::views::{ConfigMap, DataEntry, FileSource, Secret, Volume};
use crate::facts::{Fact, Facts};
use crate::kube::{Hidden, Meta};

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
            let what = format!("ConfigMap {namespace}/{}", source.name);
            let found = match facts.get::<ConfigMap>(namespace, &source.name) {
                Fact::Known(map) => Ok((&map.meta, Some(&map.data))),
                Fact::Absent => Err(format!("{what} does not exist")),
                Fact::Unknown(why) => Err(why.about(&what)),
            };
            listed(source, found, &mut out);
        }
        if let Some(source) = &part.secret {
            let name = [&source.secret_name, &source.name].into_iter().find(|n| !n.is_empty());
            let name = name.cloned().unwrap_or_default();
            let what = format!("Secret {namespace}/{name}");
            let found = match facts.get::<Secret>(namespace, &name) {
                Fact::Known(secret) => Ok((&secret.meta, secret.data.as_ref())),
                Fact::Unknown(why) => Err(why.about(&what)),
                // A Secret is often kept out of the files on purpose.
                Fact::Absent if facts.store.world.is_some() => {
                    Err(format!("{what} is not in the input"))
                }
                Fact::Absent => Err(format!("{what} does not exist")),
            };
            listed(source, found, &mut out);
        }
    }
    out
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
