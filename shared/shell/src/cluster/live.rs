//! The API server as the source of facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use igw_core::check::Check;
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::facts::{Answer, Ask, Cx, KGATEWAY_API, Kind, Scope, Store, Why, WhyKind};
use igw_core::settle::Source;
use tokio::sync::{Semaphore, mpsc};

use super::connect::Link;
use super::discover::{self, Served};
use super::list::{self, Event, Job};
use super::progress::Progress;
use super::request::Getter;
use super::resource::{self, Resource};
use super::trouble::Trouble;
use super::{page, plan};
use crate::exit::Failure;

/// How many requests are on their way at a time.
const SLOTS: usize = 8;

/// How many pages may wait to be decoded.
const WAITING: usize = 4;

/// A cluster that is being read.
pub struct Live {
    /// The context's name.
    pub context: Option<String>,
    /// Where we are at home: asked for when all namespaces are refused.
    pub namespace: String,
    link: Link,
    getter: Getter,
    served: Option<Served>,
    /// What ends the run: the server cannot be reached, or knows nobody of us.
    ended: Option<Trouble>,
    /// Whether the server has answered anything.
    answered: bool,
    /// Whether kgateway's own Deployment was looked for.
    looked: bool,
    /// Whether only what named routes refer to is read: of all namespaces nothing but routes.
    narrow: bool,
    /// The namespaces of the named routes.
    homes: BTreeSet<String>,
}

/// A request on its way.
struct Errand {
    /// The ask that it is part of.
    ask: Ask,
    resource: Resource,
    version: &'static str,
    job: Job,
}

impl Live {
    /// A cluster behind a connection.
    pub fn new(link: Link, context: Option<String>, namespace: String) -> Live {
        let getter = Getter { client: link.client.clone(), timeout: link.timeout };
        Live {
            context,
            namespace,
            link,
            getter,
            served: None,
            ended: None,
            answered: false,
            looked: false,
            narrow: false,
            homes: BTreeSet::new(),
        }
    }

    /// Why nothing more can be read, if so.
    ///
    /// # Errors
    /// When the server cannot be reached or knows nobody of us.
    pub fn usable(&self) -> Result<(), Failure> {
        match &self.ended {
            Some(trouble) => Err(trouble.failure(&self.link)),
            None => Ok(()),
        }
    }

    /// Reads what checks need, each kind once: what routes of any namespace decide from all
    /// namespaces, the rest from the judged one.
    pub fn gather(&mut self, checks: &[&dyn Check], judged: Option<&str>, store: &mut Store) {
        let mut kinds: BTreeSet<Kind> =
            checks.iter().flat_map(|check| check.meta().needs).copied().collect();
        kinds.extend([Kind::GatewayClass, Kind::Gateway, Kind::HttpRoute]);
        kinds.remove(&Kind::Secret);
        let ask = |kind: Kind| {
            let wide = judged.is_none() || kind.is_cluster_scoped() || decides_everywhere(kind);
            Ask::List { kind, namespace: judged.filter(|_| !wide).map(str::to_owned) }
        };
        self.discover();
        // Policies and their like decide by the way; where they are served there are few. Asked for
        // later, they would cost another round of all checks.
        if let Some(served) = &self.served {
            let is_served = |kind: &Kind| {
                resource::of(*kind).iter().any(|resource| served.version(resource).is_some())
            };
            kinds.extend(OPTIONAL.into_iter().filter(is_served));
        }
        self.answer(kinds.into_iter().map(ask).collect(), store);
        self.other_routes(store);
    }

    /// From here on reads only what routes of these namespaces refer to, however large the cluster
    /// is.
    pub fn narrow(&mut self, homes: BTreeSet<String>) {
        self.narrow = true;
        self.homes = homes;
    }

    fn discover(&mut self) {
        if self.served.is_some() || self.ended.is_some() {
            return;
        }
        let getter = self.getter.clone();
        let (send, mut receive) = mpsc::channel(1);
        self.link.handle.spawn(async move {
            let all = every_resource();
            let groups: BTreeSet<&str> = all.iter().map(|resource| resource.group).collect();
            drop(send.send(discover::discover(&getter, &groups).await).await);
        });
        match receive.blocking_recv() {
            Some(Ok(served)) => {
                self.answered = true;
                self.served = Some(served);
            }
            Some(Err(trouble)) => self.weigh(&trouble),
            None => self.weigh(&Trouble::Broken("the thread for requests has ended".to_owned())),
        }
    }

