//! A cluster that is being read.

mod answer;
mod others;

use std::collections::BTreeSet;

use igw_core::facts::{Ask, Facts, Risk, Scope, Store, Why};
use igw_core::kube::{Kind, Resource};
use igw_core::reads::{Doubt, Reads};
use igw_core::rounds::Source;
use kube::Client;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::discover::{self, ServedApis};
use super::getter::Getter;
use super::request::{self, ApiRequest, Reading};
use crate::cluster::config::{Interrupts, Link};
use crate::cluster::read_error::ReadError;
use crate::cluster::watch::{self, Watched};
use crate::exit::Failure;
use crate::input::bundle::Kept;

/// A cluster that is being read.
pub struct Live {
    /// The context's name.
    pub context: Option<String>,
    /// Asked for when all namespaces are refused.
    pub namespace: String,
    /// What the product wants to be read.
    reads: &'static Reads,
    link: Link,
    getter: Getter,
    served: Option<ServedApis>,
    /// What ends the run: the server cannot be reached, or does not accept our credentials.
    ended: Option<ReadError>,
    /// Whether the server has answered anything.
    answered: bool,
    /// Whether the product's doubt was asked.
    asked_doubt: bool,
    /// The kinds that can point at others, once they are known.
    pointing: Option<Result<Vec<Resource>, Why>>,
    watched: Option<Vec<Watched>>,
    /// What is kept for a bundle, if one is wanted.
    pub kept: Option<Kept>,
    /// Whether what can be known without asking is not asked for.
    frugal: bool,
    /// Whether only what named objects refer to is read, and their namespaces.
    narrow: Option<BTreeSet<String>>,
    /// Whether no Secret is read.
    closed: bool,
}

impl Live {
    pub fn new(
        link: Link,
        context: Option<String>,
        namespace: String,
        reads: &'static Reads,
    ) -> Live {
        let getter = Getter::new(link.client.clone(), link.timeout, link.most);
        Live {
            context,
            namespace,
            reads,
            link,
            getter,
            served: None,
            ended: None,
            answered: false,
            asked_doubt: false,
            pointing: None,
            watched: None,
            kept: None,
            frugal: false,
            narrow: None,
            closed: false,
        }
    }

    /// The flags that lead kubectl here as the same person, as they were given.
    pub fn flags(&self) -> &str {
        &self.link.flags
    }

    /// The client, for what is not an object.
    pub fn client(&self) -> Client {
        self.link.client.clone()
    }

    /// What reads a path.
    pub(in crate::cluster) fn getter(&self) -> Getter {
        self.getter.clone()
    }

    /// What Ctrl-C does.
    pub fn interrupts(&self) -> &Interrupts {
        &self.link.interrupts
    }

    /// Where its requests run.
    pub fn handle(&self) -> &Handle {
        &self.link.handle
    }

    /// Why nothing more can be read, if so.
    ///
    /// # Errors
    /// When the server cannot be reached or does not accept our credentials.
    pub fn usable(&self) -> Result<(), Failure> {
        match &self.ended {
            Some(error) => Err(self.link.failure(error)),
            None => Ok(()),
        }
    }

    /// Lists kinds, each once: of all namespaces those that decide everywhere, the rest of the
    /// judged one. What is read by name is never listed.
    pub fn gather(
        &mut self,
        needs: impl Iterator<Item = Kind>,
        judged: Option<&str>,
        store: &mut Store,
    ) {
        let ask = |kind: Kind| {
            let wide = judged.is_none()
                || kind.is_cluster_scoped()
                || self.reads.everywhere.contains(&kind);
            Ask::List { kind, namespace: judged.filter(|_| !wide).map(str::to_owned) }
        };
        let mut asks: BTreeSet<Ask> = needs.map(ask).collect();
        asks.retain(|ask| !ask.kind().is_read_by_name());
        self.discover();
        let is_served = |kind: &Kind| match (&self.served, kind.is_optional()) {
            (_, false) => true,
            (Some(served), true) => {
                kind.resources().iter().any(|resource| served.version(resource).is_some())
            }
            (None, true) => false,
        };
        let more = self.reads.needs.iter().copied().filter(|kind| !kind.is_read_by_name());
        asks.extend(more.filter(is_served).map(ask));
        self.answer(asks, store);
        self.count(store);
        self.read_pointing(store);
        store.pack();
    }

    /// From here on reads only what objects of these namespaces refer to, however large the cluster
    /// is.
    pub fn narrow(&mut self, homes: BTreeSet<String>) {
        self.frugal = true;
        self.narrow = Some(homes);
    }

