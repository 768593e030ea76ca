//! Laws that hold for every input: of hostnames, precedence and paths; that a rule which never
//! matches changes nothing, that defaults written out change nothing, and that no object,
//! however malformed, makes a trace or a predicted status panic.

use igw_core::facts::views::{HttpRoute, Match};
use igw_core::facts::{
    Cx, Kind, Meta, Openness, Origin, Profile, Scope, Settings, Store, Validation, Version, decode,
};
use igw_core::route::precedence::{Entry, compare};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::status::predict;
use igw_core::route::{hostname, path};
use igw_core::schema::admit;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use std::cmp::Ordering;

const KGATEWAY: Profile = Profile::Kgateway {
    version: Version::NEWEST_KGATEWAY,
    validation: Validation::Standard,
};

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(select(vec!["a", "b", "io"]), 1..4).prop_map(|labels| labels.join("."))
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just(hostname::ANY.to_owned()),
        3 => name(),
        3 => name().prop_map(|name| format!("*.{name}")),
    ]
}

fn one_match() -> impl Strategy<Value = Value> {
    let kinds = select(vec![
        "Exact",
        "PathPrefix",
        "PathPrefix",
        "RegularExpression",
    ]);
    let values = select(vec!["/", "/a", "/a/", "/a/b", "/b"]);
    let path = (kinds, values).prop_map(|(kind, value)| json!({ "type": kind, "value": value }));
    let headers = vec![("h", "v"), ("H", "w"), ("i", "v")];
    let queries = vec![("q", "p"), ("r", "p")];
    let list = |pairs: Vec<(&str, &str)>| -> Value {
        pairs
            .iter()
            .map(|(n, v)| json!({ "name": n, "value": v }))
            .collect()
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

fn object(kind: &str, namespace: &str, name: &str, spec: Value) -> Value {
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
fn objects() -> impl Strategy<Value = Vec<Value>> {
    let listener = (
        select(vec![80, 80, 81]),
        prop::option::weighted(0.4, select(vec!["a.io", "*.io", "*.a.io"])),
    );
    let froms = select(vec![
        None,
        Some("All"),
        Some("All"),
        Some("Same"),
        Some("None"),
    ]);
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

fn request() -> impl Strategy<Value = Request> {
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
        select(vec![
            "",
            "/a",
            "/a/",
            "/a/b",
            "/a/b/c",
            "/b",
            "/b?q=p",
            "/a?r=p&q=p",
        ]),
        subsequence(vec![("h", "v"), ("h", "w"), ("i", "v")], 0..4),
        select(vec!["http", "http", "http", "http", "http", "https"]),
    )
        .prop_map(|(method, host, target, headers, scheme)| {
            let headers = headers
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            let headers: Vec<_> = headers.collect();
            Request::parse(method, &format!("{scheme}://{host}{target}"), &headers).expect("a URL")
        })
}

fn store(objects: &[Value]) -> Store {
    let mut store = Store::for_files(Openness::Given, Settings::default());
    for object in objects {
        decode(&mut store, object.clone(), Origin::default(), "infra");
    }
    store
}

/// A trace as JSON, without what is only told for people.
fn trace(objects: &[Value], request: &Request) -> Value {
    let (store, scope) = (store(objects), Scope::default());
    let found = resolve(&Cx::new(&store, &scope), request, Some(("infra", "gw")));
    match found {
        Ok(trace) => serde_json::to_value(trace).expect("JSON"),
        Err(error) => json!(format!("{error:?}")),
    }
}

fn status(objects: &[Value]) -> Value {
    let (store, scope) = (store(objects), Scope::default());
    predict(&Cx::new(&store, &scope))
}

/// The object with the API server's defaults written out.
fn defaulted(object: &Value) -> Value {
    let mut object = object.clone();
    let api = object["apiVersion"].as_str().unwrap_or_default().to_owned();
    let group = api.split_once('/').map_or("", |(group, _)| group);
    let kind = Kind::of(group, object["kind"].as_str().unwrap_or_default());
    if let Some(kind) = kind {
        let stored = object["metadata"]["uid"].is_string();
        admit(kind, &mut object, stored, &Settings::default());
    }
    object
}

/// A value that stands where it should not.
fn nonsense() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        select(vec![
            "",
            "*",
            "*.",
            "/",
            "(",
            "Service",
            "HTTPRoute",
            "infra",
            "%zz"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Pointers to all values in a tree, the root aside.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, v)| (key.replace('/', "~1"), v))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => return,
    };
    for (key, child) in children {
        let pointer = format!("{at}/{key}");
        pointers(child, &pointer, out);
        out.push(pointer);
    }
}

/// Objects of which some parts were replaced by nonsense; some claim to have been stored.
fn malformed() -> impl Strategy<Value = Vec<Value>> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        nonsense(),
    );
    let changes = prop::collection::vec(change, 1..8);
    (objects(), changes, any::<u16>()).prop_map(|(mut objects, changes, stored)| {
        for (i, object) in objects.iter_mut().enumerate() {
            if stored >> (i % 16) & 1 == 1 {
                object["metadata"]["uid"] = json!("0f6a");
            }
        }
        for (which, place, value) in changes {
            let object = which.get_mut(objects.as_mut_slice());
            let mut all = Vec::new();
            pointers(object, "", &mut all);
            let pointer: &String = place.get(&all);
            if let Some(found) = object.pointer_mut(pointer) {
                *found = value;
            }
        }
        objects
    })
}

