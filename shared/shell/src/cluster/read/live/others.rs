//! Objects that no rule reads, of a cluster.

use igw_core::facts::{Ask, Store, Why, WhyKind};
use igw_core::kube::{Kind, Meta, Resource};
use tokio::sync::mpsc;

use super::super::list::Job;
use super::super::pointing;
use super::super::request::ApiRequest;
use super::Live;
use crate::cluster::path;
use crate::cluster::read_error::ReadError;

impl Live {
    /// Reads the resources without rules: whether they can be read decides about no check.
    pub(super) fn count(&mut self, store: &mut Store) {
        let Some(served) = &self.served else { return };
        let counted = self.reads.counted.iter();
        let known = counted.filter_map(|own| Some(request(own, served.version(own)?, None)));
        self.run(known.collect(), store);
    }

    /// Reads the objects that point at others, of whatever kind: policies, and what makes routes.
    /// What of them cannot be read is noted.
    pub fn read_pointing(&mut self, store: &mut Store) {
        if !self.reads.pointing || self.ended.is_some() {
            return;
        }
        let known = match self.pointing.take() {
            Some(Ok(known)) => Ok(known),
            _ => self.pointing_kinds(),
        };
        store.unread.clear();
        store.unread.extend(known.as_ref().err().cloned());
        let counted = |own: &&Resource| {
            let mut all = self.reads.counted.iter();
            !all.any(|known| (known.group, known.plural) == (own.group, own.plural))
        };
        let own: Vec<Resource> = known.iter().flatten().filter(counted).copied().collect();
        self.pointing = Some(known);
        let is_own =
            |meta: &Meta| own.iter().any(|one| one.kind == meta.kind && one.group == meta.group());
        store.others.retain(|other| !is_own(&other.meta) || other.meta.is_laid());
        let all = self.run(requests(&own, None), store);
        let refused = |(_, result): &&(ApiRequest, Result<(), ReadError>)| {
            matches!(result, Err(ReadError::Status { code: 403, .. }))
        };
        // Who may not list them all may list those of a namespace.
        let again: Vec<Resource> =
            all.iter().filter(refused).map(|(own, _)| own.resource).collect();
        let home = self.namespace.clone();
        let more = self.run(requests(&again, Some(&home)), store);
        for (request, result) in all.iter().chain(&more) {
            // What is gone since has no objects.
            let Err(error) = result else { continue };
            if !matches!(error, ReadError::Status { code: 404, .. }) {
                store.unread.push(unread(&request.resource.full_name(), error));
            }
        }
        store.others.sort_by_key(|one| one.meta.reference());
    }

    fn pointing_kinds(&mut self) -> Result<Vec<Resource>, Why> {
        let getter = self.getter.clone();
        let (send, mut receive) = mpsc::channel(1);
        self.link.handle.spawn(async move {
            drop(send.send(pointing::kinds(&getter).await).await);
        });
        match receive.blocking_recv() {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => {
                Err(unread("customresourcedefinitions.apiextensions.k8s.io", &error))
            }
            None => Err(Why { kind: WhyKind::TimedOut, detail: "it was not asked".to_owned() }),
        }
    }
}

/// What lists these resources, of a namespace or of all.
fn requests(resources: &[Resource], namespace: Option<&str>) -> Vec<ApiRequest> {
    let one = |own: &Resource| Some(request(own, own.versions.first()?, namespace));
    resources.iter().filter_map(one).collect()
}

fn request(resource: &Resource, version: &'static str, namespace: Option<&str>) -> ApiRequest {
    let job = Job::List(path::of(resource, version, namespace, None));
    // No ask is answered by it.
    let ask = Ask::List { kind: Kind::HttpRoute, namespace: None };
    ApiRequest { ask, resource: *resource, version, job }
}

fn unread(resource: &str, error: &ReadError) -> Why {
    match error {
        ReadError::Status { code: 403, .. } => {
            Why { kind: WhyKind::Forbidden, detail: format!("forbidden: list {resource}") }
        }
        other => {
            let detail = format!("list {resource}: {}", other.say());
            Why { kind: WhyKind::TimedOut, detail }
        }
    }
}