    /// Notes what ends the run. Before the first answer nothing that fails is worth going on.
    fn weigh(&mut self, trouble: &Trouble) {
        let silent = !self.answered && !matches!(trouble, Trouble::Status { .. });
        if self.ended.is_none() && (trouble.is_final() || silent) {
            self.ended = Some(trouble.clone());
        }
        self.answered |= matches!(trouble, Trouble::Status { .. });
    }

    /// The version of a kgateway that serves any class, by its Deployment, in whatever namespace
    /// (its chart labels it so in all versions).
    fn kgateway(&mut self, store: &mut Store) {
        let scope = Scope::default();
        let classes = Cx::new(store, &scope).list::<GatewayClass>(None).items;
        let serves = classes.iter().any(|class| class.controller == GatewayClass::KGATEWAY);
        let known = store.settings.kgateway.or(store.settings.kgateway_seen).is_some();
        if !serves || known || std::mem::replace(&mut self.looked, true) {
            return;
        }
        let Some(resource) = resource::of(Kind::Workload).into_iter().next() else { return };
        let path = resource.path("v1", None, None) + "?labelSelector=kgateway%3Dkgateway";
        let ask = Ask::List { kind: Kind::Workload, namespace: None };
        let errand = Errand { ask, resource, version: "v1", job: Job::List(path) };
        // Where it cannot be read, the newest is assumed, and said so.
        drop(self.run(vec![errand], store));
    }

    /// Routes of kinds without rules: they are counted, and attach to listeners.
    fn other_routes(&mut self, store: &mut Store) {
        let Some(served) = &self.served else { return };
        let ask = Ask::List { kind: Kind::HttpRoute, namespace: None };
        let errands = resource::OTHER_ROUTES.into_iter().filter_map(|resource| {
            let version = served.version(&resource)?;
            let job = Job::List(resource.path(version, None, None));
            Some(Errand { ask: ask.clone(), resource, version, job })
        });
        let errands: Vec<Errand> = errands.collect();
        // Whether they can be read decides about no check.
        drop(self.run(errands, store));
    }

    /// The requests for an ask; none when nothing of it is served.
    fn errands(&self, ask: &Ask) -> Vec<Errand> {
        let (kind, namespace, name) = match ask {
            Ask::List { kind, namespace } => (*kind, namespace.as_deref(), None),
            Ask::Get { kind, namespace, name } => {
                (*kind, Some(namespace.as_str()), Some(name.as_str()))
            }
        };
        let namespace = namespace.filter(|_| !kind.is_cluster_scoped());
        let errand = |resource: Resource| {
            let version = match &self.served {
                Some(served) => served.version(&resource)?,
                None => resource.versions.first().copied()?,
            };
            let path = resource.path(version, namespace, name);
            let job = if name.is_some() { Job::Get(path) } else { Job::List(path) };
            Some(Errand { ask: ask.clone(), resource, version, job })
        };
        let mut resources = resource::of(kind);
        // The experimental ListenerSet is asked for where the other is not served; an
        // HTTPListenerPolicy decides about no check (kgateway.md 6).
        let one = match kind {
            Kind::ListenerSet => self.served.is_none(),
            Kind::ListenerPolicy => self.narrow,
            _ => false,
        };
        if one {
            resources.truncate(1);
        }
        resources.into_iter().filter_map(errand).collect()
    }

