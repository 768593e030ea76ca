//! Requests, what is predicted of them, and how an answer differs from that.

use igw_core::facts::{Facts, Scope, Store};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::trace::{Forwarded, Trace};
use igw_tests::compare::requests;
use igw_tests::lab::{Envoy, RunningLab};
use serde_json::{Value, json};

use super::client::{HttpAnswer, ask};

pub struct TracedRequest {
    request: Request,
    pub trace: Trace,
}

/// Requests to a Gateway, and the number of those whose answer is not predicted.
pub fn cases(store: &Store, (namespace, name): &(String, String)) -> (Vec<TracedRequest>, usize) {
    let scope = Scope::default();
    let facts = Facts::new(store, &scope);
    let (mut cases, mut unknown) = (Vec::new(), 0);
    for request in requests(store).into_iter().flat_map(variants) {
        // Envoy 1.40 forwards `%5E`. What kgateway's older one does was not seen.
        if request.path.contains('^') {
            continue;
        }
        let trace = resolve(&facts, &request, Some(&format!("{namespace}/{name}")))
            .expect("there is this Gateway");
        match trace.verdict.unknown {
            Some(_) => unknown += 1,
            None => cases.push(TracedRequest { request, trace }),
        }
    }
    (cases, unknown)
}

/// A request, and others that differ in slashes and dots.
fn variants(request: Request) -> Vec<Request> {
    let path = request.path.as_str();
    let mut paths = vec![path.to_owned()];
    if request.query.is_none() && path.len() > 1 {
        paths.push(format!("{path}x"));
        paths.push(format!("/.{path}/../"));
        paths.push(match path.trim_end_matches('/') {
            trimmed if trimmed == path => format!("{path}/"),
            trimmed => trimmed.to_owned(),
        });
    }
    paths.into_iter().map(|path| Request { path, ..request.clone() }).collect()
}

impl TracedRequest {
    /// Sends the request; returns how the answer differs from the prediction, if it does.
    pub fn ask(&self, running: &RunningLab) -> Option<String> {
        let Request { scheme, method, host, port, .. } = &self.request;
        let told = format!("{method} {scheme}://{host} at {port} {}", self.request.target());
        match ask(&self.request, Envoy::address(*port)) {
            Ok(answer) => Some(format!("{told}: {}", self.difference(&answer, running)?)),
            Err(error) => Some(format!("{told}: {error}")),
        }
    }

    fn difference(&self, answer: &HttpAnswer, running: &RunningLab) -> Option<String> {
        let Trace { verdict, redirect, backends, .. } = &self.trace;
        let mut possible: Vec<Option<u16>> = verdict.possible.iter().map(|p| p.status).collect();
        if possible.is_empty() {
            possible.push(verdict.status);
        }
        if !possible.contains(&answer.status) {
            let (says, seen) = (&verdict.says, answer.status);
            return Some(format!("predicted {possible:?} ({says}), seen {seen:?}"));
        }
        let location = redirect.as_ref().map(|redirect| &redirect.location);
        if answer.location.as_ref() != location {
            let seen = &answer.location;
            return Some(format!("predicted Location {location:?}, seen {seen:?}"));
        }
        let mut reached = backends.iter().filter(|b| b.share > 0.0 && b.status == Some(200));
        let forwards = answer.status == Some(200) && reached.clone().next().is_some();
        match (&answer.got, &self.trace.forwarded) {
            (None, _) if !forwards => None,
            (Some(got), Some(forwarded)) if forwards => {
                let pod = got["pod"].as_str().unwrap_or_default();
                if !reached.any(|b| running.is_behind(pod, &b.namespace, &b.name)) {
                    return Some(format!("{}, but pod {pod} got it", verdict.says));
                }
                unlike(got, forwarded)
            }
            (got, _) => Some(format!("predicted that {}, but backends got {got:?}", verdict.says)),
        }
    }
}

fn unlike(got: &Value, forwarded: &Forwarded) -> Option<String> {
    let query = forwarded.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("{}{query}", forwarded.path);
    if got["target"] != json!(target) {
        return Some(format!("predicted the path {target}, seen {}", got["target"]));
    }
    let headers: Vec<(String, String)> =
        serde_json::from_value(got["headers"].clone()).expect("pairs");
    let seen = |name: &str| -> Vec<&str> {
        let own = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        own.map(|(_, value)| value.as_str()).collect()
    };
    let differs = |name: &str, wanted: &str, good: bool| {
        (!good).then(|| format!("predicted {name} {wanted}, seen {:?}", seen(name)))
    };
    let is = |(name, value): (&str, &str)| differs(name, value, seen(name) == [value]);
    let has = |(name, value): (&str, &str)| differs(name, value, seen(name).contains(&value));
    let lacks = |name: &String| differs(name, "removed", seen(name).is_empty());
    let Forwarded { host, set_headers, add_headers, remove_headers, .. } = forwarded;
    is(("host", host))
        .or_else(|| set_headers.iter().find_map(|(name, value)| is((name, value))))
        .or_else(|| add_headers.iter().find_map(|(name, value)| has((name, value))))
        .or_else(|| remove_headers.iter().find_map(lacks))
}
