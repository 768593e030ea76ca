//! CEL conditions of policies, and what authorization by them does to a request.

use std::collections::BTreeMap;

use serde_json::Value;

use super::request::Request;
use crate::cel::{CelProgram, CelType, Dialect, Leaf, Leaves, NotParsed, Truth, Typed};
use crate::mask;

/// The CEL expressions of an rbac part.
pub fn cel_texts(value: &Value) -> impl Iterator<Item = &str> {
    let list = value["policy"]["matchExpressions"].as_array();
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// What an rbac part does to a request.
pub enum Rbac {
    Refuses(String),
    Passes,
    /// kgateway refuses the expression, and replaces the route (seen); why.
    Invalid(String),
    Unknown,
}

/// What an rbac part does; without a request it is only said whether its expressions are good.
///
/// Several expressions are alternatives, and one that fails matches nothing (kgateway,
/// `trafficpolicy/rbac.go`: an OrMatcher; Envoy's CEL matcher).
pub fn rbac(value: &Value, request: Option<&Request>) -> Rbac {
    let texts: Vec<&str> = cel_texts(value).collect();
    let mut programs = Vec::new();
    let mut unsure = texts.is_empty();
    for text in &texts {
        match CelProgram::parse(text, Dialect::Envoy) {
            _ if mask::has_masked(text) => unsure = true,
            Err(NotParsed::Syntax(_)) => {
                return Rbac::Invalid(format!("rbac: the expression {text} is not valid CEL"));
            }
            Err(NotParsed::TooLarge) => unsure = true,
            // Whether an expression with wrong types is refused depends on the version.
            Ok(program) if program.typed(&variables()) == Typed::Well => programs.push(program),
            Ok(_) => unsure = true,
        }
    }
    if unsure {
        return Rbac::Unknown;
    }
    let Some(request) = request else { return Rbac::Passes };
    let deny = match value["action"].as_str() {
        None | Some("Allow") => false,
        Some("Deny") => true,
        Some(_) => return Rbac::Unknown,
    };
    let leaves = attributes(request);
    let truths: Vec<Truth> = programs.iter().map(|program| program.holds(&leaves)).collect();
    let matches = truths.contains(&Truth::Is(true));
    if !matches && truths.iter().any(|truth| matches!(truth, Truth::Unknown(_))) {
        return Rbac::Unknown;
    }
    let texts = texts.join(", or ");
    match matches == deny {
        true => Rbac::Refuses(match deny {
            true => format!("rbac denies what matches {texts}"),
            false => format!("rbac allows only what matches {texts}"),
        }),
        false => Rbac::Passes,
    }
}

/// The variables that kgateway checks expressions with; their members are Envoy's.
fn variables() -> Vec<(&'static str, CelType)> {
    let names = ["request", "source", "destination", "connection", "metadata"];
    names.into_iter().map(|name| (name, CelType::Dyn)).collect()
}

/// Headers that a gateway or a client sets by itself.
const SET_BY_OTHERS: [&str; 9] = [
    "host",
    ":authority",
    ":method",
    ":path",
    ":scheme",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-request-id",
    "x-envoy-external-address",
];

/// A request as Envoy's attributes (Envoy, "Attributes"). Names of headers are in lower case, and
/// the values of one are joined by commas.
fn attributes(request: &Request) -> Leaves {
    let unknown = |why: &str| Leaf::Unknown(why.to_owned());
    let mut headers: BTreeMap<String, Leaf> = BTreeMap::new();
    for (name, _) in &request.headers {
        let values: Vec<&str> = request.header_values(name).collect();
        headers.insert(name.to_ascii_lowercase(), Leaf::text(values.join(",")));
    }
    for name in SET_BY_OTHERS {
        headers.insert(name.to_owned(), unknown("Envoy sets this header"));
    }
    let path = match &request.query {
        Some(query) => format!("{}?{query}", request.path),
        None => request.path.clone(),
    };
    let mut members: BTreeMap<String, Leaf> = BTreeMap::from([
        ("headers".to_owned(), Leaf::Members(headers)),
        ("method".to_owned(), Leaf::text(request.method.clone())),
        ("path".to_owned(), Leaf::text(path)),
        ("url_path".to_owned(), Leaf::text(request.path.clone())),
        ("host".to_owned(), Leaf::text(request.host.clone())),
        ("query".to_owned(), Leaf::text(request.query.clone().unwrap_or_default())),
    ]);
    for name in OTHER_ATTRIBUTES {
        members.insert(name.to_owned(), unknown("it is an attribute of the connection"));
    }
    Leaves::new([("request", Leaf::Members(members))])
}

/// Attributes of a request that the request alone does not tell.
const OTHER_ATTRIBUTES: [&str; 9] =
    ["scheme", "referer", "useragent", "time", "id", "protocol", "duration", "size", "total_size"];

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(expression: &str, headers: &[(&str, &str)]) -> Option<bool> {
        let headers: Vec<_> =
            headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let request = Request::parse("POST", "http://a.example.com/v1/chat?x=1", &headers);
        let request = request.unwrap_or_else(|bad| panic!("{}", bad.0));
        let part = serde_json::json!({"policy": {"matchExpressions": [expression]}});
        match rbac(&part, Some(&request)) {
            Rbac::Refuses(_) => Some(true),
            Rbac::Passes => Some(false),
            Rbac::Unknown => None,
            Rbac::Invalid(why) => panic!("{why}"),
        }
    }

    #[test]
    fn what_does_not_match_or_fails_is_refused() {
        let ml = [("X-Team", "ml")];
        for (expression, passes) in [
            ("request.headers['x-team'] == 'ml'", true),
            ("request.headers['x-team'] != \"ml\"", false),
            ("request.headers['X-Team'] == 'ml'", false),
            ("request.headers['x-user'] != 'ml'", false),
            ("'x-team' in request.headers && !('x-user' in request.headers)", true),
            ("request.method == 'POST' || request.headers['x-user'] == 'a'", true),
            ("request.path == '/v1/chat?x=1' && request.url_path == '/v1/chat'", true),
            ("request.path.startsWith('/v1') && request.path.matches('^/v[0-9]')", true),
            ("request.method in ['GET', 'POST'] && request.host == 'a.example.com'", true),
            ("source.address == 'x' && request.method == 'GET'", false),
            ("source.address == 'x' || request.method == 'POST'", true),
        ] {
            assert_eq!(refuses(expression, &ml), Some(!passes), "{expression}");
        }
    }

    #[test]
    fn what_is_not_known() {
        for expression in [
            "source.address == 'x'",
            "request.headers['x-request-id'] == 'x'",
            "request.headers.size() == 1",
            "request.headers.exists(h, h == 'x-team')",
            "request.time > timestamp('2026-01-01T00:00:00Z')",
            "!request.method == 'POST'",
            "user == 'x'",
            "request.method + 'x' == 'POSTx'",
        ] {
            assert_eq!(refuses(expression, &[]), None, "{expression}");
        }
    }

    #[test]
    fn several_are_alternatives() {
        let request = Request::parse("POST", "http://a.example.com/", &[]);
        let request = request.unwrap_or_else(|bad| panic!("{}", bad.0));
        let expressions = ["request.method == 'GET'", "request.method == 'POST'"];
        let part =
            serde_json::json!({"action": "Deny", "policy": {"matchExpressions": expressions}});
        assert!(matches!(rbac(&part, Some(&request)), Rbac::Refuses(_)));
    }

    #[test]
    fn what_is_no_cel_is_invalid() {
        for expression in ["request.headers[", "request.method ==", "a b", "request.method == 'it"]
        {
            let part = serde_json::json!({"policy": {"matchExpressions": [expression]}});
            assert!(matches!(rbac(&part, None), Rbac::Invalid(_)), "{expression}");
        }
    }
}
