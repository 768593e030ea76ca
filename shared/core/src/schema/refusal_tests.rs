//! The described kinds refuse what the table refuses, and the others what their CRDs say.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::admission::Channel;
use super::admit::{admit, admit_other};
use crate::kube::Kind;

/// Good objects of the described kinds, with most of their fields.
fn good() -> [(Kind, Value); 5] {
    let parent = json!({ "name": "front", "namespace": "edge", "sectionName": "web", "port": 80 });
    let header = json!({ "name": "x-a", "value": "b" });
    let object = |kind: &str, version: &str, spec: Value| {
        json!({
            "apiVersion": format!("gateway.networking.k8s.io/{version}"), "kind": kind,
            "metadata": { "name": "one", "namespace": "edge" }, "spec": spec,
        })
    };
    let listener = json!({
        "name": "web", "port": 443, "protocol": "HTTPS", "hostname": "*.example.org",
        "tls": { "mode": "Terminate", "certificateRefs": [{ "name": "cert" }] },
        "allowedRoutes": {
            "namespaces": { "from": "Selector", "selector": { "matchLabels": { "a": "b" } } },
            "kinds": [{ "kind": "HTTPRoute" }],
        },
    });
    let plain = json!({ "name": "plain", "port": 80, "protocol": "HTTP" });
    [
        (
            Kind::HttpRoute,
            object(
                "HTTPRoute",
                "v1",
                json!({
                    "parentRefs": [parent],
                    "hostnames": ["a.example.org", "*.example.net"],
                    "rules": [
                        {
                            "name": "first",
                            "matches": [{
                                "path": { "type": "PathPrefix", "value": "/v1" },
                                "method": "GET",
                                "headers": [{ "type": "Exact", "name": "x-a", "value": "b" }],
                                "queryParams": [{ "name": "q", "value": "1" }],
                            }],
                            "filters": [
                                { "type": "RequestHeaderModifier", "requestHeaderModifier": {
                                    "set": [header], "add": [header], "remove": ["x-b"],
                                } },
                                { "type": "URLRewrite", "urlRewrite": {
                                    "hostname": "b.example.org",
                                    "path": { "type": "ReplacePrefixMatch", "replacePrefixMatch": "/x" },
                                } },
                                { "type": "RequestMirror", "requestMirror": {
                                    "backendRef": { "name": "copy", "port": 80 }, "percent": 5,
                                } },
                            ],
                            "timeouts": { "request": "10s", "backendRequest": "5s" },
                            "retry": { "attempts": 2, "backoff": "100ms", "codes": [503] },
                            "sessionPersistence": {
                                "sessionName": "s", "type": "Cookie", "absoluteTimeout": "1h",
                                "cookieConfig": { "lifetimeType": "Permanent" },
                            },
                            "backendRefs": [{ "name": "chat", "port": 8000, "weight": 3 }],
                        },
                        { "filters": [{ "type": "RequestRedirect", "requestRedirect": {
                            "scheme": "https", "statusCode": 301, "port": 443,
                            "path": { "type": "ReplaceFullPath", "replaceFullPath": "/y" },
                        } }] },
                    ],
                }),
            ),
        ),
        (
            Kind::Gateway,
            object(
                "Gateway",
                "v1",
                json!({
                    "gatewayClassName": "edge",
                    "listeners": [listener, plain],
                    "addresses": [{ "type": "IPAddress", "value": "192.0.2.1" }],
                    "infrastructure": {
                        "labels": { "a": "b" }, "annotations": { "a": "b" },
                        "parametersRef": { "group": "x.test", "kind": "Params", "name": "p" },
                    },
                    "allowedListeners": { "namespaces": { "from": "Same" } },
                }),
            ),
        ),
        (
            Kind::ListenerSet,
            object(
                "ListenerSet",
                "v1",
                json!({
                    "parentRef": { "name": "front" }, "listeners": [listener, plain],
                }),
            ),
        ),
        (
            Kind::GatewayClass,
            object(
                "GatewayClass",
                "v1",
                json!({
                    "controllerName": "example.net/controller", "description": "d",
                    "parametersRef": { "group": "x.test", "kind": "Params", "name": "p" },
                }),
            ),
        ),
        (
            Kind::ReferenceGrant,
            object(
                "ReferenceGrant",
                "v1",
                json!({
                    "from": [{ "group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "a" }],
                    "to": [{ "group": "", "kind": "Service", "name": "chat" }],
                }),
            ),
        ),
    ]
}

/// The pointers of everything in a value.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, own)| (key.clone(), own)).collect(),
        Value::Array(all) => {
            all.iter().enumerate().map(|(index, own)| (index.to_string(), own)).collect()
        }
        _ => Vec::new(),
    };
    for (name, own) in members {
        let at = format!("{at}/{name}");
        pointers(own, &at, out);
        out.push(at);
    }
}

