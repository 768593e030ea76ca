//! Answers, in a line each.

use igw_core::route::trace::{BackendShare, Trace};
use serde_json::Value;

pub const GOOD: [&str; 5] = [
    "Accepted=True/Accepted",
    "Conflicted=False/NoConflicts",
    "ResolvedRefs=True/ResolvedRefs",
    "Programmed=True/Programmed",
    "kgateway.dev/Programmed=True/Programmed",
];

pub fn odd(conditions: &Value, good: &[&str]) -> String {
    let all = conditions.as_array().map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return "no conditions".to_owned();
    }
    let text = |c: &Value, key: &str| c[key].as_str().unwrap_or_default().to_owned();
    let show =
        |c: &Value| format!("{}={}/{}", text(c, "type"), text(c, "status"), text(c, "reason"));
    let mut odd: Vec<String> =
        all.iter().map(show).filter(|line| !good.contains(&line.as_str())).collect();
    odd.sort();
    if odd.is_empty() { "good".to_owned() } else { odd.join(" ") }
}

/// `200 chat`, `200 chat 0.9, 500 gone 0.1`, `404`, `302 https://…`, `none` (no HTTP answer).
pub fn answer(trace: &Trace) -> String {
    let status = |status: Option<u16>| status.map_or("none".to_owned(), |s| s.to_string());
    if let Some(why) = &trace.verdict.unknown {
        return format!("unknown ({why})");
    }
    if let Some(redirect) = &trace.redirect {
        return format!("{} {}", redirect.status, redirect.location);
    }
    let used: Vec<_> = trace.backends.iter().filter(|b| b.share > 0.0).collect();
    match used.as_slice() {
        [one] if trace.verdict.status == Some(200) => format!("200 {}", one.name),
        [] | [_] => status(trace.verdict.status),
        many => {
            let part = |b: &&BackendShare| format!("{} {} {}", status(b.status), b.name, b.share);
            many.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}
