//! How a cluster answers asks.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::facts::{Answer, Ask, Risk, Store, Why, WhyKind};
use igw_core::kube::KGATEWAY_API;
use igw_core::rounds::Source;

use super::super::plan;
use super::super::reason::{not_served, vanished, why};
use super::super::request::{self, ApiRequest};
use super::Live;
use crate::cluster::read_error::ReadError;

impl Live {
    /// Whether discovery has said that what a request reads is served.
    fn serves(&self, request: &ApiRequest) -> bool {
        let version = self.served.as_ref().and_then(|served| served.version(&request.resource));
        version == Some(request.version) && !request.resource.group.is_empty()
    }

    /// Answers asks once. Those whose path is not there although it should be come back in the
    /// first set: another version may be served.
    fn once(
        &mut self,
        asks: BTreeSet<Ask>,
        store: &mut Store,
    ) -> (BTreeSet<Ask>, BTreeMap<Ask, Answer>) {
        let mut answers: BTreeMap<Ask, Answer> = BTreeMap::new();
        let mut requests = Vec::new();
        for ask in asks {
            if let Some(error) = &self.ended {
                answers.insert(ask.clone(), Err(why(error, &ask, None)));
                continue;
            }
            if ask.risk() == Risk::Secret && !matches!(ask, Ask::Get { .. }) {
                let detail = "Secrets are read by name only, and never listed".to_owned();
                answers.insert(ask, Err(Why { kind: WhyKind::NotAsked, detail }));
                continue;
            }
            let common_only = self.frugal && self.reads.common_only.contains(&ask.kind());
            if ask.risk() == Risk::Secret && self.closed {
                let detail = "Secrets are not read before you agree to it".to_owned();
                answers.insert(ask, Err(Why { kind: WhyKind::NotAsked, detail }));
                continue;
            }
            let own = request::of_ask(&ask, self.served.as_ref(), common_only);
            if own.is_empty() {
                answers.insert(ask.clone(), Err(not_served(&ask)));
            } else if let Ask::List { kind, namespace } = &ask {
                // What single GETs have brought comes again with the list.
                store.forget(*kind, None, namespace.as_deref());
            }
            requests.extend(own);
        }
        let mut again = BTreeSet::new();
        for (request, result) in self.run(requests, store) {
            let answer = match &result {
                Ok(()) => Ok(()),
                Err(ReadError::Status { code: 404, object: true, .. })
                    if matches!(request.ask, Ask::Get { .. } | Ask::Logs { .. }) =>
                {
                    Ok(())
                }
                // A container that has not run, or not before.
                Err(ReadError::Status { code: 400, .. })
                    if matches!(request.ask, Ask::Logs { .. }) =>
                {
                    Ok(())
                }
                // Discovery said otherwise: the kind is being taken away, and nothing was looked at.
                Err(ReadError::Status { code: 404, object: false, .. })
                    if self.serves(&request) =>
                {
                    Err(vanished(&request.ask, &request.resource))
                }
                Err(ReadError::Status { code: 404, .. })
                    if !matches!(request.ask, Ask::Logs { .. }) =>
                {
                    // kgateway's kinds have one version: there is nothing else to try.
                    if request.resource.group != KGATEWAY_API {
                        again.insert(request.ask.clone());
                    }
                    Err(not_served(&request.ask))
                }
                Err(error) => Err(why(error, &request.ask, Some(&request.resource))),
            };
            // A kind may have several resources: it is known when all are.
            let known = answers.entry(request.ask).or_insert(Ok(()));
            if known.is_ok() {
                *known = answer;
            }
        }
        (again, answers)
    }
}

impl Source for Live {
    fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store) {
        let mut asks = match &self.narrow {
            Some(homes) => (self.reads.narrow)(asks, homes, store),
            None => asks,
        };
        if self.frugal {
            (self.reads.spare)(&mut asks, store);
        }
        // What was refused for all namespaces is not tried again.
        let tried = |kind| store.answered.contains_key(&Ask::List { kind, namespace: None });
        let reduced = plan::reduce(asks, |kind| self.narrow.is_none() && !tried(kind));
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
                let named = self.narrow.iter().flatten();
                let own = std::iter::once(&self.namespace)
                    .filter(|_| self.narrow.as_ref().is_none_or(BTreeSet::is_empty));
                homes.extend(
                    named
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
        // Pages come as they come; what is reported must not depend on that.
        store.refused.sort_by_key(|one| one.meta.reference());
        store.others.sort_by_key(|one| one.meta.reference());
        store.ignoring.sort_by_key(|meta| meta.reference());
        if !self.frugal
            && let Some((_, ask)) = self.doubt(store)
        {
            self.ask_doubt(&ask, store);
        }
    }
}
