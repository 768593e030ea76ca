//! # Langfuse's web server and worker do not share their stores
//!
//! ## What it means
//! The web server puts a trace into the bucket and a job into Redis; the worker takes the job, reads the
//! bucket and writes to ClickHouse, from which the web server reads. Both need the same Redis, bucket
//! and prefix, ClickHouse, PostgreSQL, SALT and ENCRYPTION_KEY, a password where the other has one, and
//! the same major version.
//!
//! ## Why it matters
//! The exporter gets 200 for every trace, nothing is wrong in the log of the web server, and the trace
//! never appears.
//!
//! ## Example
//! `REDIS_HOST: lf-redis` for the web server, `REDIS_HOST: redis-old.shared.svc` for the worker.
//!
//! ## Fix safety
//! Show only: which of the two is right is not known.
//!
//! ## Sources
//! Langfuse's architecture; reports langfuse/langfuse 5452, 6383, 6872, 9956.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::Workload;
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::LangfusePart;
use igw_core::langfuse::installations::{self, Installation};
use igw_core::langfuse::stores::{self, StoreDifference};
use igw_core::page;

pub static CHECK: Check = Check {
    code: "IGW0411",
    name: "web-and-worker-differ",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for own in installations::judged(facts) {
        // Langfuse 2 had no worker.
        if own.release().is_some_and(|release| release.major < 3) {
            continue;
        }
        if own.workers.is_empty() {
            without_worker(facts, own, out);
        }
        for worker in &own.workers {
            if worker.workload.replicas == 0
                && own.web.as_ref().is_some_and(|web| web.workload.replicas > 0)
            {
                let title = "The worker has no replicas, so traces are taken but never stored.";
                out.finding(
                    Finding::at(&worker.workload.meta, "/spec/replicas", title)
                        .explain("The web server answers 200 and puts every trace into the queue. Nothing takes it out, and nothing is wrong in the log of the web server.")
                        .label("no worker runs"),
                );
            }
            let Some(web) = &own.web else { continue };
            out.finding_if(versions(web, worker));
            let (different, open) = stores::differences(web, worker);
            for one in &different {
                out.finding(finding(web.workload, worker, one));
            }
            for name in &open {
                let why = Why::not_given(format!("whether {name} is the same for web and worker"));
                out.not_checked(Kind::Secret, &own.namespace, why);
            }
            if different.is_empty() && open.is_empty() {
                out.passed();
            }
        }
    }
}

fn finding(web: &Workload, worker: &LangfusePart, one: &StoreDifference) -> Finding {
    let name = one.name;
    let side = |shown: &Option<String>| match shown {
        Some(shown) => shown.clone(),
        None => "not set".to_owned(),
    };
    let title = match (one.secret, &one.web, &one.worker) {
        (true, Some(_), Some(_)) => format!("{name} differs between the web server and the worker"),
        (true, web, _) => format!(
            "{name} is set for the {} only",
            if web.is_some() { "web server" } else { "worker" }
        ),
        _ => format!(
            "{name} is {} for the web server and {} for the worker",
            side(&one.web),
            side(&one.worker)
        ),
    };
    let mut finding = Finding::at(&worker.workload.meta, worker.variable_path(name), title)
        .explain(format!(
            "{} The exporter gets 200 for every trace, and the trace never appears.",
            one.what.says()
        ))
        .label("not the same as the web server's")
        .related(web.meta.reference());
    if !one.secret {
        finding = finding
            .evidence(format!("{} of {}", name, web.meta.title()), side(&one.web))
            .evidence(format!("{} of {}", name, worker.workload.meta.title()), side(&one.worker));
    }
    finding
}

/// Two major versions, which do not store the same way.
fn versions(web: &LangfusePart, worker: &LangfusePart) -> Option<Finding> {
    let (ours, theirs) = (web.release?, worker.release?);
    if ours.major == theirs.major {
        return None;
    }
    let title = format!(
        "The worker is Langfuse {}, and the web server is Langfuse {}.",
        theirs.major, ours.major
    );
    Some(
        Finding::at(&worker.workload.meta, worker.container_path("/image"), title)
            .explain("Both read and write the same queue and tables, whose form changes with the major version: what the one writes the other does not find. Give both images the same tag.")
            .label("another major version")
            .related(web.workload.meta.reference()),
    )
}

/// No worker is in the input: among files it may be in others.
fn without_worker(facts: &Facts, own: &Installation, out: &mut Sink) {
    let Some(web) = &own.web else { return };
    let listing = facts.list::<Workload>(Some(&own.namespace));
    // Files that hold its stores hold all of it.
    let is_store = |own: &&Workload| {
        let stores = ["clickhouse", "redis", "valkey", "postgres", "minio"];
        own.images.iter().any(|image| stores.iter().any(|store| image.contains(store)))
    };
    let whole = facts.store.world.is_none() || listing.items.iter().any(is_store);
    let sees_all = whole && listing.gap.is_none();
    if !sees_all || web.workload.replicas == 0 {
        let why = Why::not_given("no worker of Langfuse is in the input");
        out.not_checked(Kind::Workload, &own.namespace, why);
        return;
    }
    let title = format!(
        "No worker of Langfuse runs in {}, so traces are taken but never stored.",
        own.namespace
    );
    out.finding(
        Finding::at(&web.workload.meta, "/metadata/name", title)
            .explain("Since version 3 the web server only puts a trace into a queue and answers 200; the worker (image langfuse-worker) stores it.")
            .label("no worker"),
    );
}
