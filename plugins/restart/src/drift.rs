//! What running pods have against what their ConfigMaps and Secrets say now.

use std::collections::BTreeSet;

use igw_core::facts::views::{
    ConfigMap, ConfigSource, ConfigUse, ConfigWay, ContainerState, ContainerStatus, DataWrite, Pod,
    Secret,
};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::kube::{Kind, Meta, RESTARTED_AT};

use crate::subject::Restartable;

/// A ConfigMap or Secret that was written after containers took something of it.
pub struct Drift<'a> {
    pub object: &'a Meta,
    pub source: ConfigSource,
    /// The way of it that a restart is most needed for.
    pub way: ConfigWay,
    /// Whether only init containers take it.
    pub at_init: bool,
    /// When it was written, RFC 3339, and by whom where that is known.
    pub written: String,
    pub manager: Option<String>,
    /// The pods that run with what was before, each with the time when its container started.
    pub stale: Vec<(&'a Pod, String)>,
    /// Whether other pods have started since.
    pub fresh: usize,
}

/// When an object was written.
struct WrittenAt {
    time: String,
    manager: Option<String>,
}

/// What a look at a pod and an object gives.
enum Freshness {
    Same,
    Newer(WrittenAt, String),
    /// Nothing tells when the object was written, or when the container started.
    Unknown,
}

/// Everything that the pods of a workload run without; `gap` gets what cannot be known.
pub fn of<'a>(
    facts: &Facts<'a>,
    subject: &Restartable<'a>,
    mut gap: impl FnMut(ConfigWay, Kind, Why),
) -> Vec<Drift<'a>> {
    let namespace = &subject.workload.meta.namespace;
    let mut all: Vec<Drift<'a>> = Vec::new();
    let mut fresh: BTreeSet<(ConfigSource, &str, &str)> = BTreeSet::new();
    for pod in &subject.pods {
        for own in &pod.uses {
            let Some(status) = status_of(pod, own) else { continue };
            let kind = kind(own.source);
            match source(facts, namespace, own) {
                Fact::Unknown(why) => gap(own.way, kind, why),
                Fact::Absent => {}
                Fact::Known(object) => match compared(subject, own, &object, status) {
                    Freshness::Same => {
                        fresh.insert((own.source, &own.name, &pod.meta.name));
                    }
                    Freshness::Newer(at, _) if goes(subject, pod, &at.time) => {}
                    Freshness::Newer(at, started) => {
                        add(&mut all, own, object.meta, pod, at, started);
                    }
                    Freshness::Unknown => {
                        let why = "its managedFields are not in the input, so it is not known when it was written: kubectl get --show-managed-fields -o yaml";
                        gap(own.way, kind, Why::not_given(why));
                    }
                },
            }
        }
    }
    for drift in &mut all {
        let is_stale = |pod: &str| drift.stale.iter().any(|(own, _)| own.meta.name == pod);
        let same = fresh.iter().filter(|(source, name, pod)| {
            *source == drift.source && *name == drift.object.name && !is_stale(pod)
        });
        drift.fresh = same.count();
    }
    all
}

/// A ConfigMap or a Secret, as far as time matters.
struct Dated<'a> {
    meta: &'a Meta,
    writes: &'a [DataWrite],
    /// Its data is what it was made with.
    immutable: bool,
}

fn source<'a>(facts: &Facts<'a>, namespace: &str, own: &ConfigUse) -> Fact<Dated<'a>> {
    match own.source {
        ConfigSource::ConfigMap => facts.get::<ConfigMap>(namespace, &own.name).map(|map| Dated {
            meta: &map.meta,
            writes: &map.writes,
            immutable: map.immutable,
        }),
        ConfigSource::Secret => facts.get::<Secret>(namespace, &own.name).map(|secret| Dated {
            meta: &secret.meta,
            writes: &secret.writes,
            immutable: secret.immutable,
        }),
    }
}

fn kind(source: ConfigSource) -> Kind {
    match source {
        ConfigSource::ConfigMap => Kind::ConfigMap,
        ConfigSource::Secret => Kind::Secret,
    }
}

