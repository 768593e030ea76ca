//! How predictions are held against a recording.

use std::collections::BTreeMap;

use igw_core::facts::views::{Pod, Service};
use igw_core::facts::{Fact, Facts};
use igw_core::route::trace::{BackendShare, Trace};
use serde_json::Value;

use super::case::{list, text};

/// Conditions and counts, keyed by place.
pub fn flat(item: &Value) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut conditions = |at: String, value: &Value| {
        for condition in list(value) {
            let key = format!("{at}{}", text(condition, "type"));
            out.insert(key, format!("{} {}", text(condition, "status"), text(condition, "reason")));
        }
    };
    let status = &item["status"];
    conditions(String::new(), &status["conditions"]);
    for listener in list(&status["listeners"]) {
        conditions(format!("{}: ", text(listener, "name")), &listener["conditions"]);
    }
    for parent in list(&status["parents"]) {
        let r = &parent["parentRef"];
        let port = r["port"].as_u64().map(|p| p.to_string()).unwrap_or_default();
        let at = format!("{}/{}/{port}: ", text(r, "name"), text(r, "sectionName"));
        let at = format!("{}/{at}", text(r, "namespace"));
        conditions(at, &parent["conditions"]);
    }
    for listener in list(&status["listeners"]) {
        let name = text(listener, "name");
        if let Some(count) = listener["attachedRoutes"].as_u64() {
            out.insert(format!("{name}: attachedRoutes"), count.to_string());
        }
        if let Some(kinds) = listener["supportedKinds"].as_array() {
            let kinds: Vec<&str> = kinds.iter().map(|kind| text(kind, "kind")).collect();
            out.insert(format!("{name}: supportedKinds"), kinds.join(","));
        }
    }
    out
}

pub fn compare(facts: &Facts, request: &Value, trace: &Trace) -> Vec<String> {
    let mut faults = Vec::new();
    let possible: BTreeMap<Option<u16>, f64> =
        trace.verdict.possible.iter().map(|p| (p.status, p.share)).collect();
    if let Some(outcomes) = request["outcomes"].as_object() {
        let sent = request["sent"].as_f64().expect("a number");
        let mut seen: BTreeMap<Option<u16>, f64> = BTreeMap::new();
        for (what, count) in outcomes {
            let status = what.split(' ').next().and_then(|word| word.parse().ok());
            *seen.entry(status).or_default() += count.as_f64().expect("a number") / sent;
        }
        let shown =
            |m: &BTreeMap<Option<u16>, f64>, s: &Option<u16>| m.get(s).copied().unwrap_or(0.0);
        for status in seen.keys().chain(possible.keys()) {
            let (ours, theirs) = (shown(&possible, status), shown(&seen, status));
            // Four standard deviations of a sample of this size.
            let tolerance = 4.0 * (ours * (1.0 - ours) / sent).sqrt() + 1e-9;
            if (ours - theirs).abs() > tolerance {
                faults.push(format!("share of {status:?}: {ours:.2}, seen {theirs:.2}"));
            }
        }
        return faults;
    }
    let status = request["status"].as_u64().map(|s| s as u16);
    let several = possible.len() > 1 && possible.contains_key(&status);
    if trace.verdict.status != status && !several {
        faults.push(format!("status {:?}, seen {status:?}", trace.verdict.status));
        return faults;
    }
    let forwarded = trace.forwarded.as_ref();
    if let (Some(seen), Some(forwarded)) = (request["seen"].as_object(), forwarded) {
        let query = forwarded.query.as_ref().map(|q| format!("?{q}")).unwrap_or_default();
        let ours = format!("{}{query}", forwarded.path);
        let theirs = seen["path"].as_str().unwrap_or_default();
        if ours != theirs {
            faults.push(format!("path {ours}, seen {theirs}"));
        }
        let theirs = seen["host"].as_str().unwrap_or_default();
        if forwarded.host != theirs {
            faults.push(format!("host {}, seen {theirs}", forwarded.host));
        }
    }
    let headers = request["response_headers"].as_object().into_iter().flatten();
    for (_, seen) in headers.filter(|(name, _)| name.eq_ignore_ascii_case("location")) {
        let ours = trace.redirect.as_ref().map(|r| r.location.as_str());
        if ours != seen.as_str() {
            faults.push(format!("Location {ours:?}, seen {seen}"));
        }
    }
    if let Some(backend) = request["backend"].as_str()
        && !several
        && !trace.backends.iter().any(|b| b.share > 0.0 && reaches(facts, b, backend))
    {
        let ours: Vec<&str> = trace.backends.iter().map(|b| b.name.as_str()).collect();
        faults.push(format!("backends {ours:?}, seen {backend}"));
    }
    faults
}

/// Whether a backend of ours can have answered as `namespace/pod`: its selector finds the pod, or
/// it is the Service of that slice, or something that has no pods.
fn reaches(facts: &Facts, backend: &BackendShare, seen: &str) -> bool {
    let Fact::Known(service) = facts.get::<Service>(&backend.namespace, &backend.name) else {
        return backend.kind != "Service";
    };
    // Older recordings name an address where no pod has it.
    let Some((namespace, pod)) = seen.split_once('/') else {
        return service.selector.is_empty();
    };
    match facts.get::<Pod>(namespace, pod) {
        Fact::Known(pod) => {
            namespace == service.meta.namespace
                && service.selector.iter().all(|(k, v)| pod.meta.labels.get(k) == Some(v))
        }
        _ => pod.starts_with(&service.meta.name),
    }
}
