//! # A ReferenceGrant grants nothing that is used
//!
//! ## What it means
//! No route, mirror, certificate or policy in the namespaces that the grant trusts refers to what
//! it opens. References within one namespace need no grant, and a grant counts only in the
//! namespace of the target.
//!
//! ## Why it matters
//! It does no harm today. But whoever wrote it took it for the cure of something that it does not
//! cure, and it opens the namespace to references that nobody reviews.
//!
//! ## Example
//! A grant from `ai-gateway` for Services of `ai-inference`, while the routes to those Services
//! are in `ai-inference` themselves.
//!
//! ## Fix safety
//! Unsafe: a route that is not in the input may need it.
//!
//! ## Sources
//! Gateway API `referencegrant_types.go` 20-160.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::*;
use igw_core::facts::{Fact, GATEWAY_API, Kind, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::route::backend;
use igw_core::route::grant::Crossing;
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0123.
pub struct ReferenceGrantUnused;

static META: Meta = Meta {
    code: "IGW0123",
    name: "reference-grant-unused",
    severity: Severity::Info,
    needs: &[Kind::ReferenceGrant, Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet],
    source: include_str!("reference_grant_unused.rs"),
};

/// The kinds whose references are followed.
const FOLLOWED: [&str; 3] = ["HTTPRoute", "Gateway", "ListenerSet"];

impl Check for ReferenceGrantUnused {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        let grants = cx.list::<ReferenceGrant>(None).items;
        let judged: Vec<_> = grants.into_iter().filter(|g| cx.scope.contains(&g.meta)).collect();
        if judged.is_empty() {
            return;
        }
        let crossings = crossings(cx);
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
                    "{}: references of kind {} are not followed",
                    grant.meta.title(),
                    from.kind
                );
                out.not_checked(
                    Kind::ReferenceGrant,
                    &grant.meta.namespace,
                    Why::not_given(detail),
                );
                continue;
            }
            if let Some((from, why)) = gap(cx, grant) {
                out.not_checked(Kind::HttpRoute, from, why);
                continue;
            }
            // One that nearly fits is told by reference-grant-mismatch.
            if !here.clone().any(|c| c.near(grant, true).is_some()) {
                out.finding(finding(cx, grant));
            }
        }
    }
}

/// A namespace that the grant trusts and of which not all routes are known.
fn gap<'g>(cx: &Scene, grant: &'g ReferenceGrant) -> Option<(&'g str, Why)> {
    grant.from.iter().find_map(|from| {
        let why = cx.list::<HttpRoute>(Some(&from.namespace)).gap?;
        Some((from.namespace.as_str(), why))
    })
}

/// Every reference across namespaces, of the whole input.
fn crossings<'a>(cx: &Scene<'a>) -> Vec<Crossing<'a>> {
    let mut out = Vec::new();
    for route in cx.list::<HttpRoute>(None).items {
        for rule in &route.rules {
            let mirrors = rule.filters.iter().filter_map(|filter| match filter {
                Filter::RequestMirror { mirror } => Some(&mirror.backend_ref),
                _ => None,
            });
            let references = rule.backend_refs.iter().chain(mirrors);
            out.extend(references.filter_map(|r| backend::crossing(&route.meta, r)));
        }
    }
    let gateways = cx.list::<Gateway>(None).items.into_iter().map(|g| (&g.meta, &g.listeners));
    let sets = cx.list::<ListenerSet>(None).items.into_iter().map(|s| (&s.meta, &s.listeners));
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

fn finding(cx: &Scene, grant: &ReferenceGrant) -> Finding {
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
        words::some_of(&from, 3),
        words::some_of(&what, 3)
    );
    let at_home: Vec<String> = cx
        .list::<HttpRoute>(Some(space))
        .items
        .iter()
        .map(|route| route.meta.name.clone())
        .collect();
    let home = match at_home.as_slice() {
        [] => String::new(),
        names => format!(
            " The routes in {space} ({}) need no grant for what is in {space}.",
            words::some_of(names, 3)
        ),
    };
    let trusted: Vec<&str> = grant
        .from
        .iter()
        .map(|from| from.namespace.as_str())
        .filter(|name| matches!(cx.get::<Namespace>("", name), Fact::Absent))
        .collect();
    let gone = match trusted.as_slice() {
        [] => String::new(),
        names => format!(" There is no namespace {}.", words::some_of(names, 3)),
    };
    Finding::at(&grant.meta, "/spec", title)
        .explain(format!("Only a reference that leaves its namespace needs a grant, in the namespace that it leads to.{home}{gone}"))
        .label("nothing uses it")
        .guide("1", Some("its grants open namespaces whose Services are only referred to from within"))
}
