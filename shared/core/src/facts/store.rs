//! Everything that is known in a run.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::views::*;
use super::{
    Ask, Fact, Hidden, Kind, Meta, ObjRef, Openness, Origin, Pairs, Settings, Why, WhyKind, World,
};
use crate::schema::Refusal;

/// A slim, owned, read-only picture of one kind of object.
pub trait View: Sized + 'static {
    /// The kind.
    const KIND: Kind;
    /// The metadata kept.
    fn meta(&self) -> &Meta;
    /// The metadata kept, to change them.
    fn meta_mut(&mut self) -> &mut Meta;
    /// Takes over what a controller wrote about the object of before, if it is the same but for
    /// its metadata.
    fn inherit(&mut self, _before: &Self) {}
    /// The table that holds this kind.
    fn table(store: &Store) -> &Table<Self>;
    /// The table that holds this kind, to fill it.
    fn table_mut(store: &mut Store) -> &mut Table<Self>;
    /// The labels by which objects of this kind are selected; none for most kinds.
    fn selectable(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }
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

/// A configuration file that is no Kubernetes object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// The file's name, for people.
    pub name: String,
    /// Where it was read.
    pub origin: Origin,
    /// The text, without a byte-order mark.
    pub text: Hidden,
    /// Whether it began with a byte-order mark.
    pub bom: bool,
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
    /// Objects that say what shall be ignored about them.
    pub ignoring: Vec<Meta>,
    /// Objects of kinds without rules.
    pub others: Vec<Other>,
    /// Secrets that something in the input makes once it is applied, with what makes them.
    pub made: BTreeMap<(String, String), String>,
    /// Whether any HTTPRoute delegates to others.
    pub delegates: bool,
    /// The statuses that objects have, where they are asked for: of Gateways, ListenerSets and
    /// HTTPRoutes.
    pub statuses: Option<BTreeMap<ObjRef, serde_json::Value>>,
    /// What is said in statuses, each once.
    pub said: BTreeSet<Arc<Said>>,
    /// Whether files are laid over the cluster: its statuses are about what was before.
    pub overlaid: bool,
    /// How many objects were read.
    pub objects: usize,
    /// Configuration files that are no Kubernetes objects.
    pub loose: Vec<Loose>,
    /// Names by kind, namespace, label and value, for the kinds that are selected by label.
    labels: BTreeMap<(Kind, String, Cow<'static, str>, String), Vec<String>>,
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
    claims: Table<Claim>,
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
    ($type:ty, $kind:expr, $table:ident $(, labels $labels:expr)? $(, inherits $inherits:expr)?) => {
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
            fn meta_mut(&mut self) -> &mut Meta {
                &mut self.meta
            }
            $(fn selectable(&self) -> Vec<(&str, &str)> {
                $labels(self)
            })?
            $(fn inherit(&mut self, before: &Self) {
                $inherits(self, before);
            })?
        }
    };
}

view!(GatewayClass, Kind::GatewayClass, gateway_classes, inherits GatewayClass::inherit_status);
view!(Gateway, Kind::Gateway, gateways, inherits Gateway::inherit_status);
view!(ListenerSet, Kind::ListenerSet, listener_sets);
view!(HttpRoute, Kind::HttpRoute, routes, inherits HttpRoute::inherit_status);
view!(ReferenceGrant, Kind::ReferenceGrant, grants);
view!(Namespace, Kind::Namespace, namespaces);
view!(Service, Kind::Service, services);
view!(EndpointSlice, Kind::EndpointSlice, slices, labels EndpointSlice::label);
view!(Pod, Kind::Pod, pods, labels pod_labels);
view!(Workload, Kind::Workload, workloads, labels workload_labels);
view!(Secret, Kind::Secret, secrets);
view!(ConfigMap, Kind::ConfigMap, config_maps);
view!(Claim, Kind::Claim, claims);
view!(GatewayParameters, Kind::GatewayParameters, parameters);
view!(Backend, Kind::Backend, backends);
view!(DirectResponse, Kind::DirectResponse, direct_responses);
view!(TrafficPolicy, Kind::TrafficPolicy, traffic_policies, inherits TrafficPolicy::inherit_status);
view!(ListenerPolicy, Kind::ListenerPolicy, listener_policies, inherits ListenerPolicy::inherit_status);
view!(BackendConfigPolicy, Kind::BackendConfigPolicy, backend_config_policies, inherits BackendConfigPolicy::inherit_status);
view!(BackendTlsPolicy, Kind::BackendTlsPolicy, backend_tls_policies, inherits BackendTlsPolicy::inherit_status);
view!(GatewayExtension, Kind::GatewayExtension, gateway_extensions);