    /// Does errands at the same time; says of each how it ended.
    fn run(
        &mut self,
        errands: Vec<Errand>,
        store: &mut Store,
    ) -> Vec<(Errand, Result<(), Trouble>)> {
        let slots = Arc::new(Semaphore::new(SLOTS));
        let (send, mut receive) = mpsc::channel(WAITING);
        for (id, errand) in errands.iter().enumerate() {
            let job =
                list::run(self.getter.clone(), errand.job.clone(), id, slots.clone(), send.clone());
            self.link.handle.spawn(job);
        }
        drop(send);
        let lost = || Err(Trouble::Broken("the thread for requests has ended".to_owned()));
        let mut results: Vec<Result<(), Trouble>> = errands.iter().map(|_| lost()).collect();
        let mut decoded: BTreeMap<usize, Trouble> = BTreeMap::new();
        let progress = Progress::begin(&self.link.handle, errands.len());
        while let Some((id, event)) = receive.blocking_recv() {
            let Errand { resource, version, ask, .. } = &errands[id];
            let api_version = resource.api_version(version);
            match event {
                Event::Page(body) => {
                    if let Err(trouble) = page::fill(store, &body, &api_version, resource.kind) {
                        decoded.insert(id, trouble);
                    }
                }
                Event::Object(body) => match discover::parse(&body) {
                    Ok(object) => page::put(store, object, &api_version, resource.kind),
                    Err(trouble) => drop(decoded.insert(id, trouble)),
                },
                Event::Restart => match (Kind::of(resource.group, resource.kind), ask) {
                    (Some(kind), Ask::List { namespace, .. }) => {
                        store.forget(kind, Some(resource.kind), namespace.as_deref());
                    }
                    _ => store.others.retain(|other| other.meta.kind != resource.kind),
                },
                Event::Done(result) => {
                    progress.done();
                    self.answered |= result.is_ok();
                    results[id] = result;
                }
            }
            progress.objects(store.objects);
        }
        for (id, trouble) in decoded {
            results[id] = Err(trouble);
        }
        for trouble in results.iter().filter_map(|result| result.as_ref().err()) {
            self.weigh(trouble);
        }
        errands.into_iter().zip(results).collect()
    }
}

/// Kinds that decide about routes of any namespace: precedence, attachment and grants compare
/// across namespaces, and there are few of them beside what routes point to.
fn decides_everywhere(kind: Kind) -> bool {
    matches!(kind, Kind::Gateway | Kind::ListenerSet | Kind::HttpRoute | Kind::ReferenceGrant)
}

/// Kinds that no check lists as needed and that rules look up on their way.
const OPTIONAL: [Kind; 7] = [
    Kind::ListenerSet,
    Kind::BackendTlsPolicy,
    Kind::TrafficPolicy,
    Kind::ListenerPolicy,
    Kind::BackendConfigPolicy,
    Kind::GatewayExtension,
    Kind::GatewayParameters,
];

fn every_resource() -> Vec<Resource> {
    let kinds =
        [Kind::HttpRoute, Kind::ListenerSet, Kind::EndpointSlice, Kind::Workload, Kind::Backend];
    kinds.into_iter().flat_map(resource::of).collect()
}

impl Source for Live {
    fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store) {
        let asks = if self.narrow { self.narrowed(asks, store) } else { asks };
        let reduced = plan::reduce(asks);
        let (mut again, mut answers) = self.once(reduced.keys().cloned().collect(), store);
        if !again.is_empty() && self.served.is_none() {
            self.discover();
            if self.served.is_some() {
                let (_, more) = self.once(std::mem::take(&mut again), store);
                answers.extend(more);
            }
        }
        let mut homes = BTreeSet::new();
        for (ask, answer) in answers {
            if let (Ask::List { kind, namespace: None }, Err(why)) = (&ask, &answer)
                && why.kind == WhyKind::Forbidden
                && !kind.is_cluster_scoped()
            {
                let namespace = Some(self.namespace.clone());
                homes.insert(Ask::List { kind: *kind, namespace });
            }
            store.answered.insert(ask, answer);
        }
        if !homes.is_empty() {
            let (_, answers) = self.once(homes, store);
            store.answered.extend(answers);
        }
        // Pages come as they come; what is told must not depend on that.
        store.refused.sort_by_key(|one| one.meta.reference());
        store.others.sort_by_key(|one| one.meta.reference());
        store.ignoring.sort_by_key(|meta| meta.reference());
        self.kgateway(store);
    }
}

