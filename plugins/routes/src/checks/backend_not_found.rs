//! # The backend does not exist
//!
//! ## What it means
//! A rule sends requests to a Service, or to a kgateway Backend, that does not exist in the
//! namespace that the reference means: its own `namespace`, else the route's.
//!
//! ## Why it matters
//! The route has `ResolvedRefs=False BackendNotFound`; the client gets 500 with an empty body, or
//! that share of the requests when the rule has several backends. kgateway tells only the last
//! error of a route.
//!
//! ## Example
//! A route in `observability` sends to `langfuse-web` without a namespace, and Langfuse is
//! installed in `langfuse`.
//!
//! ## Fix safety
//! Unsafe without a choice: a namespace can be added when exactly one Service of that name exists,
//! and then a ReferenceGrant is needed there.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 271-286; kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{self, Service};
use igw_core::facts::{Cx, Fact, Kind, View};
use igw_core::finding::{Finding, Severity};
use igw_core::route::backend::{self, Target};
use igw_core::route::worth::Worth;
use igw_core::scene::Scene;
use igw_core::words;

use super::refs::{self, Backend};

/// IGW0110.
pub struct BackendNotFound;

static META: Meta = Meta {
    code: "IGW0110",
    name: "backend-not-found",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ReferenceGrant,
        Kind::Service,
        Kind::Backend,
    ],
    source: include_str!("backend_not_found.rs"),
};

impl Check for BackendNotFound {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for backend in refs::granted(cx) {
            match backend::target(backend.reference, &backend.profile) {
                Target::Service => judge::<Service>(cx, &backend, out),
                Target::KgatewayBackend => judge::<views::Backend>(cx, &backend, out),
                Target::Delegation => delegated(&backend, out),
                _ => {}
            }
        }
    }
}

/// A child to which nothing can be delegated is not found, in kgateway's words.
fn delegated(backend: &Backend, out: &mut Sink) {
    if let Worth::Fails { status, .. } = backend.judged.worth {
        let says = &backend.judged.says;
        let finding = backend.finding_with(status, says);
        out.finding(
            finding
                .explain(format!("{}.", backend.condition("BackendNotFound")))
                .label("nothing to delegate to"),
        );
    }
}

fn judge<T: View>(cx: &Cx, backend: &Backend, out: &mut Sink) {
    let namespace = backend::namespace(&backend.route.meta, backend.reference);
    match cx.get::<T>(namespace, &backend.reference.name) {
        Fact::Known(_) => out.passed(),
        Fact::Unknown(why) => out.not_checked(T::KIND, namespace, why),
        Fact::Absent => out.finding(finding::<T>(cx, backend, namespace)),
    }
}

fn finding<T: View>(cx: &Cx, backend: &Backend, namespace: &str) -> Finding {
    let name = &backend.reference.name;
    let kind = T::KIND.name();
    let all: Vec<_> = cx.list::<T>(None).items.into_iter().map(View::meta).collect();
    let elsewhere: Vec<String> =
        all.iter().filter(|meta| meta.name == *name).map(|meta| meta.namespace.clone()).collect();
    // The other arm of a canary has a similar name, and is not what was meant.
    let taken = |name: &String| backend.rule.backend_refs.iter().any(|b| b.name == *name);
    let near = all
        .iter()
        .filter(|meta| meta.namespace == namespace && !taken(&meta.name))
        .map(|meta| (strsim::damerau_levenshtein(&meta.name, name), meta))
        .filter(|(distance, _)| *distance <= 2)
        .min_by_key(|(distance, _)| *distance);
    let (label, hint) = match (elsewhere.as_slice(), near) {
        ([], Some((_, meta))) => {
            (format!("did you mean {}?", meta.name), format!("There is {}.", meta.title()))
        }
        ([], None) => (format!("no such {kind} in {namespace}"), String::new()),
        (namespaces, _) => (
            format!("{name} is in namespace {}", words::some_of(namespaces, 2)),
            format!(
                "A {kind} of that name is in namespace {}: the reference needs its namespace, and a ReferenceGrant there.",
                words::some_of(namespaces, 3)
            ),
        ),
    };
    let mut finding = backend
        .finding(&format!("{kind} {namespace}/{name} does not exist"))
        .explain(format!("{}. {hint}", backend.condition("BackendNotFound")).trim_end().to_owned())
        .label(label);
    if backend.share > 0.0 {
        let differs = "it does not tell 500 (a bad backend) from 404 (no route)";
        finding = finding.guide("1", Some(differs));
    }
    for meta in all.iter().filter(|meta| meta.name == *name) {
        finding = finding
            .evidence(meta.title(), "has this name, in another namespace")
            .related(meta.reference());
    }
    finding
}
