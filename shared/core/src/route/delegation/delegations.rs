//! All delegation of the input, worked out once.

use std::collections::HashMap;
use std::rc::Rc;

use super::fault::DelegationFault;
use super::flat::{Flat, MOST, Visit};
use crate::facts::views::*;
use crate::facts::{Derive, Facts};
use crate::route::attach::{self, Acceptance, Followed};
use crate::route::class;

/// How many steps all routes together are followed.
const MOST_IN_ALL: usize = 500_000;

/// A route that delegates, with everything under it.
struct Root<'a> {
    flat: Rc<Flat<'a>>,
    /// Whether a Gateway of kgateway takes it; `None`: not known.
    attached: Option<bool>,
}

/// A place in a list of roots, and in what it has.
type PlaceUnder = (usize, usize);

#[derive(Default)]
struct Delegations<'a> {
    roots: Vec<Root<'a>>,
    by_root: HashMap<*const HttpRoute, usize>,
    /// The visits of a route.
    visits: HashMap<*const HttpRoute, Vec<PlaceUnder>>,
    refused: HashMap<*const HttpRoute, Vec<PlaceUnder>>,
}

better_any::tid!(Delegations<'a>);

/// What becomes of a child under one of the routes that delegate to it.
#[derive(Debug)]
pub struct ChildOf<'s, 'a> {
    pub parent: &'a HttpRoute,
    /// In kgateway's order; none where it is refused.
    pub visits: Vec<&'s Visit<'a>>,
    /// Whether kgateway refuses it because it has hostnames.
    pub refused: bool,
    /// Whether it is known that requests can come this way.
    pub known: bool,
}

impl<'a> Derive<'a> for Delegations<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out = Delegations::default();
        if !facts.store.notes.delegates {
            return out;
        }
        let profile = class::kgateway(facts);
        let delegates = |route: &&HttpRoute| {
            let mut references = route.rules.iter().flat_map(|rule| &rule.backend_refs);
            references.any(BackendRef::is_delegation)
        };
        let roots = facts.list::<HttpRoute>(None).items.into_iter().filter(delegates);
        let mut roots: Vec<_> = roots.map(|route| (attached(facts, route), route)).collect();
        // Those that are attached first: the others only explain themselves.
        roots.sort_by_key(|(attached, _)| *attached == Some(false));
        let mut left = MOST_IN_ALL;
        for (attached, route) in roots {
            let most = MOST.min(left);
            let flat = match attached {
                Some(false) => Flat::next_of(facts, route, &profile, most),
                _ => Flat::of(facts, route, &profile, most),
            };
            left = left.saturating_sub(flat.steps);
            out.add(route, Rc::new(flat), attached);
        }
        out
    }
}

impl<'a> Delegations<'a> {
    fn add(&mut self, route: &'a HttpRoute, flat: Rc<Flat<'a>>, attached: Option<bool>) {
        let root = self.roots.len();
        for (at, visit) in flat.visits.iter().enumerate() {
            self.visits.entry(visit.route).or_default().push((root, at));
        }
        for (at, (_, child)) in flat.refused.iter().enumerate() {
            self.refused.entry(*child).or_default().push((root, at));
        }
        self.by_root.insert(route, root);
        self.roots.push(Root { flat, attached });
    }

    fn of(&self, route: &HttpRoute) -> impl Iterator<Item = (&Root<'a>, &Visit<'a>)> {
        let places = self.visits.get(&std::ptr::from_ref(route)).into_iter().flatten();
        places.map(|(root, at)| {
            let root = &self.roots[*root];
            (root, &root.flat.visits[*at])
        })
    }
}

/// Whether a Gateway of kgateway takes a route.
fn attached(facts: &Facts, route: &HttpRoute) -> Option<bool> {
    let mut open = false;
    for reference in &route.parents {
        match attach::follow(facts, &route.meta, &route.hostnames, reference) {
            Followed::To(found) if found.profile.is_kgateway() => match found.outcome {
                Acceptance::Attached(_) => match facts.store.doubt(&route.meta) {
                    None => return Some(true),
                    Some(_) => open = true,
                },
                Acceptance::Unknown(_) => open = true,
                Acceptance::Refused(_) => {}
            },
            Followed::Unknown(_) => open = true,
            _ => {}
        }
    }
    (!open).then_some(false)
}

