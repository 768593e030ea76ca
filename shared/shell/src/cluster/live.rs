//! The API server as the source of facts.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::check::Check;
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::facts::{Answer, Ask, Cx, KGATEWAY_API, Kind, Scope, Store, WhyKind};
use igw_core::settle::{self, Source};
use kube::Client;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::connect::Link;
use super::discover::{self, Served};
use super::errand::Errand;
use super::list::Job;
use super::plan;
use super::reason::{not_served, vanished, why};
use super::request::Getter;
use super::resource;
use super::trouble::Trouble;
use super::watch::Seen;
use crate::bundle::Kept;
use crate::exit::Failure;

/// A cluster that is being read.
pub struct Live {
    /// The context's name.
    pub context: Option<String>,
    /// Where we are at home: asked for when all namespaces are refused.
    pub namespace: String,
    pub(super) link: Link,
    pub(super) getter: Getter,
    pub(super) served: Option<Served>,
    /// What ends the run: the server cannot be reached, or knows nobody of us.
    pub(super) ended: Option<Trouble>,
    /// Whether the server has answered anything.
    pub(super) answered: bool,
    /// Whether kgateway's own Deployment was looked for.
    pub(super) looked: bool,
    /// What was read, if changes of it are to be watched.
    pub(super) seen: Option<Vec<Seen>>,
    /// What is kept for a bundle, if one is wanted.
    pub kept: Option<Kept>,
    /// Whether what can be known without asking is not asked for.
    pub(super) frugal: bool,
    /// Whether only what named routes refer to is read: of all namespaces nothing but routes.
    narrow: bool,
    /// The namespaces of the named routes.
    homes: BTreeSet<String>,
}

impl Live {
    /// A cluster behind a connection.
    pub fn new(link: Link, context: Option<String>, namespace: String) -> Live {
        let getter = Getter::new(link.client.clone(), link.timeout);
        Live {
            context,
            namespace,
            link,
            getter,
            served: None,
            ended: None,
            answered: false,
            looked: false,
            seen: None,
            kept: None,
            frugal: false,
            narrow: false,
            homes: BTreeSet::new(),
        }
    }

    /// The flags that lead kubectl here as the same person, as they were given.
    pub fn flags(&self) -> &str {
        &self.link.flags
    }

    /// The client, for what is no object.
    pub fn client(&self) -> Client {
        self.link.client.clone()
    }

