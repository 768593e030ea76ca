//! From asks to requests: as few as will do.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::facts::views::Gateway;
use igw_core::facts::{Ask, Cx, Kind, Scope, Store, Why, WhyKind};

/// From so many GETs or selections of one kind in one namespace on, one list is cheaper.
const MANY: usize = 4;

/// From lists of so many namespaces on, one list of all is cheaper.
const MANY_NAMESPACES: usize = 8;

/// The asks that are really made, and which of the given ones each answers. `wide`: whether a kind
/// may be listed in all namespaces.
pub fn reduce(asks: BTreeSet<Ask>, wide: impl Fn(Kind) -> bool) -> BTreeMap<Ask, Vec<Ask>> {
    let mut few: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    for ask in &asks {
        if let Ask::Get { kind, namespace, .. }
        | Ask::Select { kind, namespace: Some(namespace), .. } = ask
        {
            *few.entry((*kind, namespace.clone())).or_default() += 1;
        }
    }
    let mut lists: BTreeSet<Ask> =
        asks.iter().filter(|ask| matches!(ask, Ask::List { .. })).cloned().collect();
    for ((kind, namespace), count) in few {
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
        Ask::List { kind, namespace } | Ask::Select { kind, namespace, .. } => {
            (*kind, namespace.clone())
        }
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
    let lets_in = gateways.iter().any(|gateway| !gateway.admits_no_sets());
    let fronts: BTreeSet<String> =
        gateways.iter().map(|gateway| gateway.meta.namespace.clone()).collect();
    let homes = fronts.union(routes).cloned().collect();
    let mut out = BTreeSet::new();
    for ask in asks {
        let Ask::List { kind, namespace: None } = ask else {
            out.insert(ask);
            continue;
        };
        match kind {
            Kind::HttpRoute => drop(out.insert(ask.clone())),
            Kind::ListenerSet if lets_in => drop(out.insert(ask.clone())),
            // Targets are of the policy's namespace.
            Kind::TrafficPolicy => out.extend(in_each(kind, &homes)),
            Kind::ListenerPolicy => out.extend(in_each(kind, &fronts)),
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

fn in_each(kind: Kind, namespaces: &BTreeSet<String>) -> impl Iterator<Item = Ask> {
    namespaces.iter().map(move |home| Ask::List { kind, namespace: Some(home.clone()) })
}

/// Takes out the question for the class `kgateway`, where the Gateways of that class are
/// programmed: kgateway makes it itself, and would not have programmed them without.
pub fn without_obvious(asks: &mut BTreeSet<Ask>, store: &mut Store) {
    let name = "kgateway".to_owned();
    let ask = Ask::Get { kind: Kind::GatewayClass, namespace: String::new(), name };
    let scope = Scope::default();
    let cx = Cx::new(store, &scope);
    let gateways = cx.list::<Gateway>(None).items;
    let mut own = gateways.iter().filter(|gateway| gateway.class == "kgateway").peekable();
    if own.peek().is_some() && own.all(|gateway| is_programmed(gateway)) && asks.remove(&ask) {
        let detail = "GatewayClass kgateway: its Gateways are programmed".to_owned();
        store.answered.insert(ask, Err(Why { kind: WhyKind::NotAsked, detail }));
    }
}

fn is_programmed(gateway: &Gateway) -> bool {
    let written = &gateway.written;
    let now = written.observed.is_some() && written.observed == written.generation;
    now && written.programmed.as_ref().is_some_and(|programmed| programmed.status == "True")
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
