//! What a cluster is asked about single objects, as they are stored.

use igw_core::kube::{Kind, ObjRef, Resource, group_of};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::refusal::WriteError;
use super::request::{self, ApiWrite, StoredObject};
use crate::cluster::path;
use crate::cluster::read::Live;
use crate::cluster::read_error::ReadError;

impl Live {
    /// The object as it is stored; `None`: it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn stored(&self, object: &ObjRef) -> Result<Option<Value>, ReadError> {
        let (path, _) = place(object).map_err(ReadError::Broken)?;
        self.at(&path)
    }

    /// What identifies the cluster, whatever it is called: the uid of `kube-system`; `None` if that may
    /// not be read.
    pub fn uid(&self) -> Option<String> {
        let namespace = self.at("/api/v1/namespaces/kube-system").ok().flatten()?;
        namespace["metadata"]["uid"].as_str().map(str::to_owned)
    }

    /// The pods of a namespace with these labels, as they are stored; none where they cannot be read.
    pub fn pods(&self, namespace: &str, labels: &[(String, String)]) -> Vec<Value> {
        let own = &Kind::Pod.resources()[0];
        let labels: Vec<String> =
            labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let selector = path::escaped(&labels.join(","));
        let list = path::of(own, "v1", Some(namespace), None);
        let found = self.at(&format!("{list}?limit=500&labelSelector={selector}")).ok().flatten();
        let items = found.and_then(|list| list["items"].as_array().cloned());
        items.unwrap_or_default()
    }

    /// The last lines that a container wrote before it ended; `None` where they cannot be read.
    pub fn last_words(&self, namespace: &str, pod: &str, container: &str) -> Option<String> {
        let own = &Kind::Pod.resources()[0];
        let at = path::of(own, "v1", Some(namespace), Some(pod));
        let path = format!(
            "{at}/log?container={}&previous=true&tailLines=3&limitBytes=2000",
            path::escaped(container)
        );
        let getter = self.getter();
        let answer = self.wait_for(async move { getter.get(&path, "*/*", |_| Ok(())).await });
        let (body, ()) = answer?.ok()?;
        Some(String::from_utf8_lossy(&body).into_owned())
    }

    fn at(&self, path: &str) -> Result<Option<Value>, ReadError> {
        let (getter, path) = (self.getter(), path.to_owned());
        let answer = self
            .wait_for(async move { getter.get(&path, "application/json", ReadError::parse).await });
        match answer.unwrap_or_else(|| Err(ReadError::Broken(ENDED.to_owned()))) {
            Ok((_, object)) => Ok(Some(object)),
            Err(ReadError::Status { code: 404, object: true, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the user may do this; `None`: the server does not say.
    pub fn may(&self, verb: &str, object: &ObjRef) -> Option<bool> {
        let (_, resource) = place(object).ok()?;
        // What is to be created has no name that a right could be about.
        let name = (verb != "create").then_some(&object.name);
        let attributes = json!({
            "group": resource.group, "resource": resource.plural, "verb": verb,
            "namespace": object.namespace, "name": name,
        });
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": attributes },
        });
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews".to_owned();
        let answer = self.sent(path, ApiWrite::Create(review), false).ok()?;
        answer.object["status"]["allowed"].as_bool()
    }

    /// The question to kubectl whether the user may do it.
    pub fn question(&self, verb: &str, object: &ObjRef) -> String {
        let resource = place(object).map(|(_, resource)| resource.full_name());
        let namespace = object.namespace.as_ref().map(|own| format!(" -n {own}"));
        format!(
            "kubectl{} auth can-i {verb} {}{}",
            self.flags(),
            resource.unwrap_or_default(),
            namespace.unwrap_or_default()
        )
    }

    /// Changes an object, or has the server say what it would make of the change.
    ///
    /// # Errors
    /// When the server refuses, or it is not known what it did.
    pub fn write(&self, write: ApiWrite, dry_run: bool) -> Result<StoredObject, WriteError> {
        let (own, _) = place(&write.object()).map_err(WriteError::NotSent)?;
        let path = match &write {
            ApiWrite::Create(_) => own.rsplit_once('/').map_or("", |(list, _)| list).to_owned(),
            _ => own,
        };
        self.sent(path, write, dry_run)
    }

    fn sent(
        &self,
        path: String,
        write: ApiWrite,
        dry_run: bool,
    ) -> Result<StoredObject, WriteError> {
        let (client, limit) = (self.client(), self.getter().timeout);
        self.wait_for(request::send(client, path, write, dry_run, limit))
            .unwrap_or_else(|| Err(WriteError::NotSent(ENDED.to_owned())))
    }

    /// Runs something on the thread for requests; `None`: it has ended.
    fn wait_for<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (send, mut receive) = mpsc::channel(1);
        self.handle().spawn(async move { drop(send.send(work.await).await) });
        receive.blocking_recv()
    }
}

const ENDED: &str = "the thread for requests has ended";

/// The path of an object, and what it is one of.
fn place(object: &ObjRef) -> Result<(String, Resource), String> {
    let group = group_of(&object.api_version);
    let version = object.api_version.rsplit('/').next().unwrap_or_default();
    let kind = Kind::of(group, &object.kind);
    let resources = kind.map(Kind::resources).unwrap_or_default();
    let resource = resources.iter().find(|own| own.group == group && own.kind == object.kind);
    let resource =
        resource.ok_or_else(|| format!("{object} is of a kind that is not known here"))?;
    let namespace = object.namespace.as_deref();
    Ok((path::of(resource, version, namespace, Some(&object.name)), *resource))
}
