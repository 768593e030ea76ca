//! # A pod of Bifrost fails, and this is what it said
//!
//! ## What it means
//! The newest pod that fails: how its container ended or why it waits, and the last words in its
//! log. Bifrost has a fixed text for most reasons not to start; where the text is one that was
//! observed, the finding says what it means. Any other text is shown as it is, not interpreted.
//!
//! ## Why it matters
//! While no pod is ready, every request fails. While an older pod serves, a change does not arrive.
//!
//! ## Example
//! `failed to initialize default config store: file is not a database`: the volume holds something
//! else at `/app/data/config.db`, which no manifest shows.
//!
//! A failure that another check predicts from the manifests is reported by that check, with the pod
//! as evidence, and not again here. Pods that have recovered are not reported.
//!
//! ## Fix safety
//! Show only: the cause is not in the manifests, or not certain.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed; Kubernetes, container states.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;

use crate::failed::FailedPod;
use crate::foretold::foretold;
use crate::observed::{Observed, observed};
use igw_core::bifrost::place::Place as _;

pub static CHECK: Check = Check {
    code: "IGW0706",
    name: "started-failed",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        match observed(facts, instance) {
            Observed::Nothing => {}
            Observed::Well => out.passed(),
            Observed::Unknown(why) => {
                out.not_checked(Kind::Pod, &instance.namespace, why.clone());
            }
            Observed::Failing(failed) => {
                if let Some(why) = &failed.gap {
                    out.log_not_checked(&instance.namespace, why.clone());
                }
                if !foretold(facts, instance, failed) {
                    out.finding(finding(instance, failed));
                }
            }
        }
    }
}

fn finding(instance: &Instance, failed: &FailedPod) -> Finding {
    let why = match &failed.meaning {
        Some(meaning) => format!(": {}", meaning.says),
        None => String::new(),
    };
    let title = format!("{}{why}", failed.says());
    let more = match (&failed.meaning, &failed.gap) {
        (Some(meaning), _) => known(meaning.cause).to_owned(),
        (None, Some(why)) => format!("Why is not known, because its log is not: {}.", why.detail),
        (None, None) if failed.words.is_none() && failed.tail.is_empty() => {
            "It left no words, so why is not known.".to_owned()
        }
        (None, None) => "Its last words are not among those that were observed; they are shown, \
                         not interpreted."
            .to_owned(),
    };
    let path = match failed.is_init {
        true => "/spec/template/spec/initContainers".to_owned(),
        false => instance.container_path(""),
    };
    let finding = instance.at_workload(path, title).explain(more).related(failed.pod.clone());
    failed.evidence(finding)
}

/// Where a cause is to be looked for, which the manifests do not show.
fn known(cause: Option<Cause>) -> &'static str {
    match cause {
        Some(Cause::NotJson | Cause::WrongContainer | Cause::ValueRefused) => {
            "The configuration in the input is read without this error: the pod started with an earlier one, so restart it."
        }
        Some(Cause::DataNotWritable) => {
            "No manifest shows who owns the volume. Set fsGroup: 1000 in the pod's securityContext, or change the owner once; with subPath the file belongs to root."
        }
        Some(Cause::SharedDatabase) => {
            "Bifrost waits a minute for the lock, then it ends. Use one replica with strategy Recreate, or config_store of type postgres."
        }
        Some(Cause::EncryptionKey) => {
            "Set the encryption_key with which the database was written, or begin with an empty volume."
        }
        _ => "No manifest shows this cause.",
    }
}
