//! A route with all to which it delegates, as kgateway gives it to Envoy: one list of matches
//! (kgateway's `translator/httproute/{delegation,gateway_http_route_translator}.go`).

use std::rc::Rc;

use super::child_match::{continued, lies_within};
use super::children::Children;
use super::fault::DelegationFault;
use crate::facts::Facts;
use crate::facts::views::*;
use crate::route::matching;
use crate::route::profile::Profile;

/// How many matches are followed from one route; kgateway has no limit, but no memory either for
/// what delegates in all ways to all.
pub const MOST: usize = 20_000;

/// How many routes may stand above one another.
const DEEPEST: usize = 32;

/// A match of a rule that hands requests on to another route.
#[derive(Debug, Clone)]
pub struct DelegatingMatch<'a> {
    pub route: &'a HttpRoute,
    pub rule: usize,
    /// Index of the match in its rule.
    pub index: usize,
}

/// The way from a route of a Gateway down to a child, the route itself left out.
pub type Way<'a> = Rc<[DelegatingMatch<'a>]>;

/// A match of a rule, at the end of a way.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    /// Empty for the route that is attached to the Gateway.
    pub via: Way<'a>,
    pub route: &'a HttpRoute,
    pub rule: usize,
    /// Index of the match in its rule.
    pub index: usize,
    /// What it takes here.
    pub one: Match,
    /// Whether it hands requests on; then it answers only where something is wrong.
    pub delegates: bool,
    /// By index in `backendRefs`.
    pub faults: Vec<(usize, DelegationFault)>,
}

impl<'a> Visit<'a> {
    /// The route that has delegated to this one.
    pub fn parent(&self) -> Option<&'a HttpRoute> {
        self.via.last().map(|hop| hop.route)
    }

    /// Whether Envoy gets a route for it, or may get one.
    pub fn answers(&self) -> bool {
        !self.delegates || !self.faults.is_empty()
    }

    /// What is wrong with it, the certain before the possible.
    pub fn fault(&self) -> Option<&(usize, DelegationFault)> {
        let broken = self.faults.iter().find(|(_, fault)| fault.is_broken());
        broken.or_else(|| self.faults.first())
    }
}

/// All matches under a route, in kgateway's order.
#[derive(Debug, Default)]
pub struct Flat<'a> {
    pub visits: Vec<Visit<'a>>,
    /// Children that kgateway refuses because they have hostnames, with their ways.
    pub refused: Vec<(Way<'a>, &'a HttpRoute)>,
    /// What it took.
    pub steps: usize,
    most: usize,
    /// Whether children that add nothing to their parent's match are not followed further.
    shallow: bool,
}

impl<'a> Flat<'a> {
    /// Follows a route, in at most so many steps.
    pub fn of(facts: &Facts<'a>, route: &'a HttpRoute, profile: &Profile, most: usize) -> Self {
        Flat { most, ..Flat::default() }.filled(facts, route, profile)
    }

    /// What a route that no Gateway takes hands on itself: no request comes further down this way,
    /// and each child that delegates in turn is followed for itself. Only a child that continues the
    /// match of its parent has other children here than it has of itself.
    pub fn next_of(
        facts: &Facts<'a>,
        route: &'a HttpRoute,
        profile: &Profile,
        most: usize,
    ) -> Self {
        Flat { most, shallow: true, ..Flat::default() }.filled(facts, route, profile)
    }

    fn filled(mut self, facts: &Facts<'a>, route: &'a HttpRoute, profile: &Profile) -> Self {
        let all = route.rules.iter().map(matching::matches_of);
        let rules = all.map(|own| own.into_iter().enumerate().collect()).enumerate().collect();
        self.walk(&Walker { facts, profile }, route, rules, &Rc::from([]));
        self.visits.shrink_to_fit();
        self
    }

    fn walk(
        &mut self,
        with: &Walker<'_, 'a>,
        route: &'a HttpRoute,
        rules: RulesWithin,
        via: &Way<'a>,
    ) {
        let delegates = route.rules.iter().flat_map(|rule| &rule.backend_refs);
        let ends = self.shallow && !via.is_empty() && !route.inherits;
        let children = match delegates.clone().any(BackendRef::is_delegation) {
            true if !ends => {
                let above: Vec<&HttpRoute> = via.iter().map(|hop| hop.route).collect();
                let children = Children::of(with.facts, route, &above);
                self.steps += delegates.count() + children.count();
                children
            }
            _ => Children::default(),
        };
        for (rule, matches) in rules {
            let references = route.rules[rule].backend_refs.iter().enumerate();
            let own: Vec<_> = references.filter(|(_, own)| own.is_delegation()).collect();
            for (index, one) in matches {
                self.steps += 1;
                let mut faults = Vec::new();
                for (position, reference) in &own {
                    let hop = DelegatingMatch { route, rule, index };
                    let fault = self.hand_on(with, hop, &one, reference, &children, via);
                    faults.extend(fault.map(|fault| (*position, fault)));
                }
                let (via, delegates) = (via.clone(), !own.is_empty());
                self.visits.push(Visit { via, route, rule, index, one, delegates, faults });
            }
        }
    }

