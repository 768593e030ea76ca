//! # A restart does not bring what is expected of it
//!
//! ## What it means
//! Something else than a restart is needed: no pod is replaced (paused, `OnDelete`, a `partition`); the
//! pod template names another ConfigMap than the one that was changed (Kustomize's hash); a database
//! keeps the old settings (Bifrost's plugins up to 2.0, every setting before 1.3.43; what Langfuse has
//! made of `LANGFUSE_INIT_*`; the password of PostgreSQL); or a database migration was cut short and
//! every start ends at it (Prisma P3009, a dirty ClickHouse).
//!
//! ## Why it matters
//! The workload is not available for a while, and all is as before.
//!
//! ## Example
//! The otel entry of Bifrost's config.json was changed; its database has one already: `"version": 2` on
//! the entry makes the file win.
//!
//! ## Fix safety
//! Unsafe: what has to be done is in another place: the finding names it.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, Langfuse 3 and 4, as observed; the official images of
//! PostgreSQL and MySQL; Kustomize's generators; Prisma, golang-migrate; Kubernetes, update strategies.
//! The guide says that a restart is enough.

use igw_core::bifrost::effect;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::ConfigUse;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::text;

use crate::drift::{self, Drift};
use crate::subject::{self, Restartable};
use crate::{advice, first_start, kustomize, migration};

pub static CHECK: Check = Check {
    code: "IGW1002",
    name: "restart-will-not-help",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::Pod, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for subject in subject::all(facts) {
        let drifts = drift::of(facts, subject, |_, _, _| ());
        let found = [
            replaces_nothing(subject, &drifts),
            cut_migration(subject),
            other_name(facts, subject),
            kept_by_database(facts, subject, &drifts),
            kept_from_first_start(subject, &drifts),
        ];
        let mut any = false;
        for finding in found.into_iter().flatten() {
            any = true;
            out.finding(finding);
        }
        if !any {
            out.passed();
        }
    }
}

/// A restart that replaces no pod; of interest where something waits for one.
fn replaces_nothing(subject: &Restartable, drifts: &[Drift]) -> Option<Finding> {
    let workload = subject.workload;
    let why = advice::replaces_nothing(workload)?;
    let status = workload.rollout.status.as_ref();
    let waits = !drifts.is_empty()
        || status.is_some_and(|own| {
            own.revisions_differ || own.observed < own.generation || own.updated < own.pods
        });
    if !waits {
        return None;
    }
    let rollout = &workload.rollout;
    let (at, what) = match workload.meta.kind.as_ref() {
        "Deployment" => ("/spec/paused", "it is paused".to_owned()),
        _ if workload.strategy == "OnDelete" => {
            ("/spec/updateStrategy/type", "its updateStrategy is OnDelete".to_owned())
        }
        _ => (
            "/spec/updateStrategy/rollingUpdate/partition",
            format!("its partition is {}", rollout.partition),
        ),
    };
    let title = format!("a restart replaces no pod or not all: {what}");
    Some(Finding::at(&workload.meta, at, title).explain(why))
}

fn cut_migration(subject: &Restartable) -> Option<Finding> {
    let (pod, (container, cut)) =
        subject.pods.iter().find_map(|pod| Some((pod, migration::of_pod(pod)?)))?;
    let title = format!("a restart will not help: {}", cut.says);
    Some(
        Finding::at(&subject.workload.meta, "/spec/template", title)
            .explain(format!(
                "Each start finds the same mark in the database and ends. Back up the database; {}.",
                cut.cure
            ))
            .evidence(
                format!("{}, status.containerStatuses", pod.meta.title()),
                format!("the last words of container {}", text::clip(container, 60)),
            )
            .related(pod.meta.reference()),
    )
}

/// A generated ConfigMap or Secret of which there is a newer one.
fn other_name(facts: &Facts, subject: &Restartable) -> Option<Finding> {
    let template = subject.workload.template.as_ref().ok()?;
    let namespace = &subject.workload.meta.namespace;
    let uses = ConfigUse::all(template);
    let is_used = |name: &str| uses.iter().any(|own| own.name == name);
    let (own, newer) = uses.iter().find_map(|own| {
        let newer = kustomize::newer(facts, namespace, own)?;
        (!is_used(&newer.name)).then_some((own, newer))
    })?;
    let (kind, name) = (own.source.kind(), text::clip(&own.name, 80));
    let title = format!(
        "a restart will not help: the pod template names {kind} {name}, and {} is newer",
        text::clip(&newer.name, 80)
    );
    Some(
        Finding::at(&subject.workload.meta, "/spec/template/spec", title)
            .explain("Kustomize puts a hash of the content into the name: pods take the new content when the template names the new object. Apply the whole kustomization, or correct the name where it is not replaced (a field that Kustomize does not know, another namespace).")
            .related(newer.reference()),
    )
}

/// What Bifrost's database keeps whatever the file says.
fn kept_by_database(facts: &Facts, subject: &Restartable, drifts: &[Drift]) -> Option<Finding> {
    let meta = &subject.workload.meta;
    let instance = subject::bifrost_of(facts, meta)?;
    let document = &instance.document.as_ref()?.object;
    drifts.iter().find(|drift| drift.object.reference() == document.reference())?;
    let config = instance.config()?;
    if !effect::keeps(instance) {
        return None;
    }
    let name = document.title();
    let title = instance.title();
    if effect::follows_file(instance) == Some(false) {
        let says = format!("a restart will not help: {title} takes its database before {name}");
        return Some(Finding::at(meta, "/spec/template", says).explain(
            "Before 1.3.43 a database that is there wins over the file: make the change in the UI, too, or update Bifrost.",
        ).related(document.reference()));
    }
    let plugin = config.plugins.iter().find(|own| own.name == "otel" && own.enabled)?;
    if effect::plugin_stays(instance, plugin) != Some(true) {
        return None;
    }
    let says = format!(
        "a restart does not bring changes of the plugin otel: the database of {title} keeps its settings of before"
    );
    Some(
        Finding::at(meta, "/spec/template", says)
            .explain("Providers and keys of the file are taken at the next start; of plugins the database has the last word up to 2.0. Put \"version\": 2 on the entry, or source_of_truth: config.json (from 1.5.14 on), or change it by PUT /api/plugins/otel. Which part of the file was changed is not known.")
            .related(document.reference())
            .guide("10", Some("it says that a restart is enough")),
    )
}

/// What counts at the first start alone.
fn kept_from_first_start(subject: &Restartable, drifts: &[Drift]) -> Option<Finding> {
    let (drift, kept) =
        drifts.iter().find_map(|drift| Some((drift, first_start::of(subject.workload, drift)?)))?;
    let names: Vec<String> = kept.variables.iter().map(|own| text::clip(own, 60)).collect();
    let title = format!("a restart does not bring a change of {}", text::some_of(&names, 3));
    let severity = if kept.alone { Severity::Warning } else { Severity::Info };
    Some(
        Finding::at(&subject.workload.meta, "/spec/template/spec", title)
            .only(severity)
            .explain(format!(
                "{}: what was made then stays. If {} {} has another value now: {}.",
                kept.keeps,
                drift.source.kind(),
                text::clip(&drift.object.name, 80),
                kept.then
            ))
            .related(drift.object.reference()),
    )
}