/// The changed objects: a value taken out, given twice, or another one in its place.
fn changed(object: &Value) -> Vec<(String, Value)> {
    let values = [
        json!(""),
        json!("a"),
        json!("A_b"),
        json!("*.x.test"),
        json!("10.0.0.1"),
        json!("1h"),
        json!("-1s"),
        json!("/p?x"),
        json!("a b"),
        json!("x".repeat(300)),
        json!("Exact"),
        json!("HTTPRoute"),
        json!(0),
        json!(1),
        json!(-1),
        json!(70000),
        json!(true),
        json!([]),
        json!({}),
        json!(["a"]),
        json!({ "unknown": 1 }),
    ];
    let mut all = Vec::new();
    let mut places = Vec::new();
    pointers(&object["spec"], "/spec", &mut places);
    for place in places {
        let (above, name) = place.rsplit_once('/').expect("it is there");
        let mut less = object.clone();
        let twice = match less.pointer_mut(above).expect("it is there") {
            Value::Object(map) => map.remove(name),
            Value::Array(items) => Some(items.remove(name.parse().expect("it is there"))),
            _ => None,
        };
        all.push((format!("without {place}"), less));
        let mut more = object.clone();
        if let (Value::Array(items), Some(own)) =
            (more.pointer_mut(above).expect("it is there"), twice)
        {
            items.push(own);
            all.push((format!("{place} twice"), more));
        }
        for value in &values {
            let mut other = object.clone();
            *other.pointer_mut(&place).expect("it is there") = value.clone();
            all.push((format!("{place} = {value}"), other));
        }
    }
    all
}

/// What is described and not in the table: rules of one channel, a format, and a rule that stops at
/// a field that is not there, which the API server takes for a refusal.
const NOT_IN_TABLE: [&str; 3] = [
    "unique within the route",
    "must be an IPv4 or IPv6 address",
    "certificateRefs or options must be specified",
];

#[test]
fn described_kinds_refuse_what_the_table_refuses() {
    let channel = Channel::Experimental;
    let mut apart = BTreeSet::new();
    let (mut tried, mut refused) = (0, 0);
    for (kind, object) in good() {
        assert_eq!(admit(kind, &mut object.clone(), false, channel).refusals, [], "{kind:?}");
        assert_eq!(admit_other(&mut object.clone(), false, channel).refusals, [], "{kind:?}");
        for (what, changed) in changed(&object) {
            let own = admit(kind, &mut changed.clone(), false, channel).refusals;
            let table = admit_other(&mut changed.clone(), false, channel).refusals;
            tried += 1;
            refused += usize::from(!own.is_empty());
            let of_channel = |one: &str| NOT_IN_TABLE.iter().any(|rule| one.contains(rule));
            if own.is_empty() != table.is_empty() && !own.iter().any(|one| of_channel(&one.message))
            {
                let first = own.iter().chain(&table).next();
                let says = first.map_or("", |one| one.message.as_str());
                apart.insert(format!("{kind:?} {what}: described {}: {says}", own.len()));
            }
        }
    }
    let some: Vec<&str> = apart.iter().take(60).map(String::as_str).collect();
    assert!(some.is_empty(), "{} of {tried}:\n{}", apart.len(), some.join("\n"));
    assert!(refused > 1000 && tried - refused > 100, "{refused} of {tried}");
}

fn refusals(object: &Value) -> Vec<(String, String)> {
    let mut object = object.clone();
    object["metadata"] = json!({ "name": "one", "namespace": "edge" });
    let all = admit_other(&mut object, false, Channel::Standard).refusals;
    all.into_iter().map(|one| (one.pointer, one.message)).collect()
}

fn other(kind: &str, spec: Value) -> Value {
    json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": kind, "spec": spec })
}

#[test]
fn kinds_without_rules_of_their_own() {
    let calls = |service: &str| {
        other(
            "GRPCRoute",
            json!({ "rules": [{
            "matches": [{ "method": { "service": service } }],
            "backendRefs": [{ "name": "chat", "port": 8000 }],
        }] }),
        )
    };
    assert_eq!(refusals(&calls("llm.Chat")), []);
    assert_eq!(refusals(&calls("llm/Chat"))[0].0, "/spec/rules/0/matches/0/method");
    let streams = |kind: &str, field: &str| {
        other(kind, json!({ "rules": [{ field: [{ "name": "db", "port": 5432 }] }] }))
    };
    for kind in ["TCPRoute", "UDPRoute"] {
        assert_eq!(refusals(&streams(kind, "backendRefs")), [], "{kind}");
        let wrong = refusals(&streams(kind, "backendRef"));
        assert!(wrong.iter().any(|(at, _)| at == "/spec/rules/0/backendRef"), "{kind}: {wrong:?}");
    }
    let tls =
        other("TLSRoute", json!({ "rules": [{ "backendRefs": [{ "name": "a", "port": 1 }] }] }));
    assert!(
        refusals(&tls).iter().any(|(at, says)| at == "/spec/hostnames" && says == "is required")
    );
    let mut older = tls.clone();
    older["apiVersion"] = json!("gateway.networking.k8s.io/v1alpha2");
    assert_eq!(refusals(&older), []);
    let mut policy = other(
        "BackendTLSPolicy",
        json!({
            "targetRefs": [{ "group": "", "kind": "Service", "name": "db" }],
            "validation": { "hostname": "db.example.org", "wellKnownCACertificates": "System" },
        }),
    );
    assert_eq!(refusals(&policy), []);
    policy["spec"]["validation"]["caCertificateRefs"] =
        json!([{ "group": "", "kind": "ConfigMap", "name": "ca" }]);
    assert_eq!(refusals(&policy)[0].0, "/spec/validation");
}
