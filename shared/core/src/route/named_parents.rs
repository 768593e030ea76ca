//! Routes, found by what their parentRefs name.

use std::collections::{BTreeSet, HashMap};

use crate::facts::views::HttpRoute;
use crate::facts::{Derive, Facts, Other};
use crate::kube::Meta;

/// Routes by the namespace and name of a parent, whatever its kind.
struct NamedParents<'a> {
    routes: Vec<&'a HttpRoute>,
    others: Vec<(&'a Other, &'a HttpRoute)>,
    of_routes: HashMap<(&'a str, &'a str), Vec<usize>>,
    of_others: HashMap<(&'a str, &'a str), Vec<usize>>,
}

better_any::tid!(NamedParents<'a>);

impl<'a> Derive<'a> for NamedParents<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let routes = facts.list::<HttpRoute>(None).items;
        let others = facts.store.others.iter();
        let others: Vec<_> =
            others.filter_map(|other| Some((other, other.route.as_ref()?))).collect();
        NamedParents {
            of_routes: by_parent(routes.iter().copied()),
            of_others: by_parent(others.iter().map(|(_, route)| *route)),
            routes,
            others,
        }
    }
}

fn by_parent<'a>(
    routes: impl Iterator<Item = &'a HttpRoute>,
) -> HashMap<(&'a str, &'a str), Vec<usize>> {
    let mut out: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, route) in routes.enumerate() {
        for reference in &route.parents {
            let key = (reference.namespace_from(&route.meta), reference.name.as_str());
            let numbers = out.entry(key).or_default();
            if numbers.last() != Some(&at) {
                numbers.push(at);
            }
        }
    }
    out
}

fn numbers<'m>(
    of: &HashMap<(&str, &str), Vec<usize>>,
    parents: impl Iterator<Item = &'m Meta>,
) -> BTreeSet<usize> {
    let keys: BTreeSet<(&str, &str)> =
        parents.map(|own| (own.namespace.as_str(), own.name.as_str())).collect();
    keys.iter().filter_map(|key| of.get(key)).flatten().copied().collect()
}

/// The HTTPRoutes that name one of these objects as their parent, in the order of their names.
pub fn routes_of<'m, 'a>(
    facts: &Facts<'a>,
    parents: impl Iterator<Item = &'m Meta>,
) -> Vec<&'a HttpRoute> {
    let known = facts.derived::<NamedParents>();
    numbers(&known.of_routes, parents).into_iter().map(|at| known.routes[at]).collect()
}

/// The same of routes of other kinds.
pub fn others_of<'m, 'a>(
    facts: &Facts<'a>,
    parents: impl Iterator<Item = &'m Meta>,
) -> Vec<(&'a Other, &'a HttpRoute)> {
    let known = facts.derived::<NamedParents>();
    numbers(&known.of_others, parents).into_iter().map(|at| known.others[at]).collect()
}
