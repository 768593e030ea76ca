//! How a configuration gets into a pod.

use super::document::{ConfigDocument, looks_like_config};
use super::instance::Delivery;
use crate::facts::Facts;
use crate::facts::views::{Container, PodTemplate};
use crate::kube::{Hidden, Meta, pointer};
use crate::workload::mount::{self, MountedText};
use crate::workload::volume;

fn config_document(found: MountedText) -> ConfigDocument {
    document(found.object, found.key, found.member, found.text)
}

/// A document out of an entry of a ConfigMap or a Secret.
pub(super) fn document(meta: &Meta, key: &str, member: &str, text: &Hidden) -> ConfigDocument {
    let mut path = format!("/{member}");
    pointer::push(&mut path, key);
    ConfigDocument::new(meta, path, text, false)
}

/// The configuration of a container, and how it gets to where Bifrost looks.
pub(super) fn configuration(
    facts: &Facts,
    namespace: &str,
    template: &PodTemplate,
    container: &Container,
    app_dir: &str,
) -> (Option<ConfigDocument>, Delivery) {
    let wanted = format!("{}/config.json", app_dir.trim_end_matches('/'));
    let mut elsewhere = None;
    for mount in &container.volume_mounts {
        let Some(volume) = volume::volume_of(template, &mount.name) else {
            if mount.mount_path == wanted {
                let why = format!("volume {} is not declared", mount.name);
                return (None, Delivery::Unknown(why));
            }
            continue;
        };
        let mut held = false;
        for file in mount::files(facts, namespace, volume) {
            held |= mount.sub_path == file.path
                || file.path.starts_with(&format!("{}/", mount.sub_path.trim_end_matches('/')));
            let at = match mount.sub_path.as_str() {
                "" => format!("{}/{}", mount.mount_path.trim_end_matches('/'), file.path),
                sub if sub == file.path => mount.mount_path.clone(),
                _ => continue,
            };
            match (at == wanted, file.text.map(config_document)) {
                (true, Ok(document)) => return (Some(document), Delivery::Mounted),
                (true, Err(why)) => return (None, Delivery::Unknown(why)),
                (false, Ok(document)) if looks_like_config(document.text.reveal()) => {
                    elsewhere = elsewhere.or(Some((document, at)));
                }
                _ => {}
            }
        }
        // The kubelet makes a directory of a subPath that is not there; seen: Bifrost exits.
        let looked_for = mount.mount_path == wanted && !mount.sub_path.is_empty();
        if looked_for && !held && mount::is_known(facts, namespace, volume) {
            let files = mount::files(facts, namespace, volume);
            let keys: Vec<String> = files.iter().take(5).map(|file| file.path.clone()).collect();
            let has = match keys.as_slice() {
                [] => "it is empty".to_owned(),
                keys => format!("it has {}", crate::text::list(keys)),
            };
            let says = format!("volume {} has no key {}: {has}", mount.name, mount.sub_path);
            let documents =
                files.into_iter().filter_map(|file| file.text.ok()).map(config_document);
            let meant = documents.into_iter().find(|own| looks_like_config(own.text.reveal()));
            return (meant, Delivery::Directory(says));
        }
    }
    if let Some(copied) = copied(facts, namespace, template) {
        return copied;
    }
    match elsewhere {
        Some((document, at)) => (Some(document), Delivery::Elsewhere(at)),
        None if matches!(volume::mount_of(container, app_dir), Some(mount)
            if volume::volume_of(template, &mount.name).is_some_and(|v| v.persistent_volume_claim.is_some())
                || volume::volume_of(template, &mount.name).is_none()) =>
        {
            let why = "the volume at its data directory may hold a config.json".to_owned();
            (None, Delivery::Unknown(why))
        }
        None => (None, Delivery::Missing),
    }
}

/// A configuration that an init container copies.
fn copied(
    facts: &Facts,
    namespace: &str,
    template: &PodTemplate,
) -> Option<(Option<ConfigDocument>, Delivery)> {
    for init in &template.init_containers {
        let words = [&init.command, &init.args].into_iter().flatten().flatten();
        let copies = words.into_iter().any(|word| word.reveal().contains("config.json"));
        for mount in init.volume_mounts.iter().filter(|_| copies) {
            let Some(volume) = volume::volume_of(template, &mount.name) else { continue };
            for file in mount::files(facts, namespace, volume) {
                match file.text.map(config_document) {
                    Ok(document) if file.path.ends_with(".json") => {
                        return Some((Some(document), Delivery::Copied));
                    }
                    Err(why) => return Some((None, Delivery::Unknown(why))),
                    Ok(_) => {}
                }
            }
        }
    }
    None
}
