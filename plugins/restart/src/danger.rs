//! What speaks against restarting a workload now.

use igw_core::check::Sink;
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};

use crate::advice;
use crate::checks::{no_surge_room, restart_will_not_help, rollout_stuck, strategy_deadlock};
use crate::subject::Restartable;

/// What the checks say against a restart, a sentence each.
pub fn of(facts: &Facts, own: &Restartable) -> Vec<String> {
    let meta = &own.workload.meta;
    let mut out: Vec<String> = advice::replaces_nothing(own.workload).into_iter().collect();
    for check in [
        &strategy_deadlock::CHECK,
        &no_surge_room::CHECK,
        &rollout_stuck::CHECK,
        &restart_will_not_help::CHECK,
    ] {
        let mut sink = Sink::new(check);
        (check.run)(facts, &mut sink);
        let is_own = |finding: &&Finding| {
            finding.object == meta.reference() && finding.severity > Severity::Info
        };
        let all = sink.findings.iter().filter(is_own);
        out.extend(all.map(|finding| format!("{} ({})", finding.title, check.code)));
    }
    out
}
