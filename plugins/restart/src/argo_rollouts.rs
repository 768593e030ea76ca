//! Argo Rollouts: workloads of their own, which their own command restarts.

use igw_core::facts::{Facts, Other};
use igw_core::report::UnmodelledKind;
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

/// The Rollouts of the input, with the commands that restart them.
pub fn not_looked_at(facts: &Facts) -> Vec<UnmodelledKind> {
    let is_rollout = |own: &&Other| {
        own.meta.kind == "Rollout"
            && own.meta.group() == "argoproj.io"
            && facts.scope.contains(&own.meta)
    };
    let all: Vec<&Other> = facts.store.others.iter().filter(is_rollout).collect();
    let of = |own: &&Other| {
        let namespace = Some(own.meta.namespace.as_str()).filter(|own| !own.is_empty());
        command(namespace, &own.meta.name)
    };
    let commands: Vec<String> = all.iter().map(of).collect();
    if commands.is_empty() {
        return Vec::new();
    }
    let says = format!("which Argo Rollouts restarts: {}", text::some_of(&commands, 3));
    vec![UnmodelledKind { kind: "Rollout".to_owned(), objects: all.len(), says: Some(says) }]
}