    /// From here on reads no Secret.
    pub fn close_secrets(&mut self) {
        self.closed = true;
    }

    /// From here on Secrets are read by name, those too that were not before.
    pub fn open_secrets(&mut self, store: &mut Store) {
        self.closed = false;
        store.answered.retain(|ask, _| ask.risk() == Risk::Read);
    }

    /// From here on asks only what decides.
    pub fn frugal(&mut self) {
        self.frugal = true;
    }

    /// From here on what is read is remembered, for [`Live::wait`].
    pub fn remember(&mut self) {
        self.watched = Some(Vec::new());
    }

    /// Blocks until something that was read has changed, or may have; from here on, Ctrl-C ends the
    /// run well. Returns which watches were denied, in the words of `kubectl auth can-i`.
    pub fn wait(&mut self) -> Vec<String> {
        self.link.interrupts.are_an_end();
        let watched = self.watched.clone().unwrap_or_default();
        watch::wait(self.client(), self.handle(), watched)
    }

    /// Forgets what was answered, to read everything again.
    pub fn again(&mut self) {
        self.ended = None;
        self.served = None;
        self.asked_doubt = false;
        if self.watched.is_some() {
            self.remember();
        }
    }

    /// Asks what was left out, if its answer would lead to something else. Whether `work` has to be
    /// done again.
    pub fn doubt_matters<T: PartialEq>(
        &mut self,
        store: &mut Store,
        work: impl Fn(&Store) -> T,
    ) -> bool {
        let Some((doubt, ask)) = self.doubt(store).filter(|_| self.frugal) else { return false };
        if !doubt.is_idle(store, work) {
            self.ask_doubt(&ask, store);
        }
        true
    }

    /// The product's doubt, while it is open and was not asked.
    fn doubt(&self, store: &Store) -> Option<(Doubt, Ask)> {
        let doubt = self.reads.doubt.filter(|_| !self.asked_doubt)?;
        let ask = (doubt.open)(&Facts::new(store, &Scope::default()))?;
        Some((doubt, ask))
    }

    fn ask_doubt(&mut self, ask: &Ask, store: &mut Store) {
        self.asked_doubt = true;
        // Where it cannot be read, the newest is assumed, and said so.
        self.run(request::of_ask(ask, None, true), store);
    }

    fn discover(&mut self) {
        if self.served.is_some() || self.ended.is_some() {
            return;
        }
        let getter = self.getter.clone();
        let (send, mut receive) = mpsc::channel(1);
        self.link.handle.spawn(async move {
            let all = Kind::ALL.iter().flat_map(|kind| kind.resources());
            let groups: BTreeSet<&str> =
                all.map(|resource| resource.group).filter(|group| !group.is_empty()).collect();
            drop(send.send(discover::discover(&getter, &groups).await).await);
        });
        match receive.blocking_recv() {
            Some(Ok(served)) => {
                self.answered = true;
                self.served = Some(served);
            }
            // A server of something else answers all paths like that.
            Some(Err(ReadError::Status { code: 404, object, wait, .. })) => {
                let message = "it has no /apis, so it is not an API server".to_owned();
                let error = ReadError::Status { code: 404, message, object, wait };
                self.ended.get_or_insert(error);
            }
            // Who may not ask what is served can still read lists; a server that is too busy for
            // this is too busy for them.
            Some(Err(error @ ReadError::Status { code, .. })) if code != 403 => {
                self.ended.get_or_insert(error);
            }
            Some(Err(error)) => self.weigh(&error),
            None => self.weigh(&ReadError::Broken("the thread for requests has ended".to_owned())),
        }
    }

    /// Notes what ends the run. Before the first answer nothing that fails is worth going on.
    fn weigh(&mut self, error: &ReadError) {
        let silent = !self.answered && !matches!(error, ReadError::Status { .. });
        if self.ended.is_none() && (error.is_final() || silent) {
            self.ended = Some(error.clone());
        }
        self.answered |= matches!(error, ReadError::Status { .. });
    }

    fn run(
        &mut self,
        requests: Vec<ApiRequest>,
        store: &mut Store,
    ) -> Vec<(ApiRequest, Result<(), ReadError>)> {
        let (kept, watched) = (self.kept.as_mut(), self.watched.as_mut());
        let mut reading = Reading { store, kept, watched };
        let done = request::perform(requests, &self.getter, &self.link.handle, &mut reading);
        self.answered |= done.answered;
        for error in done.results.iter().filter_map(|(_, result)| result.as_ref().err()) {
            self.weigh(error);
        }
        done.results
    }
}
