//! Routes of other kinds, as HTTPRoutes. Of a GRPCRoute that includes its rules: Envoy
//! implementations route a call by its path `/service/method`, whatever its content type
//! (kgateway's translator, grpc-routing). The rules of a TLSRoute and of a TCPRoute have backends
//! alone, and take no request of HTTP.

use serde_json::{Map, Value, json};

use super::http_route::{HttpRoute, Match, ParentRef, PathMatch, PathType, Rule};
use crate::facts::fields::part;
use crate::kube::{GATEWAY_API, Meta};

/// One service or method in a regular expression.
const ANY: &str = "[^/]+";

/// Parents and hostnames of a route of another kind; of some kinds its rules, too.
pub fn foreign_route(object: &Value, meta: &Meta) -> HttpRoute {
    let mut parents: Vec<ParentRef> = part(object, "/spec/parentRefs").unwrap_or_default();
    for parent in &mut parents {
        if parent.kind.is_empty() {
            parent.kind = "Gateway".into();
            parent.group = GATEWAY_API.into();
        }
    }
    let hostnames = part(object, "/spec/hostnames").unwrap_or_default();
    let rules = match meta.kind.as_ref() {
        "GRPCRoute" => rules(object).unwrap_or_default(),
        "TLSRoute" | "TCPRoute" if !object["spec"]["rules"].is_null() => {
            rules(object).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    HttpRoute { meta: meta.clone(), parents, hostnames, rules, ..HttpRoute::default() }
}

/// The rules of a GRPCRoute; `None` where they are not what the API has.
fn rules(object: &Value) -> Option<Vec<Rule>> {
    let mut object = json!({ "rules": object["spec"]["rules"] });
    let list = object["rules"].as_array_mut().map(std::mem::take).unwrap_or_default();
    // A route without rules takes every call.
    let list = if list.is_empty() { vec![json!({})] } else { list };
    list.into_iter().map(rule).collect()
}

fn rule(mut rule: Value) -> Option<Rule> {
    let written = rule.as_object_mut()?.remove("matches");
    let backends = rule.get_mut("backendRefs").and_then(Value::as_array_mut);
    for reference in backends.into_iter().flatten() {
        set_defaults(reference.as_object_mut()?);
    }
    let mut out: Rule = part(&rule, "").ok()?;
    let written = written.as_ref().and_then(Value::as_array).into_iter().flatten();
    out.matches = written.map(one).collect::<Option<_>>()?;
    Some(out)
}

fn set_defaults(reference: &mut Map<String, Value>) {
    for (field, value) in [("group", json!("")), ("kind", json!("Service")), ("weight", json!(1))] {
        reference.entry(field).or_insert(value);
    }
}

fn one(written: &Value) -> Option<Match> {
    let method = &written["method"];
    let text = |field: &str| method[field].as_str().filter(|text| !text.is_empty());
    let (kind, value) = match (method["type"].as_str(), text("service"), text("method")) {
        (_, None, None) => (PathType::PathPrefix, "/".to_owned()),
        (Some("RegularExpression"), service, method) => {
            let value = format!("/{}/{}", service.unwrap_or(ANY), method.unwrap_or(ANY));
            (PathType::RegularExpression, value)
        }
        (_, Some(service), Some(method)) => (PathType::Exact, format!("/{service}/{method}")),
        (_, Some(service), None) => (PathType::PathPrefix, format!("/{service}")),
        (_, None, Some(method)) => {
            (PathType::RegularExpression, format!("/{ANY}/{}", regex::escape(method)))
        }
    };
    let headers = match written["headers"].is_array() {
        true => part(written, "/headers").ok()?,
        false => Vec::new(),
    };
    Some(Match { path: PathMatch { kind, value }, headers, ..Match::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_a_path() {
        let route = json!({ "spec": { "rules": [{
            "matches": [
                { "method": { "service": "chat.v1.Rooms", "method": "Send" } },
                { "method": { "service": "chat.v1.Rooms" } },
                { "method": { "method": "Send" }, "headers": [{ "name": "x-a", "value": "b" }] },
                { "method": { "type": "RegularExpression", "service": "chat\\..*" } },
                {},
            ],
            "backendRefs": [{ "name": "rpc", "port": 9000 }],
        }]}});
        let rules = rules(&route).expect("rules");
        let paths: Vec<_> =
            rules[0].matches.iter().map(|one| (one.path.kind, one.path.value.as_str())).collect();
        assert_eq!(
            paths,
            [
                (PathType::Exact, "/chat.v1.Rooms/Send"),
                (PathType::PathPrefix, "/chat.v1.Rooms"),
                (PathType::RegularExpression, "/[^/]+/Send"),
                (PathType::RegularExpression, "/chat\\..*/[^/]+"),
                (PathType::PathPrefix, "/"),
            ]
        );
        assert_eq!(rules[0].matches[2].headers[0].value, "b");
        let backend = &rules[0].backend_refs[0];
        assert_eq!(
            (backend.kind.as_ref(), backend.weight, backend.port),
            ("Service", 1, Some(9000))
        );
    }

    #[test]
    fn what_the_api_does_not_have_is_not_read() {
        assert_eq!(rules(&json!({ "spec": { "rules": [{ "backendRefs": ["rpc"] }] } })), None);
        assert_eq!(rules(&json!({ "spec": {} })).map(|all| all[0].matches.len()), Some(0));
    }
}
