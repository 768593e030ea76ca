//! From asks to requests: as few as will do.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::facts::Ask;
use igw_core::kube::Kind;

/// From this many GETs or selections of a kind in a namespace on, one list is cheaper.
const MANY: usize = 4;

/// From lists of this many namespaces on, one list of all is cheaper.
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
        let namespace = (!kind.is_cluster_scoped()).then_some(namespace);
        let list = Ask::List { kind, namespace };
        if count >= MANY && !kind.is_read_by_name() {
            lists.insert(list);
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

fn covering(ask: &Ask, lists: &BTreeSet<Ask>) -> Option<Ask> {
    let (kind, namespace) = match ask {
        Ask::List { kind, namespace } | Ask::Select { kind, namespace, .. } => {
            (*kind, namespace.clone())
        }
        Ask::Get { kind, namespace, .. } => (*kind, Some(namespace.clone())),
        Ask::Logs { .. } => return None,
    };
    let candidates = [Ask::List { kind, namespace: None }, Ask::List { kind, namespace }];
    candidates.into_iter().find(|list| lists.contains(list))
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
        let kind = Kind::CustomResourceDefinition;
        let definitions = names.map(|n| get(kind, n));
        assert_eq!(reduced(&definitions), definitions);
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
        let text = str::to_owned;
        let (pod, container) = (text("1"), text("main"));
        let log = Ask::Logs { namespace: text("a"), pod, container, previous: true };
        let both = [list(Kind::Pod, None), log];
        assert_eq!(reduced(&both), both);
    }
}
