//! Argo Rollouts: workloads of their own, which their own command restarts.

use igw_core::facts::{Facts, Other};
use igw_core::text;

/// How its resource is called on a command line.
const TYPES: [&str; 3] = ["rollout", "rollouts", "ro"];

/// Whether a TYPE/NAME is of a Rollout: its name.
pub fn named(argument: &str) -> Option<&str> {
    let (kind, name) = argument.split_once('/')?;
    TYPES.contains(&kind.to_lowercase().as_str()).then_some(name)
}

/// The command that restarts one; it deletes its pods one after the other, by `maxUnavailable`, and
/// leaves the pod template as it is.
pub fn command(namespace: Option<&str>, name: &str) -> String {
    let namespace = namespace.map(|own| format!(" -n {own}")).unwrap_or_default();
    text::clean(&format!("kubectl argo rollouts restart {name}{namespace}"))
}

/// The Rollouts of the input.
pub fn all<'a>(facts: &Facts<'a>) -> Vec<&'a Other> {
    let is_rollout = |own: &&Other| {
        own.meta.kind == "Rollout"
            && own.meta.group() == "argoproj.io"
            && facts.scope.contains(&own.meta)
    };
    facts.store.others.iter().filter(is_rollout).collect()
}
