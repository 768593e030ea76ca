//! The routes to which the rules of a route delegate (kgateway's `pkg/kgateway/query/route.go`).

use std::collections::HashMap;

use super::fault::DelegationFault;
use crate::facts::views::*;
use crate::facts::{Derive, Fact, Facts, Why};
use crate::kube::{GATEWAY_API, Meta, full_name};

/// The label by whose value children are chosen.
pub const LABEL: &str = "delegation.kgateway.dev/label";

/// The namespace that stands for all of them in a choice by label.
pub const ALL_NAMESPACES: &str = "all";

/// What a reference delegates to: group, kind, name and namespace.
type ChildKey<'a> = (&'a str, &'a str, &'a str, &'a str);

/// The children of one reference.
#[derive(Debug, Clone, Default)]
pub struct ChildRoutes<'a> {
    pub routes: Vec<&'a HttpRoute>,
    /// Why there may be more.
    pub gap: Option<Why>,
    /// Why kgateway does not look at any of them.
    pub fault: Option<DelegationFault>,
    /// Those that name other parents.
    pub elsewhere: Vec<&'a HttpRoute>,
}

/// The children of all references of a route.
#[derive(Debug, Default)]
pub struct Children<'a>(HashMap<ChildKey<'a>, ChildRoutes<'a>>);

/// Routes by the value of [`LABEL`].
struct Labelled<'a>(HashMap<&'a str, Vec<&'a HttpRoute>>);

better_any::tid!(Labelled<'a>);

impl<'a> Derive<'a> for Labelled<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out: HashMap<&str, Vec<&HttpRoute>> = HashMap::new();
        for route in facts.list::<HttpRoute>(None).items {
            if let Some(value) = route.meta.labels.get(LABEL) {
                out.entry(value).or_default().push(route);
            }
        }
        Labelled(out)
    }
}

fn key<'a>(route: &'a HttpRoute, reference: &'a BackendRef) -> ChildKey<'a> {
    let namespace = reference.namespace_from(&route.meta);
    (&reference.group, &reference.kind, &reference.name, namespace)
}

impl<'a> Children<'a> {
    /// The children of a route under those that have delegated to it. What one reference of a rule
    /// chooses counts for the later ones of that rule, too, as it does in kgateway.
    pub fn of(facts: &Facts<'a>, route: &'a HttpRoute, above: &[&HttpRoute]) -> Self {
        let mut out = Children::default();
        for rule in &route.rules {
            let mut all = ChildRoutes::default();
            for reference in rule.backend_refs.iter().filter(|own| own.is_delegation()) {
                let entry = out.0.entry(key(route, reference)).or_default();
                let chosen = match chosen(facts, route, reference) {
                    Ok(chosen) => chosen,
                    Err(fault) => {
                        entry.fault = Some(fault);
                        continue;
                    }
                };
                all.gap = all.gap.or(chosen.gap);
                for child in chosen.routes {
                    if !may_attach(&child.meta, &child.parents, &route.meta) {
                        all.elsewhere.push(child);
                    } else if above.iter().chain(&[route]).any(|own| std::ptr::eq(*own, child)) {
                        entry.fault = Some(circle(route, child));
                    } else {
                        all.routes.push(child);
                    }
                }
                *entry = ChildRoutes { fault: entry.fault.take(), ..all.clone() };
            }
        }
        out
    }

    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.0.values().map(|own| own.routes.len() + own.elsewhere.len()).sum()
    }

    pub fn get(&self, route: &'a HttpRoute, reference: &'a BackendRef) -> Option<&ChildRoutes<'a>> {
        self.0.get(&key(route, reference))
    }
}

/// Whether a child with these parentRefs takes what a route delegates: it names no parent, or this
/// one. Where the group and the kind are not written, a Gateway is meant.
pub fn may_attach(child: &Meta, parents: &[ParentRef], to: &Meta) -> bool {
    let names_it = |own: &ParentRef| {
        own.group == GATEWAY_API
            && own.kind == "HTTPRoute"
            && own.name == to.name
            && own.namespace_from(child) == to.namespace
    };
    parents.is_empty() || parents.iter().any(names_it)
}

/// The routes that a reference chooses, whatever parents they name.
fn chosen<'a>(
    facts: &Facts<'a>,
    route: &'a HttpRoute,
    reference: &BackendRef,
) -> Result<ChildRoutes<'a>, DelegationFault> {
    let (namespace, name) = (reference.namespace_from(&route.meta), reference.name.as_str());
    let (routes, gap, nobody) = match name {
        _ if reference.delegates_by_label() => {
            let all = namespace == ALL_NAMESPACES;
            let gap = facts.list::<HttpRoute>((!all).then_some(namespace)).gap;
            let labelled = facts.derived::<Labelled>().0.get(name);
            let mut routes = labelled.cloned().unwrap_or_default();
            routes.retain(|own| all || own.meta.namespace == namespace);
            let place = if all { "any namespace".to_owned() } else { namespace.to_owned() };
            (routes, gap, format!("no HTTPRoute of {place} has the label {LABEL}: {name}"))
        }
        "" | "*" => {
            let listing = facts.list::<HttpRoute>(Some(namespace));
            (listing.items, listing.gap, format!("there is no HTTPRoute in {namespace}"))
        }
        _ => {
            let title = format!("HTTPRoute {}", full_name(namespace, name));
            match facts.get::<HttpRoute>(namespace, name) {
                Fact::Known(child) => (vec![child], None, String::new()),
                Fact::Absent => (
                    Vec::new(),
                    None,
                    format!("the route that it delegates to, {title}, does not exist"),
                ),
                Fact::Unknown(why) => {
                    let detail = format!("{title}, to which it delegates: {}", why.detail);
                    (Vec::new(), Some(Why { detail, ..why }), String::new())
                }
            }
        }
    };
    match routes.is_empty() && gap.is_none() {
        true => Err(DelegationFault::unresolved(nobody)),
        false => Ok(ChildRoutes { routes, gap, ..ChildRoutes::default() }),
    }
}

fn circle(route: &HttpRoute, child: &HttpRoute) -> DelegationFault {
    let says = match std::ptr::eq(route, child) {
        true => format!("{} delegates to itself", route.meta.title()),
        false => format!(
            "{} delegates to {}, which has delegated to it: a circle",
            route.meta.title(),
            child.meta.title()
        ),
    };
    DelegationFault::Broken { reason: "RefNotPermitted", says }
}
