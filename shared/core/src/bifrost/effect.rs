//! When Bifrost takes a change: it reads its configuration only when it starts, and what its database
//! keeps may win over the file (1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed).

use crate::bifrost::config::PluginConfig;
use crate::bifrost::instance::Instance;
use crate::bifrost::instances;
use crate::bifrost::rules::Rules as _;
use crate::facts::Facts;
use crate::fix::{Edit, Set};
use crate::kube::pointer;
use crate::text;
use crate::workload::Release;
use crate::workload::volume::Data;

use super::otel;

/// What is to be done for edits to take effect, a line each; the facts have the edits.
pub fn of(facts: &Facts, edits: &[Edit]) -> Vec<String> {
    instances::all(facts).iter().flat_map(|instance| of_instance(instance, edits)).collect()
}

fn of_instance(instance: &Instance, edits: &[Edit]) -> Vec<String> {
    let own = instance.document.as_ref().map(|document| document.object.reference());
    let pod = instance.workload.as_ref().map(|workload| workload.meta.reference());
    let (mut inside, mut template) = (Vec::new(), false);
    for edit in edits {
        let Edit::Change(place, sets) = edit else { continue };
        match &place.inner {
            Some(_) if Some(&place.object) == own.as_ref() => inside.extend(sets),
            None if Some(&place.object) == pod.as_ref() => {
                template |= sets.iter().any(|set| set.pointer().starts_with("/spec/template/"));
            }
            _ => {}
        }
    }
    let title = text::clean(&instance.subject.title());
    let mut out = Vec::new();
    match (inside.is_empty(), template, &pod) {
        (true, false, _) => return out,
        (_, true, _) => {
            out.push(format!(
                "{title}: its new pod template restarts it, and it takes the change then"
            ));
        }
        (false, false, Some(pod)) => {
            let mut command =
                format!("kubectl rollout restart {}/{}", pod.kind.to_lowercase(), pod.name);
            if let Some(namespace) = &pod.namespace {
                command.push_str(&format!(" -n {namespace}"));
            }
            out.push(format!(
                "{title}: it reads config.json only when it starts; once the change is applied: {command}"
            ));
        }
        (false, false, None) => {
            out.push(format!("{title}: Bifrost reads it only when it starts, so restart Bifrost"));
        }
    }
    if !inside.is_empty() && keeps(instance) {
        out.extend(kept(instance, &inside).map(|what| format!("{title}: {what}")));
    }
    out
}

/// What a restart does not bring, and what does.
fn kept(instance: &Instance, sets: &[&Set]) -> Option<String> {
    let config = instance.config()?;
    if follows_file(instance) == Some(false) {
        return Some(
            "before 1.3.43 a database that is there wins over the file: change it in the UI, too"
                .into(),
        );
    }
    let mut out = Vec::new();
    let plugins = sets.iter().any(|set| set.pointer().starts_with("/plugins/"));
    let stays = |plugin| plugin_stays(instance, plugin) != Some(false);
    if plugins && otel::plugin(config).is_some_and(stays) {
        out.push("a plugin that its database has already keeps its old settings even then; \"version\": 2 on the entry, or PUT /api/plugins/otel, brings the new ones");
    }
    let renames = |set: &&&Set| {
        let path = pointer::segments(set.pointer());
        let named = matches!(set, Set::Rename(..) | Set::Drop(_));
        let key = path.len() == 5 && path[2] == "keys" && path[4] == "name";
        path.first().is_some_and(|own| own.eq_ignore_ascii_case("providers"))
            && (named && path.len() == 2 || key)
    };
    if sets.iter().any(|set| renames(&set)) && obeys_file(instance) != Some(true) {
        out.push(
            "what had the old name stays in its database beside the new one: delete it in the UI",
        );
    }
    (!out.is_empty()).then(|| out.join("; "))
}

/// Whether its database survives a restart, or may.
pub fn keeps(instance: &Instance) -> bool {
    let Some(config) = instance.config() else { return false };
    let lost = matches!(instance.data, Data::Empty | Data::Image);
    config.has_database() && (config.config_store.is("postgres") || !lost)
}

/// Whether a file that changed is obeyed at all by a database that is there: from 1.3.43 on a hash of
/// each entry tells whether the file changed (upstream 350c9992f). `None`: it depends on the version.
pub fn follows_file(instance: &Instance) -> Option<bool> {
    instance.holds(|release: Release| release.since(1, 3, 43))
}

/// Whether `source_of_truth` makes the file win.
pub fn obeys_file(instance: &Instance) -> Option<bool> {
    instance.holds(|release| wins(instance, release))
}

fn wins(instance: &Instance, release: Release) -> bool {
    let truth = instance.config().and_then(|config| config.source_of_truth.as_ref());
    truth.is_some_and(|(own, _)| own == "config.json") && release.has_source_of_truth()
}

/// Whether a plugin that is in the database already keeps its settings of before.
pub fn plugin_stays(instance: &Instance, plugin: &PluginConfig) -> Option<bool> {
    if plugin.version > 1.0 {
        return Some(false);
    }
    instance.holds(|release| !release.plugins_follow_file() && !wins(instance, release))
}