/// An object that is applied stays as old as it was.
fn settle_in<T: View>(laid: &mut T, before: &T) {
    let own = before.meta();
    let (created, stored) = (own.created.clone(), own.stored);
    laid.inherit(before);
    let meta = laid.meta_mut();
    meta.created = created;
    meta.stored = stored;
}

fn pod_labels(pod: &Pod) -> Vec<(&str, &str)> {
    pairs(&pod.meta.labels)
}

fn workload_labels(workload: &Workload) -> Vec<(&str, &str)> {
    pairs(&workload.pod_labels)
}

fn pairs(labels: &Pairs) -> Vec<(&str, &str)> {
    labels.iter().collect()
}

/// The objects of a kind that are known, and whether there may be more.
pub struct Listing<'a, T> {
    /// The known ones, sorted by namespace and name.
    pub items: Vec<&'a T>,
    /// `None` when the list is complete.
    pub gap: Option<Why>,
}

/// The objects of a kind in a namespace that have certain labels.
pub struct Selection<'a, T> {
    /// Those that are known, sorted by name.
    pub items: Vec<&'a T>,
    /// Whether any object of the kind is known in the namespace.
    pub any: bool,
    /// `None` when there are no others.
    pub gap: Option<Why>,
}

impl Store {
    /// An empty store for manifests.
    pub fn for_files(openness: Openness, settings: Settings) -> Store {
        let world = World { openness, ..World::default() };
        Store { settings, world: Some(world), ..Store::default() }
    }

    /// An empty store for a cluster: what is not known is asked.
    pub fn for_cluster(settings: Settings) -> Store {
        Store { settings, ..Store::default() }
    }

