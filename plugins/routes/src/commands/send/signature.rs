//! Whether an error is the gateway's own answer.

use igw::probe::ProbeAnswer;
use igw_core::route::rule::REPLACED_BODY;

/// How the bodies of Envoy's own answers begin (its `source/common/http`, `source/common/router` and
/// the filters that kgateway uses); where no route is, or no cluster, they are empty.
const BODIES: [&str; 9] = [
    REPLACED_BODY,
    "no healthy upstream",
    "upstream connect error or disconnect/reset before headers",
    "upstream request timeout",
    "RBAC: access denied",
    "local_rate_limited",
    "fault filter abort",
    "Jwt ",
    "Payload Too Large",
];

/// What applications and the servers before them say of themselves.
const OF_APPLICATIONS: [&str; 5] =
    ["x-powered-by", "x-request-id", "set-cookie", "etag", "x-aspnet-version"];

/// Why an answer without the mark of a backend is not kgateway's own, if it is an error and not.
/// `worded`: a filter or policy answers, whose body may be any.
pub fn unlike_kgateway(status: u16, answer: &ProbeAnswer, worded: bool) -> Option<String> {
    // What is not HTTP enough Envoy's codec answers, without headers of its own.
    if status < 400 || (status == 400 && answer.body == "Bad Request") {
        return None;
    }
    let header = |wanted: &str| {
        let mut found = answer.headers.iter().filter(|(name, _)| name == wanted);
        found.next().map(|(_, value)| value.as_str())
    };
    match header("server") {
        Some("envoy") => {}
        Some(_) => return Some("its header server is not envoy".to_owned()),
        None => return Some("it has no header server: envoy".to_owned()),
    }
    if let Some(name) = OF_APPLICATIONS.into_iter().find(|name| header(name).is_some()) {
        return Some(format!("it has a header {name}"));
    }
    let body = answer.body.trim();
    if worded || body.is_empty() || BODIES.iter().any(|own| body.starts_with(own)) {
        return None;
    }
    Some(match header("content-type").is_some_and(|own| own.contains("json")) {
        true => "its body is JSON".to_owned(),
        false => "its body is not one of the gateway's".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn why(status: u16, headers: &[(&str, &str)], body: &str) -> Option<String> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let answer = ProbeAnswer {
            status: Ok(status),
            took: Duration::ZERO,
            headers: headers.iter().map(own).collect(),
            body: body.to_owned(),
        };
        unlike_kgateway(status, &answer, false)
    }

    #[test]
    fn whose_an_error_is() {
        let envoy = ("server", "envoy");
        assert_eq!(why(404, &[envoy], ""), None);
        assert_eq!(why(500, &[envoy], REPLACED_BODY), None);
        assert_eq!(why(503, &[envoy], "no healthy upstream"), None);
        let says = |says: &str| Some(says.to_owned());
        assert_eq!(why(404, &[], ""), says("it has no header server: envoy"));
        assert_eq!(why(404, &[("server", "nginx")], ""), says("its header server is not envoy"));
        let express = ("x-powered-by", "Express");
        assert_eq!(why(404, &[envoy, express], ""), says("it has a header x-powered-by"));
        let json = ("content-type", "application/json");
        assert_eq!(why(404, &[envoy, json], "{}"), says("its body is JSON"));
        assert_eq!(why(404, &[envoy], "<html>"), says("its body is not one of the gateway's"));
        assert_eq!(why(302, &[], ""), None);
        assert_eq!(why(400, &[], "Bad Request"), None);
    }
}
