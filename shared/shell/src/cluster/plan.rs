//! From asks to requests: as few as will do.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::facts::views::Gateway;
use igw_core::facts::{Ask, Cx, Kind, Scope, Store, Why, WhyKind};

/// From so many GETs of one kind in one namespace on, one list is cheaper.
const MANY: usize = 4;

/// From lists of so many namespaces on, one list of all is cheaper.
const MANY_NAMESPACES: usize = 8;

/// The asks that are really made, and which of the given ones each answers. `wide`: whether a kind
/// may be listed in all namespaces.
pub fn reduce(asks: BTreeSet<Ask>, wide: impl Fn(Kind) -> bool) -> BTreeMap<Ask, Vec<Ask>> {
    let mut gets: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    for ask in &asks {
        if let Ask::Get { kind, namespace, .. } = ask {
            *gets.entry((*kind, namespace.clone())).or_default() += 1;
        }
    }
    let mut lists: BTreeSet<Ask> =
        asks.iter().filter(|ask| matches!(ask, Ask::List { .. })).cloned().collect();
    for ((kind, namespace), count) in gets {
        // Secrets are read by name only.
        if count >= MANY && kind != Kind::Secret {
            let namespace = (!kind.is_cluster_scoped()).then_some(namespace);
            lists.insert(Ask::List { kind, namespace });
        }
    }
    let mut namespaces: BTreeMap<Kind, usize> = BTreeMap::new();
    for ask in &lists {
        if let Ask::List { kind, namespace: Some(_) } = ask {
            *namespaces.entry(*kind).or_default() += 1;
        }
    }
    let many = namespaces.into_iter().filter(|(kind, n)| *n >= MANY_NAMESPACES && wide(*kind));
    lists.extend(many.map(|(kind, _)| Ask::List { kind, namespace: None }));
    let mut out: BTreeMap<Ask, Vec<Ask>> = BTreeMap::new();
    for ask in asks {
        out.entry(covering(&ask, &lists).unwrap_or_else(|| ask.clone())).or_default().push(ask);
    }
    out
}

/// A list that answers an ask.
fn covering(ask: &Ask, lists: &BTreeSet<Ask>) -> Option<Ask> {
    let (kind, namespace) = match ask {
        Ask::List { kind, namespace } => (*kind, namespace.clone()),
        Ask::Get { kind, namespace, .. } => (*kind, Some(namespace.clone())),
    };
    let candidates = [Ask::List { kind, namespace: None }, Ask::List { kind, namespace }];
    candidates.into_iter().find(|list| lists.contains(list))
}

/// For named routes: of a list of all namespaces only the part that their namespaces and those
/// of their Gateways have, where policies are; all of it only of HTTPRoutes, which compete,
/// and of ListenerSets where a Gateway lets any in. `routes` are the namespaces of the named ones.
pub fn narrowed(
    asks: BTreeSet<Ask>,
    routes: &BTreeSet<String>,
    store: &mut Store,
) -> BTreeSet<Ask> {
    let scope = Scope::default();
    let gateways = Cx::new(store, &scope).list::<Gateway>(None).items;
    let lets_in = gateways.iter().any(|gateway| gateway.allowed_listeners.from != "None");
    let mut homes: BTreeSet<String> =
        gateways.iter().map(|gateway| gateway.meta.namespace.clone()).collect();
    homes.extend(routes.iter().cloned());
    let mut out = BTreeSet::new();
    for ask in asks {
        let Ask::List { kind, namespace: None } = ask else {
            out.insert(ask);
            continue;
        };
        match kind {
            Kind::HttpRoute => drop(out.insert(ask.clone())),
            Kind::ListenerSet if lets_in => drop(out.insert(ask.clone())),
            Kind::TrafficPolicy | Kind::ListenerPolicy => {
                out.extend(
                    homes.iter().map(|home| Ask::List { kind, namespace: Some(home.clone()) }),
                );
            }
            _ => {}
        }
        if !out.contains(&ask) {
            let detail = format!("{} of all namespaces are not read", kind.resource());
            let why = Why { kind: WhyKind::NotAsked, detail };
            store.answered.insert(ask, Err(why));
        }
    }
    out.retain(|ask| !store.answered.contains_key(ask));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(kind: Kind, name: &str) -> Ask {
        Ask::Get { kind, namespace: "a".into(), name: name.into() }
    }

    fn list(kind: Kind, namespace: Option<&str>) -> Ask {
        Ask::List { kind, namespace: namespace.map(str::to_owned) }
    }

    fn reduced(asks: &[Ask]) -> Vec<Ask> {
        reduce(asks.iter().cloned().collect(), |kind| kind != Kind::Pod).into_keys().collect()
    }

    #[test]
    fn few_are_got_many_are_listed() {
        let names = ["1", "2", "3", "4"];
        let services: Vec<Ask> = names.iter().map(|n| get(Kind::Service, n)).collect();
        assert_eq!(reduced(&services[..3]), services[..3]);
        assert_eq!(reduced(&services), [list(Kind::Service, Some("a"))]);
        let secrets: Vec<Ask> = names.iter().map(|n| get(Kind::Secret, n)).collect();
        assert_eq!(reduced(&secrets), secrets);
    }

    #[test]
    fn many_namespaces_are_all() {
        let names: Vec<String> = (0..8).map(|n| n.to_string()).collect();
        let lists = |kind| names.iter().map(|n| list(kind, Some(n))).collect::<Vec<_>>();
        assert_eq!(reduced(&lists(Kind::Service)), [list(Kind::Service, None)]);
        assert_eq!(reduced(&lists(Kind::Service)[..7]).len(), 7);
        assert_eq!(reduced(&lists(Kind::Pod)).len(), 8);
    }

    #[test]
    fn a_list_of_all_covers() {
        let asks = [list(Kind::Pod, None), list(Kind::Pod, Some("a")), get(Kind::Pod, "1")];
        assert_eq!(reduced(&asks), [list(Kind::Pod, None)]);
    }
}
