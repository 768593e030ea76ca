//! Everything that is known in a run.

use std::collections::BTreeMap;

use super::views::*;
use super::{Ask, Fact, Kind, Meta, Openness, Settings, Why, WhyKind, World};
use crate::schema::Refusal;

/// A slim, owned, read-only picture of one kind of object.
pub trait View: Sized + 'static {
    /// The kind.
    const KIND: Kind;
    /// The metadata kept.
    fn meta(&self) -> &Meta;
    /// The table that holds this kind.
    fn table(store: &Store) -> &Table<Self>;
    /// The table that holds this kind, to fill it.
    fn table_mut(store: &mut Store) -> &mut Table<Self>;
}

/// Objects of one kind, sorted by namespace and name.
pub type Table<T> = BTreeMap<(String, String), T>;

/// An object whose kind no rule reads; kept so that reports can count and name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its metadata.
    pub meta: Meta,
    /// Parents and hostnames, for route kinds that are reported as unmodelled.
    pub route: Option<HttpRoute>,
}

/// An object that the API server would not store; it counts as not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its metadata.
    pub meta: Meta,
    /// Its kind, if a rule knows it.
    pub kind: Option<Kind>,
    /// `spec.hostnames`, for routes.
    pub hostnames: Vec<String>,
    /// Why, at least one.
    pub refusals: Vec<Refusal>,
}

/// What the API server answered to an [`Ask`] beyond the objects themselves.
pub type Answer = Result<(), Why>;

/// The knowledge of a run.
#[derive(Debug, Default)]
pub struct Store {
    /// `--assume`.
    pub settings: Settings,
    /// The rules for what is missing from files; `None` when live.
    pub world: Option<World>,
    /// Live: the asks that were answered, and which of them in vain.
    pub answered: BTreeMap<Ask, Answer>,
    /// Objects that the API server would refuse.
    pub refused: Vec<Refused>,
    /// Objects of kinds without rules.
    pub others: Vec<Other>,
    /// Whether any HTTPRoute delegates to others.
    pub delegates: bool,
    /// How many objects were read.
    pub objects: usize,
    gateway_classes: Table<GatewayClass>,
    gateways: Table<Gateway>,
    listener_sets: Table<ListenerSet>,
    routes: Table<HttpRoute>,
    grants: Table<ReferenceGrant>,
    namespaces: Table<Namespace>,
    services: Table<Service>,
    slices: Table<EndpointSlice>,
    pods: Table<Pod>,
    workloads: Table<Workload>,
    secrets: Table<Secret>,
    config_maps: Table<ConfigMap>,
    parameters: Table<GatewayParameters>,
    backends: Table<Backend>,
    direct_responses: Table<DirectResponse>,
    traffic_policies: Table<TrafficPolicy>,
    listener_policies: Table<ListenerPolicy>,
    backend_config_policies: Table<BackendConfigPolicy>,
    backend_tls_policies: Table<BackendTlsPolicy>,
    gateway_extensions: Table<GatewayExtension>,
}

macro_rules! view {
    ($type:ty, $kind:expr, $table:ident) => {
        impl View for $type {
            const KIND: Kind = $kind;
            fn meta(&self) -> &Meta {
                &self.meta
            }
            fn table(store: &Store) -> &Table<Self> {
                &store.$table
            }
            fn table_mut(store: &mut Store) -> &mut Table<Self> {
                &mut store.$table
            }
        }
    };
}

