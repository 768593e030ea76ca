//! The routes that hand requests on to others, found by the one to which they do (kgateway.md 5).

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use super::attach::{self, Followed};
use super::class;
use super::delegation::{self, ALL_NAMESPACES, LABEL};
use super::profile::Profile;
use crate::facts::views::{BackendRef, HttpRoute};
use crate::facts::{Derive, Facts};

/// What delegation picks children by: whether it is their label, the namespace, and the name or the
/// label's value, `*` for all routes.
type Choice<'a> = (bool, &'a str, &'a str);

/// Routes by what they delegate to.
struct Delegators<'a> {
    routes: Vec<&'a HttpRoute>,
    /// The group of each choice.
    numbers: HashMap<Choice<'a>, usize>,
    groups: Vec<DelegatorGroup>,
}

/// Routes that delegate alike: places in the list.
#[derive(Default)]
struct DelegatorGroup {
    routes: Vec<usize>,
    /// The first of them with a parent whose rules are known, and those rules.
    profile: OnceCell<Option<(usize, Profile)>>,
}

better_any::tid!(Delegators<'a>);

impl<'a> Derive<'a> for Delegators<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let routes = match facts.store.notes.delegates {
            true => facts.list::<HttpRoute>(None).items,
            false => Vec::new(),
        };
        let mut numbers: HashMap<Choice, usize> = HashMap::new();
        let mut groups: Vec<DelegatorGroup> = Vec::new();
        for (at, route) in routes.iter().copied().enumerate() {
            let references = route.rules.iter().flat_map(|rule| &rule.backend_refs);
            let own: BTreeSet<Choice> = references
                .filter(|reference| reference.is_delegation())
                .map(|reference| choice(route, reference))
                .collect();
            for choice in own {
                let number = *numbers.entry(choice).or_insert(groups.len());
                if number == groups.len() {
                    groups.push(DelegatorGroup::default());
                }
                groups[number].routes.push(at);
            }
        }
        Delegators { routes, numbers, groups }
    }
}

fn choice<'a>(route: &'a HttpRoute, reference: &'a BackendRef) -> Choice<'a> {
    let namespace = reference.namespace_from(&route.meta);
    match (reference.group.as_ref(), reference.name.as_str()) {
        (_, value) if reference.delegates_by_label() => (true, namespace, value),
        (_, "" | "*") => (false, namespace, "*"),
        (_, name) => (false, namespace, name),
    }
}

impl<'a> Delegators<'a> {
    fn groups(&self, child: &HttpRoute) -> Vec<&DelegatorGroup> {
        let (home, name) = (child.meta.namespace.as_str(), child.meta.name.as_str());
        let label = child.meta.labels.get(LABEL);
        let labelled = label
            .into_iter()
            .flat_map(|value| [(true, home, value), (true, ALL_NAMESPACES, value)]);
        let choices = [(false, home, name), (false, home, "*")].into_iter().chain(labelled);
        let known = choices.filter_map(|choice| self.numbers.get(&choice));
        known.map(|number| &self.groups[*number]).collect()
    }
}

/// Whether another route delegates to this one.
pub fn is_child(facts: &Facts, child: &HttpRoute) -> bool {
    !facts.derived::<Delegators>().groups(child).is_empty()
}

/// The routes that choose this one to delegate to, whether it fits them or not.
pub fn of<'a>(facts: &Facts<'a>, child: &HttpRoute) -> Vec<&'a HttpRoute> {
    let known = facts.derived::<Delegators>();
    let numbers: BTreeSet<usize> =
        known.groups(child).into_iter().flat_map(|group| group.routes.iter().copied()).collect();
    numbers.into_iter().map(|at| known.routes[at]).collect()
}

/// The first of the routes that choose a child to which none of their requests come, although others
/// get theirs.
pub fn passing_by<'a>(facts: &Facts<'a>, child: &HttpRoute) -> Option<&'a HttpRoute> {
    let takes = |own: &&HttpRoute| delegation::may_attach(&child.meta, &child.parents, &own.meta);
    let all: Vec<&HttpRoute> = of(facts, child).into_iter().filter(takes).collect();
    let passes = |own: &&HttpRoute| {
        delegation::is_sound(facts, own) && !delegation::is_within(facts, child, own)
    };
    // What kgateway refuses gets nothing, whoever else there may be.
    let none = delegation::is_refused(facts, child) || all.iter().all(passes);
    all.first().copied().filter(|_| none)
}

/// The rules of the first route that delegates to this one and has a parent whose rules are known.
pub fn profile(facts: &Facts, child: &HttpRoute) -> Option<Profile> {
    let known = facts.derived::<Delegators>();
    let first = |group: &DelegatorGroup| {
        *group.profile.get_or_init(|| {
            let mut routes = group.routes.iter();
            routes.find_map(|at| Some((*at, of_parents(facts, known.routes[*at])?)))
        })
    };
    known
        .groups(child)
        .into_iter()
        .filter_map(first)
        .min_by_key(|(at, _)| *at)
        .map(|(_, profile)| profile)
        .or_else(|| {
            let known = delegation::parents_of(facts, child).iter().any(|own| own.known);
            known.then(|| class::kgateway(facts))
        })
}

/// The rules of a route's first parent that is known.
pub fn of_parents(facts: &Facts, route: &HttpRoute) -> Option<Profile> {
    route.parents.iter().find_map(|reference| {
        match attach::follow(facts, &route.meta, &route.hostnames, reference) {
            Followed::To(found) => Some(found.profile),
            _ => None,
        }
    })
}