/// A route that delegates, with everything under it; `None` for one that does not.
pub fn flat_of<'a>(facts: &Facts<'a>, route: &HttpRoute) -> Option<Rc<Flat<'a>>> {
    let known = facts.derived::<Delegations>();
    let root = known.by_root.get(&std::ptr::from_ref(route))?;
    Some(known.roots[*root].flat.clone())
}

/// The routes that delegate to this one under a Gateway, or may do so, by their names.
pub fn parents_of<'s, 'a>(facts: &'s Facts<'a>, child: &HttpRoute) -> Vec<ChildOf<'s, 'a>> {
    let known = facts.derived::<Delegations>();
    let mut out: Vec<ChildOf> = Vec::new();
    let mut entry = |parent: &'a HttpRoute, root: &Root| {
        let at = out.iter().position(|own| std::ptr::eq(own.parent, parent)).unwrap_or_else(|| {
            out.push(ChildOf { parent, visits: Vec::new(), refused: false, known: false });
            out.len() - 1
        });
        out[at].known |= root.attached == Some(true);
        at
    };
    let mut visits = Vec::new();
    for (root, visit) in known.of(child).filter(|(root, _)| root.attached != Some(false)) {
        if let Some(parent) = visit.parent() {
            visits.push((entry(parent, root), visit));
        }
    }
    let mut refused = Vec::new();
    for (root, at) in known.refused.get(&std::ptr::from_ref(child)).into_iter().flatten() {
        let root = &known.roots[*root];
        let (way, _) = &root.flat.refused[*at];
        if let Some(hop) = way.last().filter(|_| root.attached != Some(false)) {
            refused.push(entry(hop.route, root));
        }
    }
    visits.into_iter().for_each(|(at, visit)| out[at].visits.push(visit));
    refused.into_iter().for_each(|at| out[at].refused = true);
    out.sort_by_key(|own| own.parent.meta.key());
    out
}

/// Whether requests come to a rule by delegation, or may.
pub fn is_reached(facts: &Facts, route: &HttpRoute, rule: usize) -> bool {
    let mut visits = facts.derived::<Delegations>().of(route);
    visits.any(|(root, visit)| {
        root.attached != Some(false) && visit.rule == rule && !visit.via.is_empty()
    })
}

/// Whether a route fits another that delegates to it, be that one attached or not.
pub fn is_within(facts: &Facts, route: &HttpRoute, parent: &HttpRoute) -> bool {
    let mut visits = facts.derived::<Delegations>().of(route);
    visits.any(|(_, visit)| visit.parent().is_some_and(|own| std::ptr::eq(own, parent)))
}

/// Whether it is known, for all references of a route that delegate, that they lead to somebody.
pub fn is_sound(facts: &Facts, route: &HttpRoute) -> bool {
    let known = facts.derived::<Delegations>();
    let mut own = known.of(route).filter(|(_, visit)| visit.via.is_empty());
    own.all(|(_, visit)| visit.faults.is_empty())
}

/// Whether kgateway refuses a child because it has hostnames.
pub fn is_refused(facts: &Facts, route: &HttpRoute) -> bool {
    facts.derived::<Delegations>().refused.contains_key(&std::ptr::from_ref(route))
}

/// What is wrong with a reference that delegates, wherever its route stands; `None`: nothing is.
pub fn fault_of(
    facts: &Facts,
    route: &HttpRoute,
    rule: &Rule,
    reference: &BackendRef,
) -> Option<DelegationFault> {
    let known = facts.derived::<Delegations>();
    let rule = route.rules.iter().position(|own| std::ptr::eq(own, rule))?;
    let references = &route.rules[rule].backend_refs;
    let at = references.iter().position(|own| std::ptr::eq(own, reference))?;
    let faults = known
        .of(route)
        .filter(|(root, visit)| {
            visit.rule == rule && (visit.via.is_empty() || root.attached == Some(true))
        })
        .flat_map(|(_, visit)| &visit.faults)
        .filter(|(position, _)| *position == at)
        .map(|(_, fault)| fault);
    let mut open = None;
    for fault in faults {
        match fault.is_broken() {
            true => return Some(fault.clone()),
            false => open = Some(fault),
        }
    }
    open.cloned()
}
