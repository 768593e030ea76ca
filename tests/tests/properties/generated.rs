//! Worlds and requests at random, of few names, so that they meet.

use igw_core::route::request::Request;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// A match, mostly one that common requests fit.
pub fn one_match() -> impl Strategy<Value = Value> {
    let kinds = select(vec!["Exact", "PathPrefix", "PathPrefix", "RegularExpression"]);
    let values = select(vec!["/", "/a", "/a/", "/a/b", "/b"]);
    let path = (kinds, values).prop_map(|(kind, value)| json!({ "type": kind, "value": value }));
    let headers = vec![("h", "v"), ("H", "w"), ("i", "v")];
    let queries = vec![("q", "p"), ("r", "p")];
    let list = |pairs: Vec<(&str, &str)>| -> Value {
        pairs.iter().map(|(n, v)| json!({ "name": n, "value": v })).collect()
    };
    let path = prop::option::weighted(0.6, path);
    let method = prop::option::weighted(0.2, select(vec!["GET", "POST"]));
    let headers = prop_oneof![2 => Just(vec![]), 1 => subsequence(headers, 0..3)].prop_map(list);
    let queries = prop_oneof![4 => Just(vec![]), 1 => subsequence(queries, 0..3)].prop_map(list);
    (path, headers, queries, method).prop_map(|(path, headers, queries, method)| {
        json!({ "path": path, "headers": headers, "queryParams": queries, "method": method })
    })
}

fn one_rule() -> impl Strategy<Value = Value> {
    let backend = select(vec![
        json!({ "name": "a", "port": 8080 }),
        json!({ "name": "b", "port": 8080, "weight": 3 }),
        json!({ "name": "b", "port": 8080 }),
        json!({ "name": "a", "port": 8080 }),
        json!({ "name": "a", "port": 8080, "weight": 0 }),
        json!({ "name": "nobody", "port": 8080 }),
        json!({ "name": "far", "namespace": "backends", "port": 8080 }),
    ]);
    let filters = select(vec![
        json!([]),
        json!([{ "type": "URLRewrite", "urlRewrite": { "hostname": "h.io",
            "path": { "type": "ReplaceFullPath", "replaceFullPath": "/full" } } }]),
        json!([{ "type": "RequestHeaderModifier",
            "requestHeaderModifier": { "set": [{ "name": "s", "value": "v" }] } }]),
    ]);
    let redirect = json!([{ "type": "RequestRedirect", "requestRedirect": { "scheme": "https" } }]);
    let matches = || prop::option::of(prop::collection::vec(one_match(), 0..3));
    prop_oneof![
        4 => (matches(), prop_oneof![4 => prop::collection::vec(backend.clone(), 1..3), 1 => prop::collection::vec(backend, 0..1)], filters).prop_map(|(m, b, f)| {
            json!({ "matches": m, "backendRefs": b, "filters": f })
        }),
        1 => matches().prop_map(move |m| json!({ "matches": m, "filters": redirect })),
    ]
}

pub fn object(kind: &str, namespace: &str, name: &str, spec: Value) -> Value {
    let api = match kind {
        "Service" | "Namespace" | "Secret" => "v1",
        _ => "gateway.networking.k8s.io/v1",
    };
    json!({ "apiVersion": api, "kind": kind,
        "metadata": { "name": name, "namespace": namespace }, "spec": spec })
}

