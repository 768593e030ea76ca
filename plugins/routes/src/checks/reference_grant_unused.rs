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

use std::collections::HashMap;

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
    let crossings = Crossings::new(crossings(facts));
    let mut homes: HashMap<&str, String> = HashMap::new();
    for grant in judged {
        if crossings.of_sources(grant).any(|own| own.is_granted_by(grant, true)) {
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
        if !crossings.of_targets(grant).any(|own| own.near(grant, true).is_some()) {
            let space = grant.meta.namespace.as_str();
            let home = homes.entry(space).or_insert_with(|| at_home(facts, space));
            out.finding(finding(facts, grant, home));
        }
    }
}

/// References by what a grant says of them.
struct Crossings<'a> {
    all: Vec<Crossing<'a>>,
    /// By the namespaces of both ends.
    by_source: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// By the namespace and name of the target; the empty name stands for all.
    by_target: HashMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> Crossings<'a> {
    fn new(all: Vec<Crossing<'a>>) -> Self {
        let (mut by_source, mut by_target) = (HashMap::new(), HashMap::new());
        for (at, own) in all.iter().enumerate() {
            let source: &mut Vec<usize> =
                by_source.entry((own.to_namespace, own.from_namespace)).or_default();
            source.push(at);
            for name in [own.to_name, ""] {
                let target: &mut Vec<usize> =
                    by_target.entry((own.to_namespace, name)).or_default();
                target.push(at);
            }
        }
        Crossings { all, by_source, by_target }
    }

    /// Those that come from a namespace which a grant trusts, to the namespace of the grant.
    fn of_sources<'s>(
        &'s self,
        grant: &'s ReferenceGrant,
    ) -> impl Iterator<Item = &'s Crossing<'a>> {
        let home = grant.meta.namespace.as_str();
        let found = grant
            .from
            .iter()
            .filter_map(move |from| self.by_source.get(&(home, from.namespace.as_str())));
        found.flatten().map(|at| &self.all[*at])
    }

    /// Those that lead to what a grant speaks for.
    fn of_targets<'s>(
        &'s self,
        grant: &'s ReferenceGrant,
    ) -> impl Iterator<Item = &'s Crossing<'a>> {
        let home = grant.meta.namespace.as_str();
        let found = grant.to.iter().filter_map(move |to| {
            self.by_target.get(&(home, to.name.as_deref().unwrap_or_default()))
        });
        found.flatten().map(|at| &self.all[*at])
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

/// What is to be said of the routes that live where grants do nothing.
fn at_home(facts: &Facts, space: &str) -> String {
    let routes = facts.list::<HttpRoute>(Some(space)).items;
    let name = |route: &&HttpRoute| route.meta.name.clone();
    match routes.as_slice() {
        [] => String::new(),
        some => format!(
            " The routes in {space} ({}) need no grant for objects in {space}.",
            text::some_by(some, 3, name)
        ),
    }
}

fn finding(facts: &Facts, grant: &ReferenceGrant, home: &str) -> Finding {
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
