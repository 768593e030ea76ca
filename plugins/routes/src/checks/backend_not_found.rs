//! # The backend does not exist
//!
//! ## What it means
//! A rule sends requests to a Service, or to a kgateway Backend, that does not exist in the
//! namespace of the reference: its own `namespace`, or the route's if that is not set. Or kgateway
//! finds no route to which it could delegate: none of that name, namespace or label, none that names
//! this one as its parent or no parent at all, none whose matches lie within the rule's, or only
//! routes in a circle.
//!
//! ## Why it matters
//! The route has `ResolvedRefs=False BackendNotFound`; the client gets 500 with an empty body. When
//! the rule has several backends, this happens to the missing backend's share of the requests.
//! kgateway reports only the last error of a route.
//!
//! ## Example
//! A route in `observability` sends to `langfuse-web` without a namespace, and Langfuse is
//! installed in `langfuse`.
//!
//! ## Fix safety
//! Unsafe without your choice: a namespace can be added when exactly one Service of that name
//! exists, and a ReferenceGrant is then needed there.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 271-286; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{self, BackendRef, Service};
use igw_core::facts::{Fact, Facts, Stored, namesakes, nearest};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Edit, Fix, FixChoice, MOST_PICKS, Pick, Safety, Set};
use igw_core::kube::{Meta, full_name, pointer};
use igw_core::route::backend::{self, BackendKind};
use igw_core::route::followed::FollowedBackend;
use igw_core::route::grants;
use igw_core::route::outcome::{BackendCause, Outcome};
use igw_core::{page, text};

use crate::granting;
use crate::refs::{self, BackendWords as _};

pub static CHECK: Check = Check {
    code: "IGW0110",
    name: "backend-not-found",
    severity: Severity::Error,
    needs: refs::OF_BACKENDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for backend in refs::granted(facts) {
        match backend::target(backend.reference, &backend.profile) {
            BackendKind::Service => judge::<Service>(facts, backend, out),
            BackendKind::KgatewayBackend => judge::<views::Backend>(facts, backend, out),
            BackendKind::Delegation => delegated(backend, out),
            // It is absent whether the implementation supports its kind or not.
            BackendKind::Undecided => undecided(backend, out),
            _ => {}
        }
    }
}

/// A child to which nothing can be delegated is not found, in kgateway's words.
fn delegated(backend: &FollowedBackend, out: &mut Sink) {
    match backend.judged.outcome {
        Outcome::Fails { status, reason, .. } => {
            let (label, reason) = match reason {
                Some(reason @ "RefNotPermitted") => ("delegates in a circle", reason),
                reason => ("nothing to delegate to", reason.unwrap_or("BackendNotFound")),
            };
            let finding = backend.finding_with(status, &backend.judged.says);
            let condition = backend.condition(reason);
            let condition = condition.replace("The body is empty.", "kgateway replaces the rule.");
            out.finding(finding.explain(format!("{condition}.")).label(label));
        }
        Outcome::Reached(_) => out.passed(),
        Outcome::Unknown => {}
    }
}

fn undecided(backend: &FollowedBackend, out: &mut Sink) {
    if matches!(backend.judged.outcome, Outcome::Fails { cause: Some(BackendCause::NotFound), .. })
    {
        let namespace = backend.reference.namespace_from(&backend.route.meta);
        let finding = backend.finding(&backend.judged.says);
        let label = format!("no {} of this name in {namespace}", backend.reference.kind);
        let condition = format!("{}.", backend.condition("BackendNotFound"));
        out.finding(finding.explain(condition).label(label));
    }
}

fn judge<T: Stored>(facts: &Facts, backend: &FollowedBackend, out: &mut Sink) {
    let namespace = backend.reference.namespace_from(&backend.route.meta);
    match facts.get::<T>(namespace, &backend.reference.name) {
        Fact::Known(_) => out.passed(),
        Fact::Unknown(why) => out.not_checked(T::KIND, namespace, why),
        Fact::Absent => out.finding(finding::<T>(facts, backend, namespace)),
    }
}

/// One of the same name elsewhere, or one of nearly the same name here.
fn other_object(
    facts: &Facts,
    backend: &FollowedBackend,
    namespace: &str,
    same: &[&Meta],
    near: Option<&Meta>,
) -> Option<Fix> {
    let route = &backend.route.meta;
    let at = backend.path();
    let crossing = |home: &str| {
        let reference =
            BackendRef { namespace: Some(home.to_owned()), ..backend.reference.clone() };
        let crossing = backend::crossing(route, &reference)?;
        let known = grants::permitted(facts, &crossing, backend.profile.is_kgateway());
        (!matches!(known, Fact::Known(_))).then(|| granting::grant(facts, &crossing))
    };
    let pick = |meta: &Meta, field: &str, value: &str| {
        let sets = vec![Set::Put(format!("{at}/{field}"), value.into())];
        Pick::change(meta.full_name(), meta.title(), route, sets)
    };
    let elsewhere = same.iter().filter(|meta| meta.namespace != namespace).map(|meta| {
        let mut pick = pick(meta, "namespace", &meta.namespace);
        pick.edits.extend(crossing(&meta.namespace).map(Edit::Create));
        pick
    });
    let near = near.map(|meta| pick(meta, "name", &meta.name));
    let picks = near.into_iter().chain(elsewhere).take(MOST_PICKS).collect();
    let why = Safety::Unsafe("another object then gets the requests".to_owned());
    let ask = format!("What is meant by {}?", backend.reference.name);
    Fix::choose(why, FixChoice { key: "backend", ask, picks }, |only| {
        let what = only.map_or("another object", |one| &one.label);
        format!("let {} of {} refer to {what}", pointer::dotted(&at), route.title())
    })
}

/// How many objects of the same name are named.
const NAMED: usize = 3;

fn finding<T: Stored>(facts: &Facts, backend: &FollowedBackend, namespace: &str) -> Finding {
    let name = &backend.reference.name;
    let kind = T::KIND.name();
    let same = namesakes::<T>(facts, name);
    let elsewhere: Vec<&str> = same.iter().map(|meta| meta.namespace.as_str()).collect();
    // The other arm of a canary has a similar name, and is not what was meant.
    let taken = |meta: &Meta| backend.rule.backend_refs.iter().any(|b| b.name == meta.name);
    let near = nearest::<T>(facts, namespace, name, |meta| !taken(meta));
    let (label, hint) = match (elsewhere.as_slice(), near) {
        ([], Some(meta)) => {
            (format!("did you mean {}?", meta.name), format!("{} exists.", meta.title()))
        }
        ([], None) => (format!("no {kind} of this name in {namespace}"), String::new()),
        (namespaces, _) => (
            format!("{name} is in namespace {}", text::some_of(namespaces, 2)),
            format!(
                "A {kind} of that name is in namespace {}: set namespace in the reference, and add a ReferenceGrant there.",
                text::some_of(namespaces, 3)
            ),
        ),
    };
    let fix = other_object(facts, backend, namespace, &same, near);
    let mut finding = backend
        .finding(&format!("{kind} {} does not exist", full_name(namespace, name)))
        .repair(fix)
        .explain(format!("{}. {hint}", backend.condition("BackendNotFound")).trim_end().to_owned())
        .label(label);
    if backend.share > 0.0 {
        let differs = "it does not distinguish 500 (a bad backend) from 404 (no route)";
        finding = finding.guide("1", Some(differs));
    }
    for meta in same.into_iter().take(NAMED) {
        finding = finding
            .evidence(meta.title(), "same name, in another namespace")
            .related(meta.reference());
    }
    finding
}
