//! Traces and statuses in a line each, so that whole outputs fit into a test.

use igw_core::route::trace::{BackendShare, Trace};
use serde_json::Value;

/// A predicted status in lines.
///
/// A Gateway's or ListenerSet's conditions, then `listener routes [kinds] conditions` a
/// listener; of a route `parent: conditions` a parentRef. Of a listener's conditions those
/// of a good listener are left out.
pub fn status(status: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for parent in list(&status["parents"]) {
        let reference = &parent["parentRef"];
        let mut line = text(&reference["name"]);
        if let Some(section) = reference["sectionName"].as_str() {
            line.push_str(&format!("#{section}"));
        }
        if let Some(port) = reference["port"].as_u64() {
            line.push_str(&format!(":{port}"));
        }
        out.push(format!("{line}: {}", conditions(&parent["conditions"])));
    }
    if status["conditions"].is_array() {
        out.push(conditions(&status["conditions"]));
    }
    for listener in list(&status["listeners"]) {
        let kinds: Vec<String> =
            list(&listener["supportedKinds"]).iter().map(|kind| text(&kind["kind"])).collect();
        let (name, count) = (text(&listener["name"]), &listener["attachedRoutes"]);
        let all = conditions(&listener["conditions"]);
        let odd: Vec<&str> = all.split(' ').filter(|c| !GOOD.contains(c)).collect();
        let odd = if odd.is_empty() { "good".to_owned() } else { odd.join(" ") };
        out.push(format!("{name} {count} [{}] {odd}", kinds.join(" ")));
    }
    out
}

/// The conditions of a listener that has nothing to complain about.
const GOOD: [&str; 4] = [
    "Accepted=True/Accepted",
    "Conflicted=False/NoConflicts",
    "ResolvedRefs=True/ResolvedRefs",
    "Programmed=True/Programmed",
];

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn conditions(value: &Value) -> String {
    let show = |c: &Value| {
        let (kind, status, reason) = (text(&c["type"]), text(&c["status"]), text(&c["reason"]));
        format!("{kind}={status}/{reason}")
    };
    list(value).iter().map(show).collect::<Vec<_>>().join(" ")
}

/// The answer in a few words: see `SpecWorld::answers`.
pub fn answer(trace: &Trace) -> String {
    let status = |status: Option<u16>| status.map_or("none".to_owned(), |s| s.to_string());
    if trace.verdict.unknown.is_some() {
        return "unknown".to_owned();
    }
    if let Some(redirect) = &trace.redirect {
        return format!("{} {}", redirect.status, redirect.location);
    }
    let name = |backend: &BackendShare| match backend.namespace.as_str() {
        "infra" => backend.name.clone(),
        other => format!("{other}/{}", backend.name),
    };
    let used: Vec<_> = trace.backends.iter().filter(|b| b.share > 0.0).collect();
    match used.as_slice() {
        [] => status(trace.verdict.status),
        [one] => format!("{} {}", status(trace.verdict.status), name(one)),
        many => {
            let part = |b: &&BackendShare| format!("{} {} {}", status(b.status), name(b), b.share);
            many.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}