    /// Follows one reference of a match; what is wrong with it, if anything is.
    fn hand_on(
        &mut self,
        with: &Walker<'_, 'a>,
        hop: DelegatingMatch<'a>,
        one: &Match,
        reference: &'a BackendRef,
        children: &Children<'a>,
        via: &Way<'a>,
    ) -> Option<DelegationFault> {
        if self.steps > self.most || via.len() >= DEEPEST {
            let says = "more routes delegate to one another than are followed".to_owned();
            return Some(DelegationFault::Open { says, resolves: false });
        }
        let children = children.get(hop.route, reference)?;
        if children.fault.is_some() {
            return children.fault.clone();
        }
        let via: Way = via.iter().cloned().chain([hop]).collect();
        let (mut valid, mut why) = (false, Vec::new());
        let mut gap = children.gap.clone().map(|why| why.detail);
        for child in &children.routes {
            self.steps += 1;
            if let Some(doubt) = with.facts.store.doubt(&child.meta) {
                gap.get_or_insert_with(|| format!("{}: {}", child.meta.title(), doubt.detail));
                continue;
            }
            let rules = match with.rules_within(child, one) {
                Some(rules) => rules,
                None => {
                    gap.get_or_insert_with(|| {
                        let title = child.meta.title();
                        format!("how {title} continues an expression depends on the release")
                    });
                    continue;
                }
            };
            if rules.is_empty() {
                why.push(format!("matches nothing {}", of_parent(one, child.inherits)));
            } else if !child.hostnames.is_empty() {
                why.push("has hostnames, which only its parent may have".to_owned());
                self.refused.push((via.clone(), child));
            } else {
                valid = true;
                self.walk(with, child, rules, &via);
            }
        }
        match gap {
            Some(says) => Some(DelegationFault::Open { says, resolves: valid }),
            None if valid => None,
            None => {
                why.extend(children.elsewhere.iter().map(|_| "names another parent".to_owned()));
                let all: Vec<&HttpRoute> =
                    children.routes.iter().chain(&children.elsewhere).copied().collect();
                Some(DelegationFault::unresolved(nobody(&all, &why)))
            }
        }
    }
}

/// RulesWithin by their indices, with the matches that count by theirs.
type RulesWithin = Vec<(usize, Vec<(usize, Match)>)>;

struct Walker<'f, 'a> {
    facts: &'f Facts<'a>,
    profile: &'f Profile,
}

impl Walker<'_, '_> {
    /// The rules and matches of a child that take requests of its parent's match. `None`: not
    /// known.
    fn rules_within(&self, child: &HttpRoute, parent: &Match) -> Option<RulesWithin> {
        let mut out = Vec::new();
        for (number, rule) in child.rules.iter().enumerate() {
            let mut own = Vec::new();
            for (index, one) in matching::matches_of(rule).into_iter().enumerate() {
                if child.inherits {
                    own.push((index, continued(parent, &one)?));
                } else if lies_within(parent, &one, self.profile) {
                    own.push((index, one));
                }
            }
            if !own.is_empty() {
                out.push((number, own));
            }
        }
        Some(out)
    }
}

/// `under /a`.
fn of_parent(one: &Match, inherits: bool) -> String {
    let alone = Match { path: one.path.clone(), ..Match::default() } == *one;
    match one.path.kind {
        _ if inherits => String::from("at all"),
        PathType::PathPrefix if alone => format!("under {}", one.path.value),
        PathType::PathPrefix => format!("within {}", matching::describe(one)),
        _ => {
            format!("of {}: only a PathPrefix can be handed on", matching::describe_path(&one.path))
        }
    }
}

/// Why none of these routes takes requests, as a clause about the one that delegates.
fn nobody(all: &[&HttpRoute], why: &[String]) -> String {
    match (all, why) {
        ([one], [why]) => format!("{}, to which it delegates, {why}", one.meta.title()),
        _ => {
            let names: Vec<String> = all
                .iter()
                .zip(why)
                .map(|(own, why)| format!("{} {why}", own.meta.full_name()))
                .collect();
            let some = crate::text::some_of(&names, 3);
            format!("none of the routes to which it delegates takes requests: {some}")
        }
    }
}
