//! Rows of worlds and answers: objects and requests as rows write them.

use igw_core::kube::Kind;
use igw_core::route::request::Request;
use igw_core::route::trace::Trace;
use igw_core::schema::{Channel, admit};
use serde_json::Value;

/// The objects of documents in which `apiVersion` may be left out.
pub fn objects(parts: &[&str]) -> Vec<Value> {
    let documents = parts.iter().flat_map(|part| part.split("\n---\n"));
    let read = |document: &str| -> Value {
        let mut object: Value =
            serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{error}\n{document}"));
        if object["apiVersion"].is_null() {
            object["apiVersion"] = api_version(object["kind"].as_str().expect("a kind")).into();
        }
        object
    };
    documents.filter(|document| !document.trim().is_empty()).map(read).collect()
}

fn api_version(kind: &str) -> String {
    let mut resources = Kind::ALL.iter().flat_map(|own| own.resources());
    let found = resources.find(|resource| resource.kind == kind);
    let other = "gateway.networking.k8s.io/v1".to_owned();
    found.map_or(other, |resource| resource.api_version(resource.versions[0]))
}

/// `[METHOD] URL [name:value]..`; in a value `␠` is a space.
pub fn request(row: &str) -> Request {
    let mut words = row.split(' ').peekable();
    let method = words.next_if(|word| !word.contains("://")).unwrap_or("GET");
    let url = words.next().expect("a URL");
    let headers = words.map(|word| word.split_once(':').expect("name:value"));
    let headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_owned(), value.replace('␠', " "))).collect();
    Request::parse(method, url, &headers).expect("a request")
}

/// `path?query` that a backend gets, where one gets anything.
pub fn target(trace: &Trace) -> Option<String> {
    let forwarded = trace.forwarded.as_ref()?;
    let query = forwarded.query.as_ref().map(|query| format!("?{query}"));
    Some(format!("{}{}", forwarded.path, query.unwrap_or_default()))
}

/// The object as the API server stores it, with its defaults, if it does.
pub fn admitted(object: &Value) -> Option<Value> {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = Kind::of(group, object["kind"].as_str().unwrap_or_default());
    let mut out = object.clone();
    let stored = object["metadata"]["uid"].is_string();
    let good = |kind| admit(kind, &mut out, stored, Channel::Standard).refusals.is_empty();
    kind.is_none_or(good).then_some(out)
}
