//! # A ReferenceGrant is not used
//!
//! ## What it means
//! No route, mirror, certificate or policy in the namespaces that the grant trusts refers to
//! anything that it grants. References within one namespace need no grant, and a grant counts only
//! in the namespace of the target.
//!
//! ## Why it matters
//! It does no harm today. But it was probably written to fix a problem that it does not fix, and it
//! opens the namespace to references that are not reviewed.
//!
//! ## Example
//! A grant from `ai-gateway` to Services in `ai-inference`, while the routes to those Services are
//! in `ai-inference` themselves.
//!
//! ## Fix safety
//! Unsafe: a route that is not in the input may need it.
//!
//! ## Sources
//! Gateway API `referencegrant_types.go` 20-160.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::*;
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{GATEWAY_API, Kind};
use igw_core::route::backend;
use igw_core::route::grant::Crossing;
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0123",
    name: "reference-grant-unused",
    severity: Severity::Info,
    needs: &[Kind::ReferenceGrant, Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet],
    page: page!(),
    run,
};

const FOLLOWED: [&str; 3] = ["HTTPRoute", "Gateway", "ListenerSet"];

fn run(facts: &Facts, out: &mut Sink) {
    let grants = facts.list::<ReferenceGrant>(None).items;
    let judged: Vec<_> = grants.into_iter().filter(|g| facts.scope.contains(&g.meta)).collect();
    if judged.is_empty() {
        return;
    }
    let crossings = crossings(facts);
    for grant in judged {
        let here = crossings.iter().filter(|c| c.to_namespace == grant.meta.namespace);
        let mut own = here.clone().filter(|c| c.is_granted_by(grant, true));
        if own.next().is_some() {
            out.passed();
            continue;
        }
        let foreign = |from: &&GrantFrom| !FOLLOWED.contains(&from.kind.as_str());
        if let Some(from) = grant.from.iter().find(foreign) {
            let detail = format!(
                "{}: references from kind {} are not checked",
                grant.meta.title(),
                from.kind
            );
            out.not_checked(Kind::ReferenceGrant, &grant.meta.namespace, Why::not_given(detail));
            continue;
        }
        if let Some((from, why)) = gap(facts, grant) {
            out.not_checked(Kind::HttpRoute, from, why);
            continue;
        }
        // One that nearly fits is told by reference-grant-mismatch.
        if !here.clone().any(|c| c.near(grant, true).is_some()) {
            out.finding(finding(facts, grant));
        }
    }
}

/// A namespace that the grant trusts and whose routes are not all known.
fn gap<'g>(facts: &Facts, grant: &'g ReferenceGrant) -> Option<(&'g str, Why)> {
    grant.from.iter().find_map(|from| {
        let why = facts.list::<HttpRoute>(Some(&from.namespace)).gap?;
        Some((from.namespace.as_str(), why))
    })
}

/// All references across namespaces in the whole input.
fn crossings<'a>(facts: &Facts<'a>) -> Vec<Crossing<'a>> {
    let mut out = Vec::new();
    for route in facts.list::<HttpRoute>(None).items {
        for rule in &route.rules {
            let mirrors = rule.filters.iter().filter_map(|filter| match filter {
                Filter::RequestMirror { mirror } => Some(&mirror.backend_ref),
                _ => None,
            });
            let references = rule.backend_refs.iter().chain(mirrors);
            out.extend(references.filter_map(|r| backend::crossing(&route.meta, r)));
        }
    }
    let gateways = facts.list::<Gateway>(None).items.into_iter().map(|g| (&g.meta, &g.listeners));
    let sets = facts.list::<ListenerSet>(None).items.into_iter().map(|s| (&s.meta, &s.listeners));
    for (owner, listeners) in gateways.chain(sets) {
        let refs = listeners.iter().flat_map(|l| &l.tls).flat_map(|tls| &tls.certificate_refs);
        for reference in refs {
            let Some(to) = reference.namespace.as_deref() else { continue };
            if to != owner.namespace {
                out.push(Crossing {
                    from_group: GATEWAY_API,
                    from_kind: &owner.kind,
                    from_namespace: &owner.namespace,
                    to_group: &reference.group,
                    to_kind: &reference.kind,
                    to_namespace: to,
                    to_name: &reference.name,
                });
            }
        }
    }
    out
}

fn finding(facts: &Facts, grant: &ReferenceGrant) -> Finding {
    let space = grant.meta.namespace.as_str();
    let from: Vec<String> =
        grant.from.iter().map(|from| format!("{}s of {}", from.kind, from.namespace)).collect();
    let what: Vec<String> = grant
        .to
        .iter()
        .map(|to| match to.name.as_deref() {
            Some(name) if !name.is_empty() => format!("{} {name}", to.kind),
            _ => format!("any {}", to.kind),
        })
        .collect();
    let title = format!(
        "{} does nothing: none of the {} refers to {} here.",
        grant.meta.title(),
        text::some_of(&from, 3),
        text::some_of(&what, 3)
    );
    let at_home: Vec<String> = facts
        .list::<HttpRoute>(Some(space))
        .items
        .iter()
        .map(|route| route.meta.name.clone())
        .collect();
    let home = match at_home.as_slice() {
        [] => String::new(),
        names => format!(
            " The routes in {space} ({}) need no grant for objects in {space}.",
            text::some_of(names, 3)
        ),
    };
    let trusted: Vec<&str> = grant
        .from
        .iter()
        .map(|from| from.namespace.as_str())
        .filter(|name| matches!(facts.get::<Namespace>("", name), Fact::Absent))
        .collect();
    let gone = match trusted.as_slice() {
        [] => String::new(),
        names => format!(" There is no namespace {}.", text::some_of(names, 3)),
    };
    Finding::at(&grant.meta, "/spec", title)
        .explain(format!("Only a reference to another namespace needs a grant, and the grant must be in that namespace.{home}{gone}"))
        .label("nothing uses it")
        .guide("1", Some("its grants open namespaces whose Services are referred to only from within"))
}
