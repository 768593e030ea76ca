//! # A probe asks Langfuse for a path or port that it does not serve
//!
//! ## What it means
//! The web server answers probes at `/api/public/health` and `/api/public/ready` on port 3000 (variable
//! PORT), an image with a base path below that path. The worker answers at `/api/health` and
//! `/api/ready` on port 3030.
//!
//! ## Why it matters
//! A liveness or startup probe that gets 404 restarts the container for ever; a readiness probe keeps it
//! without traffic, so that the gateway answers 503.
//!
//! ## Example
//! `path: /langfuse/api/public/health` for the prebuilt image; `/api/public/health` on port 3000 for the
//! worker.
//!
//! ## Fix safety
//! Safe: the probe fails now.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; `worker/src/app.ts`; the chart's templates.

use igw_core::bifrost::repairs::pod;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{HttpGet, Probe};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::base_path::{BasePath, base_path};
use igw_core::langfuse::{
    LangfusePart, LangfuseRole, PartValue, WEB_PORT, WORKER_PORT, installations,
};
use igw_core::{page, text};

use crate::ui::is_own_path;

pub static CHECK: Check = Check {
    code: "IGW0406",
    name: "probe-path-wrong",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::ConfigMap],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for part in installations::judged(facts).flat_map(|own| own.parts()) {
        let container = part.container();
        let probes: [(&str, &Option<Probe>); 3] = [
            ("startupProbe", &container.startup_probe),
            ("livenessProbe", &container.liveness_probe),
            ("readinessProbe", &container.readiness_probe),
        ];
        for (name, probe) in probes {
            let Some(get) = probe.as_ref().and_then(|probe| probe.http_get.as_ref()) else {
                continue;
            };
            match port(part, name, get).or_else(|| path(part, name, get)) {
                Some(finding) => out.finding(finding),
                None => out.passed(),
            }
        }
    }
}

fn found(
    part: &LangfusePart,
    name: &str,
    field: &str,
    clause: String,
    right: serde_json::Value,
) -> Finding {
    let at = part.container_path(&format!("/{name}/httpGet/{field}"));
    let lost = match name {
        "readinessProbe" => {
            "The pod is never ready, so its Service has no endpoint and the gateway answers 503."
        }
        _ => "The kubelet restarts the container again and again.",
    };
    let shown = right.as_str().map_or_else(|| right.to_string(), str::to_owned);
    let fix = pod(&part.workload.meta).map(|meta| {
        Fix::safe(format!("set {field} of the {name} to {shown}"))
            .change(meta, vec![Set::Put(at.clone(), right)])
    });
    Finding::at(&part.workload.meta, at.clone(), clause)
        .explain(lost)
        .label(format!("should be {shown}"))
        .effect(503, 1.0, "all requests")
        .repair(fix)
}

fn port(part: &LangfusePart, name: &str, get: &HttpGet) -> Option<Finding> {
    let (usual, what) = match part.role {
        LangfuseRole::Web => (WEB_PORT, "web server"),
        LangfuseRole::Worker => (WORKER_PORT, "worker"),
    };
    let listens = match part.value("PORT") {
        PartValue::Unset => usual,
        PartValue::Text(text) => text.trim().parse().ok()?,
        PartValue::Unseen => return None,
    };
    // A port by name is one of the container's.
    let asked = get.port.as_u64()?;
    (asked != u64::from(listens)).then(|| {
        let clause = format!("the {name} asks port {asked}, and the {what} listens on {listens}");
        found(part, name, "port", clause, listens.into())
    })
}

fn path(part: &LangfusePart, name: &str, get: &HttpGet) -> Option<Finding> {
    let asked = get.path.split('?').next().unwrap_or_default().trim_end_matches('/');
    let shown = text::clip(&get.path, 80);
    let (right, clause) = match part.role {
        LangfuseRole::Worker => {
            let good = ["/api/health", "/api/ready", ""];
            if good.contains(&asked) {
                return None;
            }
            (
                "/api/health".to_owned(),
                format!("the {name} asks for {shown}, which the worker does not serve"),
            )
        }
        LangfuseRole::Web => {
            let base = base_path(part);
            let end = if name == "readinessProbe" { "ready" } else { "health" };
            let right = format!("{}/api/public/{end}", base.path());
            let known = match &base {
                BasePath::Built(path) => asked.strip_prefix(path.as_str()).is_some_and(is_own_path),
                BasePath::Stock => is_own_path(asked),
                BasePath::Unsaid => return None,
            };
            if known {
                return None;
            }
            let why = match &base {
                BasePath::Built(path) => format!("this image serves below {path}"),
                _ => "Langfuse answers 404 there".to_owned(),
            };
            (right, format!("the {name} asks for {shown}, and {why}"))
        }
    };
    Some(found(part, name, "path", clause, right.into()))
}
