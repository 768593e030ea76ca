//! What several checks derive from the facts, worked out once a run: where every parentRef and
//! backendRef of the judged routes leads, and the route tables of every Gateway.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use better_any::tid;

use super::attach::{self, Acceptance, Followed};
use super::backend::{self, JudgedBackend};
use super::gateway::{self, Compiled};
use super::grant::Crossing;
use super::profile::Profile;
use super::table::{self, RouteTable};
use super::{class, delegation, grants, rule};
use crate::facts::views::*;
use crate::facts::{Derive, Fact, Facts};
use crate::pointer;

/// A Gateway whose rules are known, with the route tables of its ports.
#[derive(Debug)]
pub struct Front<'a> {
    pub compiled: Compiled<'a>,
    pub tables: Vec<(u16, RouteTable<'a>)>,
}

pub struct FollowedParent<'a> {
    pub route: &'a HttpRoute,
    pub reference: &'a ParentRef,
    /// Its index in `parentRefs`.
    pub index: usize,
    pub followed: Followed<'a>,
    /// The route's part of [`backends`].
    backends: Range<usize>,
}

pub struct FollowedBackend<'a> {
    pub route: &'a HttpRoute,
    /// Index of the rule.
    pub index: usize,
    pub rule: &'a Rule,
    pub reference: &'a BackendRef,
    /// Its index in the rule's `backendRefs`.
    pub position: usize,
    pub profile: Profile,
    /// The share of the rule's requests, 0 to 1.
    pub share: f64,
    /// Whether requests can reach the rule: some parent takes or may take the route.
    pub attached: bool,
    /// What grants it; `None` for a reference that stays in its namespace.
    pub grant: Option<Fact<&'a ReferenceGrant>>,
    pub judged: JudgedBackend,
}

impl FollowedParent<'_> {
    pub fn path(&self) -> String {
        pointer!["spec", "parentRefs", self.index]
    }
}

impl FollowedBackend<'_> {
    pub fn path(&self) -> String {
        pointer!["spec", "rules", self.index, "backendRefs", self.position]
    }

    /// The reference across namespaces that it makes, if it makes one.
    pub fn crossing(&self) -> Option<Crossing<'_>> {
        backend::crossing(&self.route.meta, self.reference)
    }

    /// Whether it stays in its namespace or is granted: only then is it followed.
    pub fn is_granted(&self) -> bool {
        self.grant.as_ref().is_none_or(|grant| matches!(grant, Fact::Known(_)))
    }
}

struct Fronts<'a>(Vec<Front<'a>>);
struct Parents<'a>(Vec<FollowedParent<'a>>);
struct Backends<'a>(Vec<FollowedBackend<'a>>);
struct RouteProfiles(HashMap<*const HttpRoute, Profile>);

tid!(Fronts<'a>);
tid!(Parents<'a>);
tid!(Backends<'a>);
tid!(RouteProfiles);

/// The HTTPRoutes that are judged.
pub fn routes<'a>(facts: &Facts<'a>) -> Vec<&'a HttpRoute> {
    let listing = facts.list::<HttpRoute>(facts.scope.namespace.as_deref());
    listing.items.into_iter().filter(|route| facts.scope.contains(&route.meta)).collect()
}

/// The Gateways whose rules are known.
pub fn gateways<'s, 'a>(facts: &'s Facts<'a>) -> &'s [Front<'a>] {
    &facts.derived::<Fronts>().0
}

/// Every parentRef of the judged routes, followed.
pub fn parents<'s, 'a>(facts: &'s Facts<'a>) -> &'s [FollowedParent<'a>] {
    &facts.derived::<Parents>().0
}

/// Every backendRef of the judged routes, followed.
pub fn backends<'s, 'a>(facts: &'s Facts<'a>) -> &'s [FollowedBackend<'a>] {
    &facts.derived::<Backends>().0
}

/// The rules that a route's parents follow, as [`gateway::profile_of`].
pub fn profile_of(facts: &Facts, route: &HttpRoute) -> Profile {
    let known = facts.derived::<RouteProfiles>().0.get(&std::ptr::from_ref(route)).copied();
    known.unwrap_or_else(|| gateway::profile_of(facts, route))
}

