//! # Deleting the pods by their label takes all of them at once
//!
//! ## What it means
//! A restart is due, because the configuration is newer than the pods. The guide makes it with `kubectl
//! delete pod -l app=bifrost`. That deletes every pod with the label in the same moment, whatever
//! `maxUnavailable` and a PodDisruptionBudget say: both count for a rollout and for evictions, not for
//! `delete`.
//!
//! ## Why it matters
//! Between the deletion and the readiness of the new pods no request is answered. With a label that
//! other workloads have, their pods go, too.
//!
//! ## Example
//! Three replicas of Bifrost behind one Service: `kubectl igw restart deployment/bifrost` replaces one
//! after the other.
//!
//! ## Fix safety
//! Unsafe: nothing is changed here; the finding names the command.
//!
//! ## Sources
//! Kubernetes, "API-initiated eviction" and Deployments. The guide, 10, Q2.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::text;
use igw_core::workload::standing;

use crate::role::Role;
use crate::subject::{self, Restartable};
use crate::{advice, drift};

pub static CHECK: Check = Check {
    code: "IGW1008",
    name: "delete-all-at-once",
    severity: Severity::Info,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let rolls = !["Recreate", "OnDelete"].contains(&subject.workload.strategy.as_str());
        let several = subject.pods.len() > 1 && subject.role != Role::Other;
        // Without a reason for a restart it is not of interest.
        if !several || !rolls || drift::of(facts, subject, |_, _, _| ()).is_empty() {
            continue;
        }
        out.finding_if(finding(facts, subject));
    }
}

fn finding(facts: &Facts, subject: &Restartable) -> Option<Finding> {
    let workload = subject.workload;
    // The guide's label, or the first that the workload itself selects its pods by.
    let (key, value) = match workload.selector.get("app") {
        Some(value) => ("app", value),
        None => workload.selector.iter().next()?,
    };
    let label = text::clean(&format!("{key}={value}"));
    let all = subject.pods.len();
    let pods = if all == 2 { "both pods".to_owned() } else { format!("all {all} pods") };
    let title = format!("kubectl delete pod -l {label} takes {pods} at once");
    let others: Vec<String> = standing(facts, Some(&workload.meta.namespace))
        .into_iter()
        .filter(|own| own.meta != workload.meta && own.pod_labels.get(key) == Some(value))
        .map(|own: &Workload| text::clip(&own.meta.title(), 80))
        .collect();
    let more = match others.is_empty() {
        true => String::new(),
        false => format!(" The pods of {} have the label, too.", text::list(&others)),
    };
    Some(
        Finding::at(&workload.meta, "/spec/template/metadata/labels", title)
            .explain(format!(
                "A deletion asks neither the strategy nor a PodDisruptionBudget: no request is answered until a new pod is ready.{more} {}",
                advice::how(workload)
            ))
            .guide("10", Some("it deletes the pods by their label")),
    )
}
