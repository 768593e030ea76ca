//! One request that changes an object. It is never repeated unless the server says that it did nothing.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use igw_core::kube::ObjRef;
use igw_core::text;
use json_patch::PatchOperation;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use super::refusal::{WriteError, WriteRefusal};
use super::spelled;
use crate::cluster::read_error::ReadError;

/// The name under which the server notes who owns a field.
const MANAGER: &str = "kubectl-igw";

/// How often a request is sent that the server turns away unread (429).
const TRIES: u32 = 3;

/// What is to be done to an object.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiWrite {
    Create(Value),
    /// RFC 6902, with the tests that must hold.
    Patch(ObjRef, Vec<PatchOperation>),
    /// Only if it is still this one.
    Delete {
        object: ObjRef,
        uid: String,
        version: String,
    },
}

/// The object that the server answers with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredObject {
    pub object: Value,
    /// Its `Warning:` headers.
    pub warnings: Vec<String>,
}

impl ApiWrite {
    pub fn object(&self) -> ObjRef {
        match self {
            ApiWrite::Create(object) => ObjRef::of(object),
            ApiWrite::Patch(object, _) | ApiWrite::Delete { object, .. } => object.clone(),
        }
    }

    /// The verb, as rights name it.
    pub fn verb(&self) -> &'static str {
        match self {
            ApiWrite::Create(_) => "create",
            ApiWrite::Patch(..) => "patch",
            ApiWrite::Delete { .. } => "delete",
        }
    }

    fn method(&self) -> Method {
        match self {
            ApiWrite::Create(_) => Method::POST,
            ApiWrite::Patch(..) => Method::PATCH,
            ApiWrite::Delete { .. } => Method::DELETE,
        }
    }

    fn body(&self, dry_run: bool) -> Value {
        match self {
            ApiWrite::Create(object) => object.clone(),
            ApiWrite::Patch(_, ops) => json!(ops),
            // With a body, the API server reads none of the options of the query.
            ApiWrite::Delete { uid, version, .. } => json!({
                "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background",
                "preconditions": { "uid": uid, "resourceVersion": version },
                "dryRun": if dry_run { vec!["All"] } else { Vec::new() },
            }),
        }
    }

    fn query(&self, dry_run: bool) -> String {
        let dry_run = if dry_run { "dryRun=All&" } else { "" };
        match self {
            ApiWrite::Delete { .. } => String::new(),
            _ => format!("?{dry_run}fieldManager={MANAGER}&fieldValidation=Strict"),
        }
    }
}

/// Sends it to the path of the object, or of its list for what is created.
///
/// # Errors
/// When the server refuses, or it is not known what it did.
pub async fn send(
    client: Client,
    path: String,
    write: ApiWrite,
    dry_run: bool,
    limit: Option<Duration>,
) -> Result<StoredObject, WriteError> {
    let mut tried = 1;
    loop {
        let sent = once(&client, &path, &write, dry_run);
        let answer = match limit {
            None => sent.await,
            Some(limit) => match tokio::time::timeout(limit, sent).await {
                Ok(answer) => answer,
                Err(_) => Err(WriteError::Unclear(ReadError::TimedOut(limit))),
            },
        };
        match answer {
            Err(WriteError::Refused(refusal)) if refusal.code == 429 && tried < TRIES => {
                tokio::time::sleep(Duration::from_secs(1) * tried).await;
                tried += 1;
            }
            answer => return answer,
        }
    }
}

async fn once(
    client: &Client,
    path: &str,
    write: &ApiWrite,
    dry_run: bool,
) -> Result<StoredObject, WriteError> {
    let kind = match write {
        ApiWrite::Patch(..) => "application/json-patch+json",
        _ => "application/json",
    };
    let request = Request::builder()
        .method(write.method())
        .uri(format!("{path}{}", write.query(dry_run)))
        .header(CONTENT_TYPE, kind)
        .body(Body::from(spelled::as_go(&write.body(dry_run))))
        .map_err(|error| WriteError::NotSent(error.to_string()))?;
    let response = client.send(request).await.map_err(|error| match ReadError::of(&error) {
        // Nothing has listened, or been trusted: nothing was sent.
        error @ (ReadError::Unreachable(_) | ReadError::Untrusted(_)) => {
            WriteError::NotSent(error.say())
        }
        error => WriteError::Unclear(error),
    })?;
    let (head, body) = response.into_parts();
    let collected = body.collect().await;
    let body = collected
        .map_err(|error| WriteError::Unclear(ReadError::Broken(ReadError::words(&error))))?
        .to_bytes();
    if !head.status.is_success() {
        return Err(WriteError::Refused(WriteRefusal::of(head.status.as_u16(), &body)));
    }
    let object = ReadError::parse(&body).map_err(WriteError::Unclear)?;
    Ok(StoredObject { object, warnings: warnings(&head.headers) })
}

/// `299 - "text"`
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let all = headers.get_all(http::header::WARNING).iter();
    let texts = all.filter_map(|value| Some(value.to_str().ok()?.split_once('"')?.1.to_owned()));
    texts.map(|own| text::clean(own.trim_end_matches('"'))).collect()
}
