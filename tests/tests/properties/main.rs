//! Properties that hold for every input: of hostnames, precedence and paths; that a rule which never
//! matches changes nothing, that defaults written out change nothing, and that no object,
//! however malformed, makes a trace or a predicted status panic.

mod generated;
mod malformed;

use std::cmp::Ordering;

use generated::{object, objects, one_match, request};
use igw_core::facts::views::{HttpRoute, Match};
use igw_core::facts::{Facts, Openness, Said, Scope, Store, decode};
use igw_core::kube::{Kind, Meta, Origin};
use igw_core::route::precedence::{RankedMatch, compare};
use igw_core::route::profile::{Profile, Validation, Version};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::status::predict;
use igw_core::route::{hostname, path};
use igw_core::schema::{Channel, admit};
use malformed::malformed;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

const KGATEWAY: Profile =
    Profile::Kgateway { version: Version::NEWEST_KGATEWAY, validation: Validation::Standard };

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

fn store(objects: &[Value]) -> Store {
    let mut store = Store::for_files(Openness::Given, Said::default());
    for object in objects {
        decode(&mut store, object.clone(), Origin::default(), "infra");
    }
    store
}

/// A trace as JSON, without the parts meant only for people.
fn trace(objects: &[Value], request: &Request) -> Value {
    let (store, scope) = (store(objects), Scope::default());
    let found = resolve(&Facts::new(&store, &scope), request, Some("infra/gw"));
    match found {
        Ok(trace) => serde_json::to_value(trace).expect("JSON"),
        Err(error) => json!(format!("{error:?}")),
    }
}

fn status(objects: &[Value]) -> Value {
    let (store, scope) = (store(objects), Scope::default());
    predict(&Facts::new(&store, &scope))
}

fn defaulted(object: &Value) -> Value {
    let mut object = object.clone();
    let api = object["apiVersion"].as_str().unwrap_or_default().to_owned();
    let group = api.split_once('/').map_or("", |(group, _)| group);
    let kind = Kind::of(group, object["kind"].as_str().unwrap_or_default());
    if let Some(kind) = kind {
        let stored = object["metadata"]["uid"].is_string();
        admit(kind, &mut object, stored, Channel::Unsaid);
    }
    object
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
        let route = HttpRoute { meta, ..HttpRoute::default() };
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
        let entries: Vec<RankedMatch> = all
            .iter()
            .map(|(route, rule, index, one)| RankedMatch { route, rule: *rule, index: *index, one: one.clone(), under: None })
            .collect();
        let same = |a: &RankedMatch, b: &RankedMatch| {
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

    #[test]
    fn a_dead_rule_changes_nothing(
        objects in objects(), request in request(), which in any::<Index>(),
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
        let _ = resolve(&Facts::new(&store, &scope), &request, None);
    }
}