view!(GatewayClass, Kind::GatewayClass, gateway_classes);
view!(Gateway, Kind::Gateway, gateways);
view!(ListenerSet, Kind::ListenerSet, listener_sets);
view!(HttpRoute, Kind::HttpRoute, routes);
view!(ReferenceGrant, Kind::ReferenceGrant, grants);
view!(Namespace, Kind::Namespace, namespaces);
view!(Service, Kind::Service, services);
view!(EndpointSlice, Kind::EndpointSlice, slices);
view!(Pod, Kind::Pod, pods);
view!(Workload, Kind::Workload, workloads);
view!(Secret, Kind::Secret, secrets);
view!(ConfigMap, Kind::ConfigMap, config_maps);
view!(GatewayParameters, Kind::GatewayParameters, parameters);
view!(Backend, Kind::Backend, backends);
view!(DirectResponse, Kind::DirectResponse, direct_responses);
view!(TrafficPolicy, Kind::TrafficPolicy, traffic_policies);
view!(ListenerPolicy, Kind::ListenerPolicy, listener_policies);
view!(BackendConfigPolicy, Kind::BackendConfigPolicy, backend_config_policies);
view!(BackendTlsPolicy, Kind::BackendTlsPolicy, backend_tls_policies);
view!(GatewayExtension, Kind::GatewayExtension, gateway_extensions);

/// The objects of a kind that are known, and whether there may be more.
pub struct Listing<'a, T> {
    /// The known ones, sorted by namespace and name.
    pub items: Vec<&'a T>,
    /// `None` when the list is complete.
    pub gap: Option<Why>,
}

impl Store {
    /// An empty store for manifests.
    pub fn for_files(openness: Openness, settings: Settings) -> Store {
        let world = World { openness, ..World::default() };
        Store { settings, world: Some(world), ..Store::default() }
    }

    /// Puts an object in, replacing one of the same name; returns whether there was one.
    pub fn insert<T: View>(&mut self, object: T) -> bool {
        let meta = object.meta();
        if let Some(world) = &mut self.world {
            world.saw(T::KIND, &meta.namespace, &meta.name);
        }
        let key = meta.key();
        T::table_mut(self).insert(key, object).is_some()
    }

    /// One object by name. `miss` hears of an ask that would be needed.
    pub fn get<T: View>(&self, namespace: &str, name: &str, miss: impl FnOnce(Ask)) -> Fact<&T> {
        // A namespaced key with an empty namespace can only come from a broken manifest.
        let namespace = if T::KIND.is_cluster_scoped() { "" } else { namespace };
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(object) = T::table(self).get(&key) {
            return Fact::Known(object);
        }
        if let Some(world) = &self.world {
            return world.missing(T::KIND, namespace);
        }
        let get = Ask::Get { kind: T::KIND, namespace: key.0, name: key.1 };
        if let Some(answer) = self.listed(T::KIND, namespace).or_else(|| self.answered.get(&get)) {
            return match answer {
                Ok(()) => Fact::Absent,
                Err(why) => Fact::Unknown(why.clone()),
            };
        }
        let detail = format!("{} {namespace}/{name}", T::KIND.name());
        miss(get);
        Fact::Unknown(Why { kind: WhyKind::NotAsked, detail })
    }

    fn listed(&self, kind: Kind, namespace: &str) -> Option<&Answer> {
        let all = Ask::List { kind, namespace: None };
        let one = Ask::List { kind, namespace: Some(namespace.to_owned()) };
        self.answered.get(&all).or_else(|| self.answered.get(&one))
    }

    /// All objects of a kind in one namespace, or in all.
    pub fn list<T: View>(&self, namespace: Option<&str>, miss: impl FnOnce(Ask)) -> Listing<'_, T> {
        let table = T::table(self);
        let items = match namespace {
            None => table.values().collect(),
            Some(namespace) => table
                .range((namespace.to_owned(), String::new())..)
                .take_while(|(key, _)| key.0 == namespace)
                .map(|(_, object)| object)
                .collect(),
        };
        let gap = match &self.world {
            Some(world) => {
                namespace.and_then(|namespace| match world.missing::<()>(T::KIND, namespace) {
                    Fact::Unknown(why) => Some(why),
                    _ => None,
                })
            }
            None => match self.listed(T::KIND, namespace.unwrap_or_default()) {
                Some(answer) => answer.clone().err(),
                None => {
                    let namespace = namespace.map(str::to_owned);
                    let detail = T::KIND.resource().to_owned();
                    miss(Ask::List { kind: T::KIND, namespace });
                    Some(Why { kind: WhyKind::NotAsked, detail })
                }
            },
        };
        Listing { items, gap }
    }
}
