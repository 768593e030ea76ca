//! # The liveness probe may kill the first migration
//!
//! ## What it means
//! Langfuse's web container migrates PostgreSQL and ClickHouse before it listens. On an empty database,
//! or after an update with many migrations, that takes longer than the liveness probe allows, and no
//! startupProbe holds the probe back.
//!
//! ## Why it matters
//! The kubelet kills the container in the middle of a migration. Every later start ends at `Dirty
//! database version … Fix and force version` (ClickHouse) or P3009 (Prisma), and a restart does not cure
//! it: the entry in `schema_migrations` (ClickHouse) or `_prisma_migrations` (PostgreSQL) must be
//! repaired.
//!
//! ## Example
//! `livenessProbe: {httpGet: {path: /api/public/health, port: 3000}, failureThreshold: 3}`: 30 seconds.
//!
//! ## Fix safety
//! Safe: a startupProbe on the same path gives the first start ten minutes; what runs is not affected
//! later. The Deployment rolls once.
//!
//! ## Sources
//! Reports langfuse/langfuse-k8s 41, 47, 101, 190, 272 and langfuse/langfuse 4975. How long the first
//! migration takes depends on the cluster; the chart's own 50 seconds are not reported.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Container, Probe};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::{LangfusePart, installations};
use igw_core::page;
use serde_json::json;

pub static CHECK: Check = Check {
    code: "IGW0410",
    name: "probe-kills-migration",
    severity: Severity::Warning,
    needs: &[Kind::Workload, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

/// Seconds that a first migration takes at least, by what was reported.
const FIRST_MIGRATION: u64 = 60;

/// What the chart sets where its values say nothing.
const CHART: [(u64, u64, u64); 2] = [(20, 10, 3), (20, 10, 5)];

fn run(facts: &Facts, out: &mut Sink) {
    for own in installations::judged(facts) {
        let Some(web) = &own.web else { continue };
        match judged(web) {
            Some(finding) => out.finding(finding),
            None => out.passed(),
        }
    }
}

fn judged(web: &LangfusePart) -> Option<Finding> {
    let container = web.container();
    let liveness = container.liveness_probe.as_ref()?;
    if migrates_elsewhere(web) {
        return None;
    }
    let (name, probe) = match &container.startup_probe {
        Some(probe) => ("startupProbe", probe),
        None => ("livenessProbe", liveness),
    };
    let budget = seconds(probe);
    let labels = &web.workload.pod_labels;
    let charted = labels.get("app.kubernetes.io/name") == Some("langfuse")
        && labels.get("app.kubernetes.io/instance").is_some();
    if budget >= FIRST_MIGRATION
        || name == "livenessProbe" && charted && CHART.contains(&times(probe))
    {
        return None;
    }
    let title = format!(
        "{name} gives the first start {budget} s, and the first database migration takes longer"
    );
    let at = web.container_path(&format!("/{name}"));
    let parts = times(probe);
    let how = match name {
        "startupProbe" => "raise its failureThreshold",
        _ => "add a startupProbe",
    };
    Some(
        Finding::at(&web.workload.meta, at, title)
            .explain(format!("The web container migrates PostgreSQL and ClickHouse before it listens, so nothing answers the probe until then. A container that is killed in between leaves a dirty migration (\"Dirty database version\", P3009), which no restart cures: {how}. If it happened, repair schema_migrations in ClickHouse, or _prisma_migrations in PostgreSQL, before the next start."))
            .label(format!("{budget} s"))
            .evidence(
                "initialDelaySeconds + periodSeconds × failureThreshold",
                format!("{} + {} × {} s", parts.0, parts.1, parts.2),
            )
            .repair(more_time(web, container, name)),
    )
}

/// Seconds, seconds and how often.
fn times(probe: &Probe) -> (u64, u64, u64) {
    (
        probe.initial_delay_seconds.unwrap_or(0),
        probe.period_seconds.unwrap_or(10),
        probe.failure_threshold.unwrap_or(3),
    )
}

fn seconds(probe: &Probe) -> u64 {
    let (delay, period, failures) = times(probe);
    delay.saturating_add(period.saturating_mul(failures))
}

/// Whether the container is told not to migrate.
fn migrates_elsewhere(web: &LangfusePart) -> bool {
    let names = [
        "LANGFUSE_AUTO_POSTGRES_MIGRATION_DISABLED",
        "LANGFUSE_AUTO_CLICKHOUSE_MIGRATION_DISABLED",
    ];
    names.iter().all(|name| web.text(name) == Some("true"))
}

fn more_time(web: &LangfusePart, container: &Container, name: &str) -> Option<Fix> {
    let meta = igw_core::bifrost::repairs::pod(&web.workload.meta)?;
    if name == "startupProbe" {
        let at = web.container_path("/startupProbe/failureThreshold");
        return Some(
            Fix::safe("set failureThreshold of the startupProbe to 60")
                .change(meta, vec![Set::Put(at, json!(60))]),
        );
    }
    let get = container.liveness_probe.as_ref()?.http_get.as_ref()?;
    let probe = json!({
        "httpGet": { "path": get.path, "port": get.port },
        "periodSeconds": 10,
        "failureThreshold": 60,
    });
    let at = web.container_path("/startupProbe");
    let title = "add a startupProbe that gives the first start ten minutes";
    Some(Fix::safe(title).change(meta, vec![Set::Put(at, probe)]))
}