fn one_route() -> impl Strategy<Value = Value> {
    let parents = prop_oneof![
        6 => Just(json!([{ "name": "gw", "namespace": "infra" }])),
        1 => Just(json!([{ "name": "gw", "namespace": "infra", "sectionName": "l0" }])),
        1 => Just(json!([{ "name": "gw", "namespace": "infra", "port": 80 }, { "name": "nothing" }])),
        1 => Just(json!([{ "name": "ls", "namespace": "infra", "kind": "ListenerSet" }])),
    ];
    let times = select(vec!["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]);
    let hostnames = subsequence(vec!["a.io", "*.io", "*.a.io", "b.a.io"], 0..3);
    (
        prop_oneof![4 => Just("infra"), 1 => Just("apps")],
        prop::option::of(times),
        parents,
        prop_oneof![2 => Just(vec![]), 1 => hostnames],
        prop::option::weighted(0.9, prop::collection::vec(one_rule(), 1..4)),
    )
        .prop_map(|(namespace, created, parents, hostnames, rules)| {
            let spec = json!({ "parentRefs": parents, "hostnames": hostnames, "rules": rules });
            let mut route = object("HTTPRoute", namespace, "r", spec);
            route["metadata"]["creationTimestamp"] = json!(created);
            route
        })
}

/// A Gateway, a ListenerSet, up to three routes and what they refer to, as people write them.
pub fn objects() -> impl Strategy<Value = Vec<Value>> {
    let listener = (
        select(vec![80, 80, 81]),
        prop::option::weighted(0.4, select(vec!["a.io", "*.io", "*.a.io"])),
    );
    let froms = select(vec![None, Some("All"), Some("All"), Some("Same"), Some("None")]);
    (
        select(vec!["example", "kgateway"]),
        prop::collection::vec((listener, froms), 1..4),
        prop::collection::vec(one_route(), 1..4),
    )
        .prop_map(|(class, mut listeners, routes)| {
            // The API server refuses two with the same port and hostname.
            let mut seen = std::collections::BTreeSet::new();
            listeners.retain(|(place, _)| seen.insert(*place));
            let listeners: Value = listeners
                .iter()
                .enumerate()
                .map(|(i, ((port, hostname), from))| {
                    let allowed = from.map(|from| json!({ "namespaces": { "from": from } }));
                    json!({ "name": format!("l{i}"), "port": port, "protocol": "HTTP",
                        "hostname": hostname, "allowedRoutes": allowed })
                })
                .collect();
            let everybody = json!({ "namespaces": { "from": "All" } });
            let certificate = json!({ "certificateRefs": [{ "name": "cert" }] });
            let gateway = json!({ "gatewayClassName": class, "listeners": listeners,
                "allowedListeners": everybody });
            let set = json!({ "parentRef": { "name": "gw" }, "listeners": [
                { "name": "s0", "port": 80, "protocol": "HTTP", "hostname": "b.a.io" },
                { "name": "s1", "port": 443, "protocol": "HTTPS", "tls": certificate },
            ] });
            let ports = json!({ "ports": [{ "port": 8080 }], "selector": { "app": "x" } });
            let grant = json!({
                "from": [{ "group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "infra" }],
                "to": [{ "group": "", "kind": "Service" }] });
            let controller = json!({ "controllerName": "example.net/controller" });
            let mut all = vec![
                object("GatewayClass", "", "example", controller),
                object("Namespace", "", "infra", json!({})),
                object("Namespace", "", "apps", json!({})),
                object("Gateway", "infra", "gw", gateway),
                object("ListenerSet", "infra", "ls", set),
                object("Secret", "infra", "cert", json!({})),
                object("Service", "infra", "a", ports.clone()),
                object("Service", "infra", "b", ports.clone()),
                object("Service", "backends", "far", ports),
                object("ReferenceGrant", "backends", "g", grant),
            ];
            for (i, mut route) in routes.into_iter().enumerate() {
                route["metadata"]["name"] = json!(format!("r{i}"));
                all.push(route);
            }
            all
        })
}

/// A request, mostly one that some route could take.
pub fn request() -> impl Strategy<Value = Request> {
    (
        select(vec!["GET", "POST"]),
        select(vec![
            "a.io",
            "a.io",
            "b.io",
            "b.a.io",
            "b.a.io",
            "c.b.a.io",
            "a.io:81",
            "192.0.2.1",
        ]),
        select(vec!["", "/a", "/a/", "/a/b", "/a/b/c", "/b", "/b?q=p", "/a?r=p&q=p"]),
        subsequence(vec![("h", "v"), ("h", "w"), ("i", "v")], 0..4),
        select(vec!["http", "http", "http", "http", "http", "https"]),
    )
        .prop_map(|(method, host, target, headers, scheme)| {
            let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            let headers: Vec<_> = headers.collect();
            Request::parse(method, &format!("{scheme}://{host}{target}"), &headers).expect("a URL")
        })
}
