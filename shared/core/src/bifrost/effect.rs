//! What Bifrost takes of a changed configuration when it starts: its database may have the last word
//! (1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed).

use super::config::PluginConfig;
use super::instance::Instance;
use super::rules::Rules as _;
use crate::workload::Release;
use crate::workload::volume::Data;

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