impl Live {
    /// For named routes: of a list of all namespaces only the part that their namespaces and those
    /// of their Gateways have, where policies are; all of it only of HTTPRoutes, which compete,
    /// and of ListenerSets where a Gateway lets any in.
    fn narrowed(&self, asks: BTreeSet<Ask>, store: &mut Store) -> BTreeSet<Ask> {
        let scope = Scope::default();
        let gateways = Cx::new(store, &scope).list::<Gateway>(None).items;
        let lets_in = gateways.iter().any(|gateway| gateway.allowed_listeners.from != "None");
        let mut homes: BTreeSet<String> =
            gateways.iter().map(|gateway| gateway.meta.namespace.clone()).collect();
        homes.extend(self.homes.iter().cloned());
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

    /// Answers asks once. Those whose path is not there although it should be come back in the
    /// first set: another version may be served.
    fn once(
        &mut self,
        asks: BTreeSet<Ask>,
        store: &mut Store,
    ) -> (BTreeSet<Ask>, BTreeMap<Ask, Answer>) {
        let mut answers: BTreeMap<Ask, Answer> = BTreeMap::new();
        let mut errands = Vec::new();
        for ask in asks {
            if let Some(trouble) = &self.ended {
                answers.insert(ask.clone(), Err(why(trouble, &ask, None)));
                continue;
            }
            let own = self.errands(&ask);
            if own.is_empty() {
                answers.insert(ask.clone(), Err(not_served(&ask)));
            } else if let Ask::List { kind, namespace } = &ask {
                // What single GETs have brought comes again with the list.
                store.forget(*kind, None, namespace.as_deref());
            }
            errands.extend(own);
        }
        let mut again = BTreeSet::new();
        for (errand, result) in self.run(errands, store) {
            let answer = match &result {
                Ok(()) => Ok(()),
                Err(Trouble::Status { code: 404, object: true, .. })
                    if matches!(errand.ask, Ask::Get { .. }) =>
                {
                    Ok(())
                }
                Err(Trouble::Status { code: 404, .. }) => {
                    // kgateway's kinds have one version: there is nothing else to try.
                    if errand.resource.group != KGATEWAY_API {
                        again.insert(errand.ask.clone());
                    }
                    Err(not_served(&errand.ask))
                }
                Err(trouble) => Err(why(trouble, &errand.ask, Some(&errand.resource))),
            };
            // A kind may have several resources: it is known when all are.
            let known = answers.entry(errand.ask).or_insert(Ok(()));
            if known.is_ok() {
                *known = answer;
            }
        }
        (again, answers)
    }
}

fn not_served(ask: &Ask) -> Why {
    let (Ask::List { kind, .. } | Ask::Get { kind, .. }) = ask;
    let name = resource::of(*kind).first().map(Resource::full_name).unwrap_or_default();
    let detail = format!("the API server does not serve {name}");
    Why { kind: WhyKind::NotServed, detail }
}

/// Why an ask has no answer: verb, resource and namespace are in it.
fn why(trouble: &Trouble, ask: &Ask, resource: Option<&Resource>) -> Why {
    let (Ask::List { kind, .. } | Ask::Get { kind, .. }) = ask;
    let first = resource::of(*kind).first().map(Resource::full_name).unwrap_or_default();
    let resource = resource.map_or(first, Resource::full_name);
    let what = match ask {
        Ask::List { namespace: None, .. } if kind.is_cluster_scoped() => format!("list {resource}"),
        Ask::List { namespace: None, .. } => format!("list {resource} in all namespaces"),
        Ask::List { namespace: Some(namespace), .. } => {
            format!("list {resource} in namespace {namespace}")
        }
        Ask::Get { namespace, name, .. } if namespace.is_empty() => {
            format!("get {resource}/{name}")
        }
        Ask::Get { namespace, name, .. } => {
            format!("get {resource}/{name} in namespace {namespace}")
        }
    };
    match trouble {
        Trouble::Status { code: 403, .. } => {
            Why { kind: WhyKind::Forbidden, detail: format!("forbidden: {what}") }
        }
        other => Why { kind: WhyKind::TimedOut, detail: format!("{what}: {}", other.say()) },
    }
}
