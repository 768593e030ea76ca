//! Requests that a match takes, to try out what becomes of them.

use igw_core::facts::Fact;
use igw_core::facts::views::{PathType, ValueType};
use igw_core::route::followed::Front;
use igw_core::route::precedence::RankedMatch;
use igw_core::route::request::Request;
use igw_core::route::served_listener::ListenerAnswers;
use igw_core::route::table::Host;
use igw_core::route::{hostname, path};

/// Requests that an entry of a hostname takes, unless a better one does; to `named`, if that is a
/// host of the pattern. None for an entry with an expression: what that takes is not tried.
pub fn requests(
    front: &Front,
    pattern: &str,
    host: &Host,
    entry: &RankedMatch,
    named: Option<&str>,
) -> Vec<Request> {
    let one = &entry.one;
    let mut asks = one.headers.iter().chain(&one.query_params);
    let path = path::trimmed_prefix(&one.path.value);
    let paths = match one.path.kind {
        PathType::RegularExpression => return Vec::new(),
        PathType::Exact => vec![one.path.value.clone()],
        PathType::PathPrefix => vec![path.to_owned(), format!("{}/x", path.trim_end_matches('/'))],
    };
    let Some(listener) = host.listeners.first().map(|at| &front.compiled.listeners[*at]) else {
        return Vec::new();
    };
    if asks.any(|one| one.kind == ValueType::RegularExpression) {
        return Vec::new();
    }
    let named = named.filter(|name| hostname::covers(pattern, name));
    let name = match (pattern, pattern.strip_prefix('*')) {
        (_, Some(_)) if named.is_some() => named.unwrap_or_default().to_owned(),
        (hostname::ANY, _) => "example.com".to_owned(),
        (_, Some(suffix)) => format!("www{suffix}"),
        (own, None) => own.to_owned(),
    };
    let tls = listener.serves == Fact::Known(ListenerAnswers::Https);
    let scheme = if tls { "https" } else { "http" };
    let pairs: Vec<String> =
        one.query_params.iter().map(|own| format!("{}={}", own.name, own.value)).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    let headers: Vec<(String, String)> =
        one.headers.iter().map(|own| (own.name.clone(), own.value.clone())).collect();
    let method = one.method.as_deref().unwrap_or("GET");
    let port = listener.spec.port;
    let url = |path: &String| format!("{scheme}://{name}:{port}{path}{query}");
    paths.iter().filter_map(|path| Request::parse(method, &url(path), &headers).ok()).collect()
}