fn status_of<'p>(pod: &'p Pod, own: &ConfigUse) -> Option<&'p ContainerStatus> {
    let list = if own.at_init { &pod.init_containers } else { &pod.containers };
    list.iter().find(|status| status.name == own.container)
}

/// Compares the time of a write with the start of the container that runs now: one that was started
/// again since has read what is there now, however old its pod is.
fn compared(
    subject: &Restartable,
    own: &ConfigUse,
    object: &Dated,
    status: &ContainerStatus,
) -> Freshness {
    let started = match (&status.state, own.at_init) {
        (ContainerState::Running { started_at }, _) => started_at,
        (ContainerState::Terminated { started_at, .. }, true) => started_at,
        // It is not running: it takes what is there when it starts.
        _ => return Freshness::Same,
    };
    if !is_time(started) {
        return Freshness::Unknown;
    }
    let created = object.meta.created.as_deref().filter(|time| is_time(time));
    let writes = if object.immutable { &[] } else { object.writes };
    let write = DataWrite::newest(writes, &own.keys).filter(|write| is_time(&write.time));
    let at = match (write, created) {
        // Made anew since: whatever it says of its writers.
        (_, Some(created)) if created > started.as_str() => {
            let manager = write.map(|write| write.manager.clone());
            WrittenAt { time: created.to_owned(), manager }
        }
        (Some(write), _) => {
            WrittenAt { time: write.time.clone(), manager: Some(write.manager.clone()) }
        }
        (None, Some(_)) if object.immutable => return Freshness::Same,
        // Other entries than these were written.
        (None, _) if !object.writes.is_empty() => return Freshness::Same,
        (None, _) => return Freshness::Unknown,
    };
    let by_deployer = at.manager.as_deref().is_some_and(is_deployer);
    match at.time.as_str() > started.as_str() {
        // What deploys it, too, has put a checksum of it on the pods, and would have changed that.
        true if by_deployer && has_checksum(subject, own.source) => Freshness::Same,
        true => Freshness::Newer(at, started.clone()),
        false => Freshness::Same,
    }
}

/// Whether a restart that was asked for since replaces the pod.
fn goes(subject: &Restartable, pod: &Pod, written: &str) -> bool {
    let mark = subject.workload.pod_annotations.get(RESTARTED_AT).filter(|mark| is_time(mark));
    mark.is_some_and(|mark| mark >= written && pod.restarted_at != mark)
}

/// Managers that write a whole release at once.
fn is_deployer(manager: &str) -> bool {
    ["helm", "helm-controller", "argocd-controller", "argocd-application-controller"]
        .contains(&manager)
}

/// Whether the pods carry a checksum that may be of such an object: `checksum/config` is not of a
/// Secret, and `checksum/secret` not of a ConfigMap.
fn has_checksum(subject: &Restartable, source: ConfigSource) -> bool {
    let names = subject.workload.pod_annotations.iter();
    let mut names = names.filter_map(|(key, _)| key.strip_prefix("checksum/"));
    names.any(|name| match (name.contains("secret"), name.contains("config")) {
        (true, false) => source == ConfigSource::Secret,
        (false, true) => source == ConfigSource::ConfigMap,
        _ => true,
    })
}

/// A time as the API server writes it, so that times can be compared as texts.
fn is_time(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T'
}

fn add<'a>(
    all: &mut Vec<Drift<'a>>,
    own: &ConfigUse,
    object: &'a Meta,
    pod: &'a Pod,
    at: WrittenAt,
    started: String,
) {
    let same = |drift: &&mut Drift| drift.source == own.source && drift.object == object;
    let Some(drift) = all.iter_mut().find(same) else {
        all.push(Drift {
            object,
            source: own.source,
            way: own.way,
            at_init: own.at_init,
            written: at.time,
            manager: at.manager,
            stale: vec![(pod, started)],
            fresh: 0,
        });
        return;
    };
    drift.way = drift.way.max(own.way);
    drift.at_init &= own.at_init;
    if at.time > drift.written {
        (drift.written, drift.manager) = (at.time, at.manager);
    }
    if !drift.stale.iter().any(|(known, _)| known.meta == pod.meta) {
        drift.stale.push((pod, started));
    }
}
