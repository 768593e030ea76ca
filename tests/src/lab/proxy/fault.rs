//! What a proxy does to answers.

use std::time::Duration;

use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A Status with this code, instead of the answer.
    Status(u16),
    /// The same with `Retry-After`, in seconds.
    RetryAfter(u16, u32),
    /// The connection is reset in the middle of the body.
    Reset,
    /// The connection ends in good order in the middle of the body.
    HangUp,
    /// A whole answer with half of the JSON.
    Truncated,
    /// The body one byte at a time, with this pause.
    Slow(Duration),
    Silent,
    /// It is done, and not answered.
    Swallowed,
    /// This text, as JSON.
    Garbage(&'static str),
    /// This text, instead of HTTP.
    NoHttp(&'static str),
    /// The first item has an annotation of so many bytes.
    Grown(usize),
    /// What the API server answers about a resource that it does not serve.
    Vanished,
    /// At most this many items per page, whatever the client requests.
    Pages(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// A part of path and query.
    pub path: String,
    pub times: Option<usize>,
    pub fault: Fault,
}

impl FaultRule {
    pub fn always(path: &str, fault: Fault) -> FaultRule {
        FaultRule { path: path.to_owned(), times: None, fault }
    }

    /// The same, for this many answers only.
    pub fn times(times: usize, path: &str, fault: Fault) -> FaultRule {
        FaultRule { times: Some(times), ..FaultRule::always(path, fault) }
    }
}

/// The fault of the first matching rule, which uses up one of its times.
pub fn choose(rules: &mut [FaultRule], path: &str) -> Option<Fault> {
    let fits = |rule: &&mut FaultRule| path.contains(&rule.path) && rule.times != Some(0);
    let rule = rules.iter_mut().find(fits)?;
    rule.times = rule.times.map(|left| left - 1);
    Some(rule.fault.clone())
}

pub fn with_limit(path: &str, limit: usize) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let others = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("limit="));
    let mut pairs: Vec<&str> = others.collect();
    let limit = format!("limit={limit}");
    pairs.push(&limit);
    format!("{path}?{}", pairs.join("&"))
}

/// The path of an unserved resource in the same group.
pub fn vanished(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let (group, _) = path.rsplit_once('/').unwrap_or_default();
    format!("{group}/vanished")
}

pub fn status(code: u16) -> Value {
    let (reason, message) = match code {
        410 => (
            "Expired",
            "The provided continue parameter is too old to display a consistent list result.",
        ),
        401 => ("Unauthorized", "Unauthorized"),
        429 => ("TooManyRequests", "too many requests, please try again later"),
        503 => ("ServiceUnavailable", "apiserver not ready"),
        _ => ("InternalError", "an error on the server has prevented the request from succeeding"),
    };
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code})
}

/// A list whose first item has a long annotation; the API server itself does not store more than
/// 256 kB of them.
pub fn grown(body: &[u8], bytes: usize) -> Result<Vec<u8>, String> {
    let mut list: Value = serde_json::from_slice(body).map_err(|e| format!("no JSON: {e}"))?;
    let item = list["items"].get_mut(0).ok_or("no item that could grow")?;
    item["metadata"]["annotations"] = json!({"example.com/note": "n".repeat(bytes)});
    serde_json::to_vec(&list).map_err(|e| e.to_string())
}