/// Routes that compete: few names and times, so that ties are frequent.
fn competitors() -> impl Strategy<Value = Vec<(HttpRoute, usize, usize, Match)>> {
    let one = (
        select(vec!["infra", "apps"]),
        select(vec!["r", "s"]),
        prop::option::of(select(vec!["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"])),
        (0..2usize, 0..2usize),
        one_match(),
    );
    let entry = one.prop_map(|(namespace, name, created, (rule, index), one)| {
        let meta = Meta {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            created: created.map(str::to_owned),
            ..Meta::default()
        };
        let route = HttpRoute {
            meta,
            ..HttpRoute::default()
        };
        let admitted = defaulted(&object(
            "HTTPRoute",
            "infra",
            "r",
            json!({
                "rules": [{ "matches": [one] }],
            }),
        ));
        let one = serde_json::from_value(admitted["spec"]["rules"][0]["matches"][0].clone());
        (route, rule, index, one.expect("a match"))
    });
    prop::collection::vec(entry, 3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// It does not matter which of the two is the listener's.
    #[test]
    fn intersection_commutes(a in pattern(), b in pattern()) {
        prop_assert_eq!(hostname::intersect(&a, &b), hostname::intersect(&b, &a));
    }

    /// The intersection takes exactly the hosts that both take.
    #[test]
    fn intersection_is_one(a in pattern(), b in pattern(), host in name()) {
        let both = hostname::covers(&a, &host) && hostname::covers(&b, &host);
        let common = hostname::intersect(&a, &b);
        prop_assert_eq!(both, common.is_some_and(|common| hostname::covers(common, &host)));
    }

    /// What is more specific takes no more hosts, where one takes all that the other does.
    #[test]
    fn specificity_follows_intersection(a in pattern(), b in pattern()) {
        if let Some(common) = hostname::intersect(&a, &b) {
            prop_assert!(hostname::specificity(common) >= hostname::specificity(&a));
            prop_assert!(hostname::specificity(common) >= hostname::specificity(&b));
        }
    }

    /// Antisymmetric, transitive, and equal only to itself.
    #[test]
    fn precedence_is_a_total_order(all in competitors()) {
        let entries: Vec<Entry> = all
            .iter()
            .map(|(route, rule, index, one)| Entry { route, rule: *rule, index: *index, one: one.clone() })
            .collect();
        let same = |a: &Entry, b: &Entry| {
            (a.route.meta.key(), a.rule, a.index) == (b.route.meta.key(), b.rule, b.index)
        };
        for profile in [Profile::Specification, KGATEWAY] {
            let order = |i: usize, j: usize| compare(&entries[i], &entries[j], &profile);
            for (i, j, k) in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
                prop_assert_eq!(order(i, j), order(j, i).reverse());
                prop_assert_eq!(order(i, i), Ordering::Equal);
                prop_assert!(order(i, j) != Ordering::Equal || same(&entries[i], &entries[j]));
                if order(i, j) != Ordering::Greater && order(j, k) != Ordering::Greater {
                    prop_assert!(order(i, k) != Ordering::Greater);
                }
            }
        }
    }

    /// A normal path is normal. (Every `%` begins an escape, as in what clients send.)
    #[test]
    fn normalisation_is_idempotent(path in "(/|//|a|\\.|\\.\\.|/\\.\\./|/\\./|\\\\|%2e|%2F|%41|%25|%C3|é){0,10}") {
        if let Some(once) = path::normalise(&format!("/{path}")) {
            prop_assert_eq!(path::normalise(&once), Some(once));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A rule that never matches, appended to a route, changes nothing for any request.
    #[test]
    fn a_dead_rule_changes_nothing(
        objects in objects(), request in request(), which in any::<prop::sample::Index>(),
        dead in select(vec![
            json!({ "path": { "type": "Exact", "value": "/never/asked/for" } }),
            json!({ "path": { "value": "/" }, "headers": [{ "name": "never", "value": "sent" }] }),
            json!({ "queryParams": [{ "name": "never", "value": "sent" }] }),
            json!({ "method": "TRACE" }),
        ]),
    ) {
        let is_route = |object: &Value| object["kind"] == "HTTPRoute";
        let routes: Vec<usize> = (0..objects.len()).filter(|&i| is_route(&objects[i])).collect();
        prop_assume!(!routes.is_empty());
        let chosen: usize = *which.get(&routes);
        let mut objects = objects;
        // Rules that are not there are one rule by default.
        let rules = &mut objects[chosen]["spec"]["rules"];
        if rules.is_null() {
            *rules = json!([{}]);
        }
        let mut more = objects.clone();
        let rule = json!({ "matches": [dead], "backendRefs": [{ "name": "a", "port": 8080 }] });
        more[chosen]["spec"]["rules"].as_array_mut().expect("rules").push(rule);
        let (mut before, mut after) = (trace(&objects, &request), trace(&more, &request));
        for verdict in [&mut before["verdict"], &mut after["verdict"]] {
            // The sentence counts the rules.
            verdict["says"] = Value::Null;
        }
        for part in ["verdict", "listener", "match", "backends", "forwarded", "redirect"] {
            prop_assert_eq!(&before[part], &after[part], "{}", part);
        }
    }

    /// Defaults may be written out or left out.
    #[test]
    fn defaults_may_be_written_out(objects in objects(), request in request()) {
        let full: Vec<Value> = objects.iter().map(defaulted).collect();
        prop_assert_eq!(trace(&objects, &request), trace(&full, &request));
        prop_assert_eq!(status(&objects), status(&full));
    }

    /// Nothing that can be written panics or hangs, and its defaults may be written out, too.
    #[test]
    fn nonsense_is_survived(objects in malformed(), request in request()) {
        let full: Vec<Value> = objects.iter().map(defaulted).collect();
        prop_assert_eq!(trace(&objects, &request), trace(&full, &request));
        prop_assert_eq!(status(&objects), status(&full));
        let (store, scope) = (store(&objects), Scope::default());
        let _ = resolve(&Cx::new(&store, &scope), &request, None);
    }
}
