//! What is read of a cluster beside what the checks need.

use std::collections::BTreeSet;

use igw_core::facts::views::Gateway;
use igw_core::facts::{Ask, Facts, Scope, Store, Why, WhyKind};
use igw_core::kube::{GATEWAY_API, Kind, Resource};
use igw_core::reads::Reads;
use igw_core::route::class;

pub static READS: Reads = Reads {
    needs: &[
        Kind::GatewayClass,
        Kind::Gateway,
        Kind::HttpRoute,
        Kind::ListenerSet,
        Kind::BackendTlsPolicy,
        Kind::TrafficPolicy,
        Kind::ListenerPolicy,
        Kind::BackendConfigPolicy,
        Kind::GatewayExtension,
        Kind::GatewayParameters,
        Kind::EnvoyBackend,
        Kind::EnvoyProxy,
        Kind::RouteFilter,
        Kind::ServiceImport,
    ],
    // Precedence, attachment and grants compare across namespaces, and there are few of these
    // beside what routes point to.
    everywhere: &[Kind::Gateway, Kind::ListenerSet, Kind::HttpRoute, Kind::ReferenceGrant],
    counted: &[
        Resource::new(GATEWAY_API, &["v1", "v1alpha2"], "grpcroutes", "GRPCRoute"),
        Resource::new(GATEWAY_API, &["v1", "v1alpha3", "v1alpha2"], "tlsroutes", "TLSRoute"),
        Resource::new(GATEWAY_API, &["v1", "v1alpha2"], "tcproutes", "TCPRoute"),
        Resource::new(GATEWAY_API, &["v1", "v1alpha2"], "udproutes", "UDPRoute"),
    ],
    pointing: true,
    logs: false,
    // An HTTPListenerPolicy decides about no check (kgateway.md 6).
    common_only: &[Kind::ListenerPolicy],
    narrow: narrowed,
    spare: without_obvious,
    doubt: Some(class::VERSION),
};

/// For named routes: of a list of all namespaces only the part that their namespaces and those
/// of their Gateways have, where policies are; all of it only of HTTPRoutes, which compete,
/// and of ListenerSets where a Gateway lets any in. `routes` are the namespaces of the named ones.
fn narrowed(asks: BTreeSet<Ask>, routes: &BTreeSet<String>, store: &mut Store) -> BTreeSet<Ask> {
    let scope = Scope::default();
    let gateways = Facts::new(store, &scope).list::<Gateway>(None).items;
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
fn without_obvious(asks: &mut BTreeSet<Ask>, store: &mut Store) {
    let name = "kgateway".to_owned();
    let ask = Ask::Get { kind: Kind::GatewayClass, namespace: String::new(), name };
    if is_obvious(store) && asks.remove(&ask) {
        let detail = "GatewayClass kgateway: its Gateways are programmed".to_owned();
        store.answered.insert(ask, Err(Why { kind: WhyKind::NotAsked, detail }));
    }
}

fn is_obvious(store: &Store) -> bool {
    let scope = Scope::default();
    let gateways = Facts::new(store, &scope).list::<Gateway>(None).items;
    let mut own = gateways.iter().filter(|gateway| gateway.class == "kgateway").peekable();
    own.peek().is_some() && own.all(|gateway| is_programmed(gateway))
}

fn is_programmed(gateway: &Gateway) -> bool {
    let written = &gateway.written;
    let now = written.observed.is_some() && written.observed == written.generation;
    now && written.programmed.as_ref().is_some_and(|programmed| programmed.status == "True")
}
