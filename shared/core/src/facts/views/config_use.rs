//! What a pod takes from ConfigMaps and Secrets, and in which way.

use super::pod_template::{Container, FileSource, PodTemplate, Volume, VolumeMount};

/// A ConfigMap or a Secret that a container takes something from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigUse {
    /// The name of the container.
    pub container: String,
    /// Whether that is an init container: it runs when the pod starts, and not again.
    pub at_init: bool,
    pub source: ConfigSource,
    /// The name of the ConfigMap or Secret.
    pub name: String,
    pub way: ConfigWay,
    /// The entries that it takes; empty: all.
    pub keys: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigSource {
    ConfigMap,
    Secret,
}

/// How an entry gets into a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigWay {
    /// As files that the kubelet brings up to date.
    Volume,
    /// As a file that stays as it was when the container started.
    SubPath,
    /// As a variable, which stays as it was when the container started.
    Env,
}

impl ConfigSource {
    /// The kind in a manifest.
    pub fn kind(self) -> &'static str {
        match self {
            ConfigSource::ConfigMap => "ConfigMap",
            ConfigSource::Secret => "Secret",
        }
    }
}

/// Every namespace has it, and no program is configured by it.
const ROOT_CERTIFICATE: &str = "kube-root-ca.crt";

impl ConfigUse {
    /// Everything that the containers of a pod take.
    pub fn all(template: &PodTemplate) -> Vec<ConfigUse> {
        let init = template.init_containers.iter().map(|own| (own, true));
        let all = init.chain(template.containers.iter().map(|own| (own, false)));
        let mut out = Vec::new();
        for (container, at_init) in all {
            let mut add = |source, name: &str, way, keys| {
                if !name.is_empty() && name != ROOT_CERTIFICATE {
                    let (container, name) = (container.name.clone(), name.to_owned());
                    out.push(ConfigUse { container, at_init, source, name, way, keys });
                }
            };
            of_env(container, &mut add);
            for mount in &container.volume_mounts {
                let volume = template.volumes.iter().find(|volume| volume.name == mount.name);
                volume.into_iter().for_each(|volume| of_mount(volume, mount, &mut add));
            }
        }
        out
    }
}

type Add<'a> = dyn FnMut(ConfigSource, &str, ConfigWay, Vec<String>) + 'a;

fn of_env(container: &Container, add: &mut Add) {
    use ConfigSource::{ConfigMap, Secret};
    for source in &container.env_from {
        if let Some(map) = &source.config_map_ref {
            add(ConfigMap, &map.name, ConfigWay::Env, Vec::new());
        }
        if let Some(secret) = &source.secret_ref {
            add(Secret, &secret.name, ConfigWay::Env, Vec::new());
        }
    }
    for from in container.env.iter().filter_map(|var| var.value_from.as_ref()) {
        if let Some(key) = &from.config_map_key_ref {
            add(ConfigMap, &key.name, ConfigWay::Env, vec![key.key.clone()]);
        }
        if let Some(key) = &from.secret_key_ref {
            add(Secret, &key.name, ConfigWay::Env, vec![key.key.clone()]);
        }
    }
}

fn of_mount(volume: &Volume, mount: &VolumeMount, add: &mut Add) {
    let computed = !mount.sub_path_expr.is_empty();
    let way = match mount.sub_path.is_empty() && !computed {
        true => ConfigWay::Volume,
        false => ConfigWay::SubPath,
    };
    let parts = volume.projected.iter().flat_map(|projected| &projected.sources);
    for part in std::iter::once(volume).chain(parts) {
        let sources = [
            part.config_map.as_ref().map(|own| (ConfigSource::ConfigMap, own.name.as_str(), own)),
            part.secret.as_ref().map(|own| (ConfigSource::Secret, own.secret(), own)),
        ];
        for (source, name, files) in sources.into_iter().flatten() {
            if let Some(keys) = taken(files, if computed { "" } else { &mount.sub_path }) {
                add(source, name, way, keys);
            }
        }
    }
}

/// The entries that a mount takes of a source, below a path; empty: all, `None`: nothing.
fn taken(files: &FileSource, sub_path: &str) -> Option<Vec<String>> {
    let sub_path = sub_path.trim_matches('/');
    let below = |path: &str| {
        sub_path.is_empty()
            || path == sub_path
            || path.strip_prefix(sub_path).is_some_and(|rest| rest.starts_with('/'))
    };
    match files.items.as_slice() {
        [] if sub_path.is_empty() => Some(Vec::new()),
        [] => Some(vec![sub_path.to_owned()]),
        items => {
            let keys = items.iter().filter(|item| below(&item.path)).map(|item| item.key.clone());
            Some(keys.collect::<Vec<_>>()).filter(|keys| !keys.is_empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_pod_takes() {
        let template: PodTemplate = serde_json::from_value(json!({
            "volumes": [
                {"name": "cfg", "configMap": {"name": "map"}},
                {"name": "mix", "projected": {"sources": [
                    {"secret": {"name": "keys", "items": [{"key": "a", "path": "x/a"}]}},
                    {"configMap": {"name": "kube-root-ca.crt"}}]}},
            ],
            "initContainers": [{"name": "copy", "volumeMounts": [{"name": "cfg", "mountPath": "/in"}]}],
            "containers": [{"name": "app",
                "env": [{"name": "K", "valueFrom": {"secretKeyRef": {"name": "pw", "key": "k"}}}],
                "envFrom": [{"configMapRef": {"name": "vars"}}],
                "volumeMounts": [
                    {"name": "cfg", "mountPath": "/c.json", "subPath": "c.json"},
                    {"name": "mix", "mountPath": "/mix"}]}],
        }))
        .expect("a pod");
        let seen: Vec<String> = ConfigUse::all(&template)
            .iter()
            .map(|u| format!("{} {} {:?} {:?} {:?}", u.container, u.name, u.source, u.way, u.keys))
            .collect();
        assert_eq!(
            seen,
            [
                "copy map ConfigMap Volume []",
                "app vars ConfigMap Env []",
                "app pw Secret Env [\"k\"]",
                "app map ConfigMap SubPath [\"c.json\"]",
                "app keys Secret Volume [\"a\"]",
            ]
        );
    }
}
