//! The requests of a round: what they are, and doing them at the same time.

use std::collections::BTreeMap;
use std::sync::Arc;

use igw_core::facts::{Ask, Kind, Store};
use tokio::sync::{Semaphore, mpsc};

use super::list::{self, Event, Job};
use super::live::Live;
use super::progress::Progress;
use super::resource::{self, Resource};
use super::trouble::Trouble;
use super::watch::Seen;
use super::{discover, page};

/// How many requests are on their way at a time.
pub const SLOTS: usize = 6;

/// How many pages may wait to be decoded.
const WAITING: usize = 1;

/// A request on its way.
pub struct Errand {
    /// The ask that it is part of.
    pub ask: Ask,
    /// What is read.
    pub resource: Resource,
    /// In which version.
    pub version: &'static str,
    /// How.
    pub job: Job,
}

/// Notes what was read as it can be watched, if it is to be.
fn note(seen: &mut Option<Vec<Seen>>, errand: &Errand, version: Option<String>) {
    let Some(seen) = seen else { return };
    let path = match &errand.job {
        Job::List(path) => path.clone(),
        Job::Get(path) => {
            let (list, name) = path.rsplit_once('/').unwrap_or((path, ""));
            format!("{list}?fieldSelector=metadata.name%3D{name}")
        }
    };
    seen.push(Seen { path, version });
}

impl Live {
    /// The requests for an ask; none when nothing of it is served.
    pub(super) fn errands(&self, ask: &Ask) -> Vec<Errand> {
        let (kind, namespace, name) = match ask {
            Ask::List { kind, namespace } | Ask::Select { kind, namespace, .. } => {
                (*kind, namespace.as_deref(), None)
            }
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
            let mut path = resource.path(version, namespace, name);
            if let Ask::Select { label, value, .. } = ask {
                let selector = resource::escaped(&format!("{label}={value}"));
                path.push_str(&format!("?labelSelector={selector}"));
            }
            let job = if name.is_some() { Job::Get(path) } else { Job::List(path) };
            Some(Errand { ask: ask.clone(), resource, version, job })
        };
        let mut resources = resource::of(kind);
        // The experimental ListenerSet is asked for where the other is not served; an
        // HTTPListenerPolicy decides about no check (kgateway.md 6).
        let one = match kind {
            Kind::ListenerSet => self.served.is_none(),
            Kind::ListenerPolicy => self.frugal,
            _ => false,
        };
        if one {
            resources.truncate(1);
        }
        resources.into_iter().filter_map(errand).collect()
    }

    /// Does errands at the same time; says of each how it ended.
    pub(super) fn run(
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
            let mut into = page::Into { store: &mut *store, kept: self.kept.as_mut() };
            match event {
                Event::Page(body) => {
                    if let Err(trouble) = page::fill(&mut into, &body, &api_version, resource.kind)
                    {
                        decoded.insert(id, trouble);
                    }
                }
                Event::Object(body) => match discover::parse(&body) {
                    Ok(object) => {
                        let version = object["metadata"]["resourceVersion"].as_str();
                        note(&mut self.seen, &errands[id], version.map(str::to_owned));
                        page::put(&mut into, object, &api_version, resource.kind);
                    }
                    Err(trouble) => drop(decoded.insert(id, trouble)),
                },
                Event::Version(version) => {
                    note(&mut self.seen, &errands[id], version);
                }
                Event::Restart => match (Kind::of(resource.group, resource.kind), ask) {
                    (Some(kind), Ask::List { namespace, .. }) => {
                        store.forget(kind, Some(resource.kind), namespace.as_deref());
                    }
                    // What was selected is put in again, over itself.
                    (Some(_), _) => {}
                    (None, _) => store.others.retain(|other| other.meta.kind != resource.kind),
                },
                Event::Done(result) => {
                    // What is not there may come.
                    if matches!(result, Err(Trouble::Status { code: 404, object: true, .. })) {
                        note(&mut self.seen, &errands[id], None);
                    }
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
