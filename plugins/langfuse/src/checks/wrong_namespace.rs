//! # A route looks for Langfuse in the wrong namespace
//!
//! ## What it means
//! A route sends to a Service of Langfuse's name in its own namespace, and Langfuse is installed in
//! another one. Where it lives is told by its Service or workload, or by the address to which an exporter
//! sends its traces.
//!
//! ## Why it matters
//! The reference does not resolve, and the gateway answers 500. A reference into another namespace also
//! needs a ReferenceGrant there.
//!
//! ## Example
//! `langfuse-route` in `observability` refers to `langfuse-web`, and the chart is installed in `langfuse`.
//!
//! ## Fix safety
//! Unsafe: it creates a ReferenceGrant in Langfuse's namespace.
//!
//! ## Sources
//! Gateway API, `BackendObjectReference`; the guide installs Langfuse into `langfuse` and routes to it in
//! `observability`.

use std::collections::BTreeSet;

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{HttpRoute, Service};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::langfuse::exporters;
use igw_core::langfuse::{installations, services};
use igw_core::workload::address::Url;
use igw_core::{page, pointer, text};

use crate::grant;

pub static CHECK: Check = Check {
    code: "IGW0407",
    name: "wrong-namespace",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Service,
        Kind::Workload,
        Kind::BatchJob,
        Kind::TraceCollector,
        Kind::ConfigMap,
        Kind::Secret,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in facts.list::<HttpRoute>(facts.scope.namespace.as_deref()).items {
        if !facts.scope.contains(&route.meta) {
            continue;
        }
        for (i, rule) in route.rules.iter().enumerate() {
            for (j, reference) in rule.backend_refs.iter().enumerate() {
                if reference.kind != "Service" || !services::is_named(&reference.name) {
                    continue;
                }
                let namespace = reference.namespace_from(&route.meta);
                let found = facts.get::<Service>(namespace, &reference.name);
                if matches!(found, Fact::Known(_)) {
                    out.passed();
                    continue;
                }
                let homes = homes(facts, namespace, &reference.name);
                match homes.as_slice() {
                    [] => {
                        if let Fact::Unknown(why) = found {
                            let why = Why::not_given(why.detail);
                            out.not_checked(Kind::Service, namespace, why);
                        }
                    }
                    homes => out.finding(finding(facts, route, (i, j), namespace, homes)),
                }
            }
        }
    }
}

/// Where a Langfuse is known to be, by its objects, else by where traces are sent.
fn homes(facts: &Facts, not: &str, name: &str) -> Vec<String> {
    let mut out = BTreeSet::new();
    for service in facts.list::<Service>(None).items {
        if service.meta.name == name {
            out.insert(service.meta.namespace.clone());
        }
    }
    for own in installations::all(facts).iter().filter(|own| own.web.is_some()) {
        out.insert(own.namespace.clone());
    }
    if out.is_empty() {
        for exporter in exporters::all(facts) {
            let host = exporter.given().and_then(Url::parse).map(|url| url.host);
            let host = host.unwrap_or_default();
            let mut labels = host.split('.');
            if let (Some(own), Some(namespace)) = (labels.next(), labels.next())
                && own == name
                && labels.next().is_none_or(|svc| svc == "svc")
            {
                out.insert(namespace.to_owned());
            }
        }
    }
    out.remove(not);
    out.into_iter().collect()
}

fn finding(
    facts: &Facts,
    route: &HttpRoute,
    (i, j): (usize, usize),
    namespace: &str,
    homes: &[String],
) -> Finding {
    let reference = &route.rules[i].backend_refs[j];
    let at = pointer!["spec", "rules", i, "backendRefs", j];
    let title = format!(
        "{} looks for Service {} in {namespace}, and Langfuse lives in {}.",
        route.meta.title(),
        reference.name,
        text::some_of(homes, 3)
    );
    let fix = match homes {
        [only] => Some(moved(facts, route, &at, &reference.name, only)),
        _ => None,
    };
    Finding::at(&route.meta, at, title)
        .explain(format!("The reference does not resolve, and the gateway answers 500. Set its namespace to {}, with a ReferenceGrant there, or move the route to that namespace.", text::some_of(homes, 3)))
        .label(format!("not in {namespace}"))
        .effect(500, 1.0, "what these rules match")
        .repair(fix)
        .guide("1.5", Some("it installs Langfuse in langfuse and routes to it in observability"))
}

fn moved(facts: &Facts, route: &HttpRoute, at: &str, name: &str, home: &str) -> Fix {
    let title = format!("send to Service {home}/{name}, with a ReferenceGrant");
    let why = format!("it lets HTTPRoutes of {} send traffic into {home}", route.meta.namespace);
    let fix = Fix::unsafe_as(why, title)
        .change(&route.meta, vec![Set::Put(format!("{at}/namespace"), home.into())]);
    grant::with(facts, fix, &route.meta, home, name)
}
