//! The requests of a round: what they are, and doing them at the same time.

use std::collections::BTreeMap;
use std::sync::Arc;

use igw_core::facts::{Ask, LOG_LINES, Store};
use igw_core::kube::{Kind, Resource};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};

use super::discover::ServedApis;
use super::getter::Getter;
use super::list::{self, Event, Job};
use super::page;
use super::progress::Progress;
use crate::cluster::path;
use crate::cluster::read_error::{ReadError, SLOTS};
use crate::cluster::watch::Watched;
use crate::input::bundle::Kept;

/// How many pages may wait to be decoded.
const WAITING: usize = 1;

pub struct ApiRequest {
    /// The ask that it is part of.
    pub ask: Ask,
    pub resource: Resource,
    pub version: &'static str,
    pub job: Job,
}

impl ApiRequest {
    /// What it reads as it can be watched, `version` being the one that was read.
    fn watched(&self, version: Option<String>) -> Watched {
        let path = match &self.job {
            Job::List(path) | Job::Text(path) => path.clone(),
            Job::Get(path) => {
                let (list, name) = path.rsplit_once('/').unwrap_or((path, ""));
                format!("{list}?fieldSelector=metadata.name%3D{name}")
            }
        };
        Watched { path, version }
    }
}

/// The requests for an ask; none when nothing of it is served. `common_only`: of a kind with
/// several resources the common one is enough.
pub fn of_ask(ask: &Ask, served: Option<&ServedApis>, common_only: bool) -> Vec<ApiRequest> {
    let (kind, namespace, name) = match ask {
        Ask::List { kind, namespace } | Ask::Select { kind, namespace, .. } => {
            (*kind, namespace.as_deref(), None)
        }
        Ask::Get { kind, namespace, name } => {
            (*kind, Some(namespace.as_str()), Some(name.as_str()))
        }
        Ask::Logs { namespace, pod, .. } => {
            (Kind::Pod, Some(namespace.as_str()), Some(pod.as_str()))
        }
    };
    let namespace = namespace.filter(|_| !kind.is_cluster_scoped());
    let resources = kind.resources();
    // The experimental twin of a kind is asked for where discovery knows of it only.
    let twins = served.is_none() && resources.iter().any(|r| r.group != resources[0].group);
    let most = if common_only || twins { 1 } else { resources.len() };
    let request = |resource: &Resource| {
        let version = match served {
            Some(served) => served.version(resource)?,
            None => resource.versions.first().copied()?,
        };
        let mut path = path::of(resource, version, namespace, name);
        if let Ask::Select { label, value, .. } = ask {
            let selector = path::escaped(&format!("{label}={value}"));
            path.push_str(&format!("?labelSelector={selector}"));
        }
        let job = match (ask, name) {
            (Ask::Logs { container, previous, .. }, _) => {
                Job::Text(path + &log_query(container, *previous))
            }
            (_, Some(_)) => Job::Get(path),
            (_, None) => Job::List(path),
        };
        Some(ApiRequest { ask: ask.clone(), resource: *resource, version, job })
    };
    resources[..most].iter().filter_map(request).collect()
}

/// A kubelet counts `limitBytes` from the first of the lines that are asked for, and what matters
/// is the last: so more is let through than is kept.
const MOST_OF_A_LOG: usize = 1 << 20;

fn log_query(container: &str, previous: bool) -> String {
    let container = path::escaped(container);
    let previous = if previous { "&previous=true" } else { "" };
    format!("/log?container={container}{previous}&tailLines={LOG_LINES}&limitBytes={MOST_OF_A_LOG}")
}

/// Where answers go.
pub struct Reading<'a> {
    pub store: &'a mut Store,
    pub kept: Option<&'a mut Kept>,
    /// What was read, if changes of it are to be watched.
    pub watched: Option<&'a mut Vec<Watched>>,
}

pub struct Performed {
    pub results: Vec<(ApiRequest, Result<(), ReadError>)>,
    /// Whether the server has answered any.
    pub answered: bool,
}

/// Does requests at the same time.
pub fn perform(
    requests: Vec<ApiRequest>,
    getter: &Getter,
    handle: &Handle,
    reading: &mut Reading,
) -> Performed {
    let slots = Arc::new(Semaphore::new(SLOTS));
    let (send, mut receive) = mpsc::channel(WAITING);
    for (id, request) in requests.iter().enumerate() {
        let job = list::run(getter.clone(), request.job.clone(), id, slots.clone(), send.clone());
        handle.spawn(job);
    }
    drop(send);
    let lost = || Err(ReadError::Broken("the thread for requests has ended".to_owned()));
    let mut results: Vec<Result<(), ReadError>> = requests.iter().map(|_| lost()).collect();
    let mut decoded: BTreeMap<usize, ReadError> = BTreeMap::new();
    let mut answered = false;
    let progress = Progress::begin(handle, requests.len());
    while let Some((id, event)) = receive.blocking_recv() {
        let request = &requests[id];
        let ApiRequest { resource, version, ask, .. } = request;
        let api_version = resource.api_version(version);
        let mut into = page::Into { store: &mut *reading.store, kept: reading.kept.as_deref_mut() };
        let mut note = |version| {
            if let Some(watched) = &mut reading.watched {
                watched.push(request.watched(version));
            }
        };
        match event {
            Event::Page(body) => {
                if let Err(error) = page::fill(&mut into, &body, &api_version, resource.kind) {
                    decoded.insert(id, error);
                }
            }
            Event::Object(body) => match ReadError::parse(&body) {
                Ok(object) => {
                    note(object["metadata"]["resourceVersion"].as_str().map(str::to_owned));
                    page::put(&mut into, object, &api_version, resource.kind);
                }
                Err(error) => drop(decoded.insert(id, error)),
            },
            Event::Text(body) => {
                into.store.keep_log(ask.clone(), &String::from_utf8_lossy(&body));
            }
            Event::Version(version) => note(version),
            Event::Restart => match (Kind::of(resource.group, resource.kind), ask) {
                (Some(kind), Ask::List { namespace, .. }) => {
                    into.store.forget(kind, Some(resource.kind), namespace.as_deref());
                }
                // What was selected is put in again, over itself.
                (Some(_), _) => {}
                (None, _) => into.store.others.retain(|other| other.meta.kind != resource.kind),
            },
            Event::Done(result) => {
                // What is not there may come.
                let is_gone =
                    matches!(result, Err(ReadError::Status { code: 404, object: true, .. }));
                if is_gone && !matches!(request.job, Job::Text(_)) {
                    note(None);
                }
                progress.done();
                answered |= result.is_ok();
                results[id] = result;
            }
        }
        progress.objects(reading.store.objects);
    }
    for (id, error) in decoded {
        results[id] = Err(error);
    }
    Performed { results: requests.into_iter().zip(results).collect(), answered }
}
