//! How a configuration gets into a pod.

use std::collections::BTreeMap;

use crate::facts::views::{ConfigMap, Container, Entry, FileSource, PodTemplate, Secret, Volume};
use crate::facts::{Cx, Fact, Hidden, Meta, pointer};

use super::instance::{Document, Way, looks_like_config};
use super::volume;

/// A document out of an entry of a ConfigMap or a Secret.
pub(super) fn document(meta: &Meta, key: &str, member: &str, text: &Hidden) -> Document {
    let mut path = format!("/{member}");
    pointer::push(&mut path, key);
    Document::new(meta, path, text, false)
}

/// The configuration of a container, and how it gets to where Bifrost looks.
pub(super) fn configuration(
    cx: &Cx,
    namespace: &str,
    template: &PodTemplate,
    container: &Container,
    app_dir: &str,
) -> (Option<Document>, Way) {
    let wanted = format!("{}/config.json", app_dir.trim_end_matches('/'));
    let mut elsewhere = None;
    for mount in &container.volume_mounts {
        let Some(volume) = volume::volume_of(template, &mount.name) else { continue };
        for file in files(cx, namespace, volume) {
            let at = match mount.sub_path.as_str() {
                "" => format!("{}/{}", mount.mount_path.trim_end_matches('/'), file.path),
                sub if sub == file.path => mount.mount_path.clone(),
                _ => continue,
            };
            match (at == wanted, file.document) {
                (true, Ok(document)) => return (Some(document), Way::Mounted),
                (true, Err(why)) => return (None, Way::Unknown(why)),
                (false, Ok(document)) if looks_like_config(document.text.reveal()) => {
                    elsewhere = elsewhere.or(Some((document, at)));
                }
                _ => {}
            }
        }
    }
    if let Some(copied) = copied(cx, namespace, template) {
        return copied;
    }
    match elsewhere {
        Some((document, at)) => (Some(document), Way::Elsewhere(at)),
        None if matches!(volume::mount_of(container, app_dir), Some(mount)
            if volume::volume_of(template, &mount.name).is_some_and(|v| v.persistent_volume_claim.is_some())
                || volume::volume_of(template, &mount.name).is_none()) =>
        {
            let why = "the volume at its data directory may hold a config.json".to_owned();
            (None, Way::Unknown(why))
        }
        None => (None, Way::Missing),
    }
}

/// A configuration that an init container copies.
fn copied(cx: &Cx, namespace: &str, template: &PodTemplate) -> Option<(Option<Document>, Way)> {
    for init in &template.init_containers {
        let words = [&init.command, &init.args].into_iter().flatten().flatten();
        let copies = words.into_iter().any(|word| word.reveal().contains("config.json"));
        for mount in init.volume_mounts.iter().filter(|_| copies) {
            let Some(volume) = volume::volume_of(template, &mount.name) else { continue };
            for file in files(cx, namespace, volume) {
                match file.document {
                    Ok(document) if file.path.ends_with(".json") => {
                        return Some((Some(document), Way::Copied));
                    }
                    Err(why) => return Some((None, Way::Unknown(why))),
                    Ok(_) => {}
                }
            }
        }
    }
    None
}

/// A file that a volume puts into a pod.
struct File {
    path: String,
    document: Result<Document, String>,
}

fn files(cx: &Cx, namespace: &str, volume: &Volume) -> Vec<File> {
    let mut out = Vec::new();
    let parts = volume.projected.iter().flat_map(|projected| &projected.sources);
    for part in std::iter::once(volume).chain(parts) {
        if let Some(source) = &part.config_map {
            let found = cx.get::<ConfigMap>(namespace, &source.name);
            let found = match found {
                Fact::Known(map) => Ok((&map.meta, Some(&map.data))),
                Fact::Absent => {
                    Err(format!("ConfigMap {namespace}/{} does not exist", source.name))
                }
                Fact::Unknown(_) => {
                    Err(format!("ConfigMap {namespace}/{} is not in the input", source.name))
                }
            };
            listed(source, found, &mut out);
        }
        if let Some(source) = &part.secret {
            let name = [&source.secret_name, &source.name].into_iter().find(|n| !n.is_empty());
            let name = name.cloned().unwrap_or_default();
            let found = match cx.get::<Secret>(namespace, &name) {
                Fact::Known(secret) => Ok((&secret.meta, secret.data.as_ref())),
                _ => Err(format!("Secret {namespace}/{name} is not in the input")),
            };
            listed(source, found, &mut out);
        }
    }
    out
}

type Entries<'a> = Option<&'a BTreeMap<String, Entry>>;

fn listed(source: &FileSource, found: Result<(&Meta, Entries), String>, out: &mut Vec<File>) {
    let paths: Vec<(String, String)> = match (&found, source.items.as_slice()) {
        (_, items @ [_, ..]) => {
            items.iter().map(|item| (item.key.clone(), item.path.clone())).collect()
        }
        (Ok((_, Some(data))), []) => data.keys().map(|key| (key.clone(), key.clone())).collect(),
        // Which keys it has is not known; the usual one is the one that matters.
        _ => vec![("config.json".to_owned(), "config.json".to_owned())],
    };
    for (key, path) in paths {
        let document = match &found {
            Err(why) => Err(why.clone()),
            Ok((meta, data)) => match data.and_then(|data| data.get(&key)) {
                Some(Entry { text: Some(text), member }) => {
                    Ok(self::document(meta, &key, member, text))
                }
                Some(_) => Err(format!("key {key} of {} is not given as text", meta.title())),
                None => Err(format!("{} has no key {key}", meta.title())),
            },
        };
        out.push(File { path, document });
    }
}