/// What a backend of a parent's route comes to by these rules, as [`backend::judge_of`].
pub fn judged<'s>(
    facts: &'s Facts,
    parent: &FollowedParent,
    rule: &Rule,
    reference: &BackendRef,
    profile: &Profile,
) -> Cow<'s, JudgedBackend> {
    let mut own = backends(facts)[parent.backends.clone()].iter();
    match own.find(|own| std::ptr::eq(own.reference, reference) && own.profile == *profile) {
        Some(own) => Cow::Borrowed(&own.judged),
        None => Cow::Owned(backend::judge_of(facts, parent.route, rule, reference, profile)),
    }
}

impl<'a> Derive<'a> for Fronts<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let known = |gateway: &'a Gateway| Some((gateway, class::profile(facts, gateway).known()?));
        let all = facts.list::<Gateway>(None).items.into_iter().filter_map(known);
        let front = |(gateway, profile)| {
            let compiled = gateway::compile(facts, gateway, profile);
            let tables = tables(&compiled);
            Front { compiled, tables }
        };
        Fronts(all.map(front).collect())
    }
}

impl<'a> Derive<'a> for Parents<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let routes = routes(facts);
        let mut out = Vec::with_capacity(routes.iter().map(|route| route.parents.len()).sum());
        let mut first = 0;
        for route in routes {
            let count: usize = route.rules.iter().map(|rule| rule.backend_refs.len()).sum();
            let backends = first..first + count;
            first += count;
            for (index, reference) in route.parents.iter().enumerate() {
                let followed = attach::follow(facts, &route.meta, &route.hostnames, reference);
                let backends = backends.clone();
                out.push(FollowedParent { route, reference, index, followed, backends });
            }
        }
        Parents(out)
    }
}

impl<'a> Derive<'a> for RouteProfiles {
    fn derive(facts: &Facts<'a>) -> Self {
        let of = |parent: &FollowedParent| match &parent.followed {
            Followed::To(found) => Some((std::ptr::from_ref(parent.route), found.profile)),
            _ => None,
        };
        // Of several parents the first one counts: it comes last here.
        RouteProfiles(parents(facts).iter().rev().filter_map(of).collect())
    }
}

impl<'a> Derive<'a> for Backends<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let routes = routes(facts);
        let rules = routes.iter().flat_map(|route| &route.rules);
        let mut out = Vec::with_capacity(rules.map(|rule| rule.backend_refs.len()).sum());
        let mut own = parents(facts);
        for route in routes {
            let (mine, rest) = own.split_at(route.parents.len());
            own = rest;
            backends_of(facts, route, mine, &mut out);
        }
        Backends(out)
    }
}

fn backends_of<'a>(
    facts: &Facts<'a>,
    route: &'a HttpRoute,
    parents: &[FollowedParent],
    out: &mut Vec<FollowedBackend<'a>>,
) {
    let profile = profile_of(facts, route);
    let attached = parents.iter().any(|parent| may_take(&parent.followed));
    for (index, rule) in route.rules.iter().enumerate() {
        let attached = attached || delegation::is_reached(facts, route, index);
        for (position, reference) in rule.backend_refs.iter().enumerate() {
            let crossing = backend::crossing(&route.meta, reference);
            out.push(FollowedBackend {
                route,
                index,
                rule,
                reference,
                position,
                profile,
                share: rule::share(rule, position, &profile),
                attached,
                grant: crossing
                    .map(|crossing| grants::permitted(facts, &crossing, profile.is_kgateway())),
                judged: backend::judge_of(facts, route, rule, reference, &profile),
            });
        }
    }
}

/// Whether a parent takes a route or may take it; unknowns count in its favour.
fn may_take(followed: &Followed) -> bool {
    match followed {
        Followed::To(found) => !matches!(found.outcome, Acceptance::Refused(_)),
        Followed::Unknown(_) => true,
        Followed::OtherKind | Followed::NotFound | Followed::NotServed(_) => false,
    }
}

fn tables<'a>(compiled: &Compiled<'a>) -> Vec<(u16, RouteTable<'a>)> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut grouped: HashSet<usize> = HashSet::new();
    for listener in (0..compiled.listeners.len()).filter(|&i| compiled.listeners[i].is_open()) {
        if grouped.contains(&listener) {
            continue;
        }
        // By the specification each listener stands alone (gw:196-216).
        let group = match compiled.profile.is_kgateway() {
            true => table::group(compiled, listener),
            false => vec![listener],
        };
        grouped.extend(&group);
        groups.push(group);
    }
    let port = |group: &Vec<usize>| compiled.listeners[group[0]].spec.port;
    groups.iter().map(|group| (port(group), table::build(compiled, group))).collect()
}