    /// Where its requests run.
    pub fn handle(&self) -> &Handle {
        &self.link.handle
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
            let wide =
                judged.is_none() || kind.is_cluster_scoped() || resource::decides_everywhere(kind);
            Ask::List { kind, namespace: judged.filter(|_| !wide).map(str::to_owned) }
        };
        self.discover();
        // Policies and their like decide by the way; where they are served there are few. Asked for
        // later, they would cost another round of all checks.
        if let Some(served) = &self.served {
            let is_served = |kind: &Kind| {
                resource::of(*kind).iter().any(|resource| served.version(resource).is_some())
            };
            kinds.extend(resource::OPTIONAL.into_iter().filter(is_served));
        }
        self.answer(kinds.into_iter().map(ask).collect(), store);
        self.other_routes(store);
        store.pack();
    }

    /// From here on reads only what routes of these namespaces refer to, however large the cluster
    /// is.
    pub fn narrow(&mut self, homes: BTreeSet<String>) {
        self.frugal = true;
        self.narrow = true;
        self.homes = homes;
    }

    /// From here on asks only what decides: for the version of kgateway where another one would
    /// lead to something else, for its class where nothing shows that it is there.
    pub fn frugal(&mut self) {
        self.frugal = true;
    }

    /// Reads the version of kgateway that was left out, if another one would lead to something
    /// else; the settings say so if not. Whether `work` has to be done again.
    pub fn version_matters<T: PartialEq>(
        &mut self,
        store: &mut Store,
        work: impl Fn(&Store) -> T,
    ) -> bool {
        if !self.frugal || !self.version_is_open(store) {
            return false;
        }
        if !settle::whatever_version(store, work) {
            self.kgateway(store);
        }
        true
    }

    fn discover(&mut self) {
        if self.served.is_some() || self.ended.is_some() {
            return;
        }
        let getter = self.getter.clone();
        let (send, mut receive) = mpsc::channel(1);
        self.link.handle.spawn(async move {
            let all = resource::of_groups();
            let groups: BTreeSet<&str> = all.iter().map(|resource| resource.group).collect();
            drop(send.send(discover::discover(&getter, &groups).await).await);
        });
        match receive.blocking_recv() {
            Some(Ok(served)) => {
                self.answered = true;
                self.served = Some(served);
            }
            // A server of something else answers all paths like that.
            Some(Err(Trouble::Status { code: 404, object, wait, .. })) => {
                let message = "it has no /apis, so it is no API server".to_owned();
                let trouble = Trouble::Status { code: 404, message, object, wait };
                self.ended.get_or_insert(trouble);
            }
            // Whoever may not ask what is served can still read lists; a server that is too busy for
            // this is too busy for them.
            Some(Err(trouble @ Trouble::Status { code, .. })) if code != 403 => {
                self.ended.get_or_insert(trouble);
            }
            Some(Err(trouble)) => self.weigh(&trouble),
            None => self.weigh(&Trouble::Broken("the thread for requests has ended".to_owned())),
        }
    }

    /// Notes what ends the run. Before the first answer nothing that fails is worth going on.
    pub(super) fn weigh(&mut self, trouble: &Trouble) {
        let silent = !self.answered && !matches!(trouble, Trouble::Status { .. });
        if self.ended.is_none() && (trouble.is_final() || silent) {
            self.ended = Some(trouble.clone());
        }
        self.answered |= matches!(trouble, Trouble::Status { .. });
    }

    /// The version of a kgateway that serves any class, by its Deployment, in whatever namespace
    /// (its chart labels it so in all versions).
    fn kgateway(&mut self, store: &mut Store) {
        if !self.version_is_open(store) {
            return;
        }
        self.looked = true;
        let Some(resource) = resource::of(Kind::Workload).into_iter().next() else { return };
        let path = resource.path("v1", None, None) + "?labelSelector=kgateway%3Dkgateway";
        let ask = Ask::List { kind: Kind::Workload, namespace: None };
        let errand = Errand { ask, resource, version: "v1", job: Job::List(path) };
        // Where it cannot be read, the newest is assumed, and said so.
        drop(self.run(vec![errand], store));
    }

    /// Whether a kgateway serves something, and its version was not asked for.
    fn version_is_open(&self, store: &Store) -> bool {
        let scope = Scope::default();
        let cx = Cx::new(store, &scope);
        let classes = cx.list::<GatewayClass>(None).items;
        let serves = classes.iter().any(|class| class.controller == GatewayClass::KGATEWAY)
            || cx.list::<Gateway>(None).items.iter().any(|gateway| gateway.class == "kgateway");
        let known = store.settings.kgateway.or(store.settings.kgateway_seen).is_some();
        serves && !known && !self.looked
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
}

impl Source for Live {
    fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store) {
        let mut asks = if self.narrow { plan::narrowed(asks, &self.homes, store) } else { asks };
        if self.frugal {
            plan::without_obvious(&mut asks, store);
        }
        // What was refused for all namespaces is not tried again.
        let tried = |kind| store.answered.contains_key(&Ask::List { kind, namespace: None });
        let reduced = plan::reduce(asks, |kind| !self.narrow && !tried(kind));
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
                let own = std::iter::once(&self.namespace).filter(|_| self.homes.is_empty());
                homes.extend(
                    self.homes
                        .iter()
                        .chain(own)
                        .map(|home| Ask::List { kind: *kind, namespace: Some(home.clone()) }),
                );
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
        if !self.frugal {
            self.kgateway(store);
        }
    }
}

impl Live {
    /// Whether discovery has said that what an errand reads is served.
    fn serves(&self, errand: &Errand) -> bool {
        let version = self.served.as_ref().and_then(|served| served.version(&errand.resource));
        version == Some(errand.version) && !errand.resource.group.is_empty()
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
                // Discovery said otherwise: somebody takes the kind away, and nobody has looked.
                Err(Trouble::Status { code: 404, object: false, .. }) if self.serves(&errand) => {
                    Err(vanished(&errand.ask, &errand.resource))
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