    /// Puts an object in, replacing one of the same name; returns whether there was one. One of
    /// the cluster does not replace what is laid over it, but says how old that is.
    pub fn insert<T: View>(&mut self, mut object: T) -> bool {
        if self.world.is_none()
            && let Some(known) = T::table_mut(self).get_mut(&object.meta().key())
        {
            if known.meta().is_laid() && !object.meta().is_laid() {
                settle_in(known, &object);
                return true;
            }
            if object.meta().is_laid() {
                settle_in(&mut object, known);
            }
        }
        let meta = object.meta();
        if let Some(world) = &mut self.world {
            world.saw(T::KIND, &meta.namespace, &meta.name);
        }
        let key = meta.key();
        for (label, value) in object.selectable() {
            let place = (T::KIND, key.0.clone(), label_key(label), value.to_owned());
            let names = self.labels.entry(place).or_default();
            if let Err(at) = names.binary_search(&key.1) {
                names.insert(at, key.1.clone());
            }
        }
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
            return match self.made.get(&key).filter(|_| T::KIND == Kind::Secret) {
                Some(maker) => Fact::Unknown(Why::not_given(format!("{maker} makes it"))),
                None => world.missing(T::KIND, namespace),
            };
        }
        let get = Ask::Get { kind: T::KIND, namespace: key.0, name: key.1 };
        if let Some(answer) = self.answered.get(&get) {
            return match answer {
                Ok(()) => Fact::Absent,
                Err(why) => Fact::Unknown(why.clone()),
            };
        }
        match self.listed(T::KIND, Some(namespace)) {
            Listed::Yes => Fact::Absent,
            Listed::No(why) => Fact::Unknown(why.clone()),
            // Whoever may not list them all may still read this one.
            Listed::Elsewhere(why) => {
                miss(get);
                Fact::Unknown(why.clone())
            }
            Listed::NotAsked => {
                let detail = format!("{} {namespace}/{name}", T::KIND.name());
                miss(get);
                Fact::Unknown(Why { kind: WhyKind::NotAsked, detail })
            }
        }
    }

    /// What was answered about the objects of a kind in a namespace, or in all.
    fn listed(&self, kind: Kind, namespace: Option<&str>) -> Listed<'_> {
        let all = self.answered.get(&Ask::List { kind, namespace: None });
        if let Some(Ok(())) = all {
            return Listed::Yes;
        }
        let one = namespace.filter(|_| !kind.is_cluster_scoped()).and_then(|namespace| {
            self.answered.get(&Ask::List { kind, namespace: Some(namespace.to_owned()) })
        });
        match (one, all) {
            (Some(Ok(())), _) => Listed::Yes,
            (Some(Err(why)), _) => Listed::No(why),
            (None, Some(Err(why))) => {
                let partly = matches!(why.kind, WhyKind::Forbidden | WhyKind::NotAsked);
                let more = partly && namespace.is_some();
                if more { Listed::Elsewhere(why) } else { Listed::No(why) }
            }
            (None, _) => Listed::NotAsked,
        }
    }

    /// Packs the tables: what was put in in order leaves them half empty.
    pub fn pack(&mut self) {
        fn packed<K: Ord, V>(table: &mut BTreeMap<K, V>) {
            *table = std::mem::take(table).into_iter().collect();
        }
        packed(&mut self.labels);
        packed(&mut self.routes);
        packed(&mut self.services);
        packed(&mut self.slices);
    }

    /// Takes out the objects of a kind in a namespace, or in all: they will be read again. Of a
    /// kind with several names (`Deployment`, `StatefulSet` …) those of one, or of all.
    pub fn forget(&mut self, kind: Kind, name: Option<&str>, namespace: Option<&str>) {
        let here = |meta: &Meta| {
            namespace.is_none_or(|namespace| namespace == meta.namespace)
                && name.is_none_or(|name| name == meta.kind)
        };
        let before = self.refused.len();
        self.refused.retain(|refused| refused.kind != Some(kind) || !here(&refused.meta));
        self.objects -= (before - self.refused.len()).min(self.objects);
        self.ignoring.retain(|meta| {
            let group = meta.api_version.split_once('/').map_or("", |(group, _)| group);
            Kind::of(group, &meta.kind) != Some(kind) || !here(meta)
        });
        match kind {
            Kind::GatewayClass => self.drop_from::<GatewayClass>(&here),
            Kind::Gateway => self.drop_from::<Gateway>(&here),
            Kind::ListenerSet => self.drop_from::<ListenerSet>(&here),
            Kind::HttpRoute => self.drop_from::<HttpRoute>(&here),
            Kind::ReferenceGrant => self.drop_from::<ReferenceGrant>(&here),
            Kind::BackendTlsPolicy => self.drop_from::<BackendTlsPolicy>(&here),
            Kind::Namespace => self.drop_from::<Namespace>(&here),
            Kind::Service => self.drop_from::<Service>(&here),
            Kind::EndpointSlice => self.drop_from::<EndpointSlice>(&here),
            Kind::Pod => self.drop_from::<Pod>(&here),
            Kind::Secret => self.drop_from::<Secret>(&here),
            Kind::ConfigMap => self.drop_from::<ConfigMap>(&here),
            Kind::Workload => self.drop_from::<Workload>(&here),
            Kind::GatewayParameters => self.drop_from::<GatewayParameters>(&here),
            Kind::Backend => self.drop_from::<Backend>(&here),
            Kind::DirectResponse => self.drop_from::<DirectResponse>(&here),
            Kind::TrafficPolicy => self.drop_from::<TrafficPolicy>(&here),
            Kind::ListenerPolicy => self.drop_from::<ListenerPolicy>(&here),
            Kind::BackendConfigPolicy => self.drop_from::<BackendConfigPolicy>(&here),
            Kind::GatewayExtension => self.drop_from::<GatewayExtension>(&here),
            Kind::Claim => self.drop_from::<Claim>(&here),
        }
    }

    fn drop_from<T: View>(&mut self, here: &dyn Fn(&Meta) -> bool) {
        let table = T::table_mut(self);
        let before = table.len();
        // What was laid over the cluster does not come again.
        table.retain(|_, object| object.meta().is_laid() || !here(object.meta()));
        let gone = before - table.len();
        self.objects -= gone.min(self.objects);
    }

    /// All objects of a kind in one namespace, or in all.
    pub fn list<T: View>(&self, namespace: Option<&str>, miss: impl FnOnce(Ask)) -> Listing<'_, T> {
        let items = match namespace {
            None => T::table(self).values().collect(),
            Some(namespace) => self.within(namespace).collect(),
        };
        Listing { items, gap: self.gap(T::KIND, namespace, miss) }
    }

    /// The objects of a kind in one namespace, or in all, that have all these labels (none, if there
    /// are no labels). Only for kinds that are [`View::selectable`].
    pub fn select<'a, T: View>(
        &'a self,
        namespace: Option<&str>,
        labels: &[(&str, &str)],
        miss: impl FnOnce(Ask),
    ) -> Selection<'a, T> {
        let gap = self.selection_gap(T::KIND, namespace, labels, miss);
        let table = T::table(self);
        // An object may have been replaced by one without the label.
        let has = |object: &&T| {
            let own = object.selectable();
            !labels.is_empty() && labels.iter().all(|wanted| own.contains(wanted))
        };
        let Some(namespace) = namespace.filter(|_| !table.is_empty()) else {
            let items = table.values().filter(has).collect();
            return Selection { items, any: !table.is_empty(), gap };
        };
        let names = |(label, value): &(&str, &str)| {
            let place = (T::KIND, namespace.to_owned(), label_key(label), (*value).to_owned());
            self.labels.get(&place)
        };
        let sets: Option<Vec<&Vec<String>>> = labels.iter().map(names).collect();
        let smallest = sets.unwrap_or_default().into_iter().min_by_key(|set| set.len());
        let items = smallest
            .into_iter()
            .flatten()
            .filter_map(|name| table.get(&(namespace.to_owned(), name.clone())))
            .filter(has)
            .collect();
        Selection { items, any: self.within::<T>(namespace).next().is_some(), gap }
    }

    /// Why a selection may be incomplete, if it may. By one label less can be asked for than the
    /// whole list; of several the list is wanted.
    fn selection_gap(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        labels: &[(&str, &str)],
        miss: impl FnOnce(Ask),
    ) -> Option<Why> {
        let [(label, value)] = labels else { return self.gap(kind, namespace, miss) };
        let select = || Ask::Select {
            kind,
            namespace: namespace.map(str::to_owned),
            label: (*label).to_owned(),
            value: (*value).to_owned(),
        };
        if self.world.is_none()
            && let Some(answer) = self.answered.get(&select())
        {
            return answer.as_ref().err().cloned();
        }
        self.gap(kind, namespace, |_| miss(select()))
    }

    fn within<T: View>(&self, namespace: &str) -> impl Iterator<Item = &T> {
        T::table(self)
            .range((namespace.to_owned(), String::new())..)
            .take_while(move |(key, _)| key.0 == namespace)
            .map(|(_, object)| object)
    }

    /// Why a list may be incomplete, if it may.
    fn gap(&self, kind: Kind, namespace: Option<&str>, miss: impl FnOnce(Ask)) -> Option<Why> {
        match &self.world {
            Some(world) => match world.missing::<()>(kind, namespace?) {
                Fact::Unknown(why) => Some(why),
                _ => None,
            },
            None => match self.listed(kind, namespace) {
                Listed::Yes => None,
                // Where a kind is not served there are no objects of it.
                Listed::No(why) if why.kind == WhyKind::NotServed && kind.is_optional() => None,
                Listed::No(why) => Some(why.clone()),
                Listed::Elsewhere(why) => {
                    miss(Ask::List { kind, namespace: namespace.map(str::to_owned) });
                    Some(why.clone())
                }
                Listed::NotAsked => {
                    miss(Ask::List { kind, namespace: namespace.map(str::to_owned) });
                    let detail = kind.resource().to_owned();
                    Some(Why { kind: WhyKind::NotAsked, detail })
                }
            },
        }
    }
}

/// A label as a key: of the one that all EndpointSlices have there are thousands.
fn label_key(label: &str) -> Cow<'static, str> {
    match label {
        EndpointSlice::SERVICE => EndpointSlice::SERVICE.into(),
        other => Cow::Owned(other.to_owned()),
    }
}

/// What was answered about a list.
enum Listed<'a> {
    /// It is complete.
    Yes,
    /// It is not, and asking again does not help.
    No(&'a Why),
    /// All namespaces were refused or are not wanted, this one was not asked for.
    Elsewhere(&'a Why),
    /// Nobody has asked.
    NotAsked,
}
