//! Section 13: how many of a thing the API server takes.

use super::world::{SpecWorld, route, world};

fn many(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(", ")
}

fn at_most(most: usize, build: impl Fn(usize) -> SpecWorld) {
    assert_eq!(build(most).refusals(), Vec::<String>::new(), "{most}");
    assert_ne!(build(most + 1).refusals(), Vec::<String>::new(), "{}", most + 1);
}

/// 16 hostnames, 16 rules, 16 backendRefs, 16 filters, 32 parentRefs.
#[test]
fn of_a_route() {
    at_most(16, |n| route(&format!("hostnames: [{}]", many(n, |i| format!("h{i}.io")))));
    at_most(16, |n| route(&format!("rules: [{}]", many(n, |_| "{}".to_owned()))));
    let backend = |_| "{name: a, port: 8080}".to_owned();
    at_most(16, |n| route(&format!("rules: [{{backendRefs: [{}]}}]", many(n, backend))));
    let filter =
        |_| "{type: ExtensionRef, extensionRef: {group: g.io, kind: K, name: e}}".to_owned();
    at_most(16, |n| route(&format!("rules: [{{filters: [{}]}}]", many(n, filter))));
    at_most(32, |n| {
        let parents = many(n, |i| format!("{{name: g{i}}}"));
        world(&format!("kind: HTTPRoute\nmetadata: {{name: r}}\nspec: {{parentRefs: [{parents}]}}"))
    });
}

/// 64 matches per rule, 128 per route.
#[test]
fn of_matches() {
    let matches = |n| format!("matches: [{}]", many(n, |_| "{}".to_owned()));
    at_most(64, |n| route(&format!("rules: [{{{}}}]", matches(n))));
    at_most(32, |n| {
        let (full, rest) = (matches(32), matches(n));
        route(&format!("rules: [{{{full}}}, {{{full}}}, {{{full}}}, {{{rest}}}]"))
    });
}

/// 64 listeners.
#[test]
fn of_a_gateway() {
    at_most(64, |n| {
        let listeners = many(n, |i| format!("{{name: l{i}, port: {}, protocol: HTTP}}", 1000 + i));
        world(&format!(
            "kind: Gateway\nmetadata: {{name: gw}}\nspec: {{gatewayClassName: example, listeners: [{listeners}]}}"
        ))
    });
}
