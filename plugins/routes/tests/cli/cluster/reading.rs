//! What is read, and how little.

use igw_tests::server::ServerFault;
use serde_json::Value;

use super::{StandIn, run, text};

#[test]
fn before_aggregated_discovery() {
    let new = run(&StandIn::of(&text("grant-missing")), &["-A", "-o", "json"]);
    let old = run(&StandIn::with(&text("grant-missing"), &[], &[], true), &["-A", "-o", "json"]);
    assert_eq!(new.stdout, old.stdout);
}

#[test]
fn each_kind_once_in_pages() {
    let server = StandIn::of(&text("hostname-shadowed"));
    let outcome = run(&server, &["-A"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let mut lists: Vec<String> = server
        .seen()
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    let all = lists.len();
    lists.sort();
    lists.dedup();
    assert_eq!(lists.len(), all, "no request is made twice: {lists:#?}");
    assert!(
        lists.iter().any(|path| path.contains("httproutes?limit=500&continue=1")),
        "{lists:#?}"
    );
}

#[test]
fn who_asks() {
    let server = StandIn::of(&text("grant-missing"));
    run(&server, &["-A", "--as", "jane"]);
    let agent = format!("kubectl-igw/{} jane", env!("CARGO_PKG_VERSION"));
    assert!(server.seen().iter().all(|line| line.ends_with(&agent)), "{:#?}", server.seen());
}

#[test]
fn a_named_route_asks_little() {
    let server = StandIn::of(&text("grant-missing"));
    let outcome = run(&server, &["check", "gw/completions"]);
    insta::assert_snapshot!(outcome);
    let seen = server.seen();
    assert!(seen.len() <= 8, "{} requests: {seen:#?}", seen.len());
}

#[test]
fn why_asks_little() {
    let server = StandIn::of(&text("grant-missing"));
    let outcome = run(&server, &["why", "http://llm.example.com/v1/completions"]);
    insta::assert_snapshot!(outcome);
    let seen = server.seen();
    let rest: Vec<_> = seen.iter().filter(|path| !path.contains("/httproutes?")).collect();
    assert!(rest.len() <= 8, "{} requests: {rest:#?}", rest.len());
}

/// How many requests a named route costs, and a `why` beside the pages of HTTPRoutes.
fn requests(story: &str) -> (usize, usize) {
    let server = StandIn::of(story);
    let outcome = run(&server, &["check", "gw/completions"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let named = server.seen().len();
    let server = StandIn::of(story);
    let outcome = run(&server, &["why", "http://llm.example.com/v1/completions"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let seen = server.seen();
    (named, seen.iter().filter(|path| !path.contains("/httproutes?")).count())
}

#[test]
fn requests_for_one_route() {
    let kgateway = text("grant-missing-good");
    let other = kgateway
        .replace("kgateway.dev/kgateway", "other.test/gateway")
        .replace("gatewayClassName: kgateway", "gatewayClassName: other")
        .replacen("name: kgateway", "name: other", 1);
    // One of them for a `why` asks which kinds can point at the way.
    assert_eq!(requests(&other), (7, 7));
    // Three kinds of policies more.
    assert_eq!(requests(&kgateway), (9, 10));
    // Nobody is asked what a status shows.
    let programmed = answered(PROGRAMMED, TAKEN).replacen(
        "  name: inference\n",
        "  name: inference\n  generation: 1\n",
        1,
    );
    assert_eq!(requests(&programmed), (8, 9));
}

/// A cluster without ReferenceGrants.
#[test]
fn not_served() {
    let server = StandIn::with(&text("grant-missing"), &[], &["referencegrants"], false);
    insta::assert_snapshot!(run(&server, &["-A"]));
}

/// The story with a status on its route, as a controller would have written it.
fn with_status(story: &str, reason: &str) -> String {
    let status = format!(
        "status: {{parents: [{{parentRef: {{name: inference}}, controllerName: kgateway.dev/kgateway, conditions: [{{type: Accepted, status: 'True', reason: Accepted}}, {{type: ResolvedRefs, status: 'False', reason: {reason}}}]}}]}}\n"
    );
    story.replacen("kind: HTTPRoute\n", &format!("kind: HTTPRoute\n{status}"), 1)
}

#[test]
fn status_beside_what_is_written() {
    let server = StandIn::of(&with_status(&text("grant-missing"), "BackendNotFound"));
    insta::assert_snapshot!(run(&server, &["status", "-n", "gw"]));
    let outcome = run(&server, &["status", "-n", "gw", "-o", "json"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let list: Value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
    let route = list["items"].as_array().and_then(|items| items.last()).expect("there is one");
    assert_eq!(route["written"]["parents"][0]["conditions"][1]["reason"], "BackendNotFound");
    assert_eq!(route["differs"][0]["path"], "/status/parents/0/conditions/1");
    assert_eq!(route["differs"][0]["predicted"]["reason"], "RefNotPermitted");
}

/// The story's Gateway with a status, and its route with these lines.
fn answered(gateway: &str, route: &str) -> String {
    text("grant-missing-good")
        .replacen("kind: Gateway\n", &format!("kind: Gateway\n{gateway}\n"), 1)
        .replacen("kind: HTTPRoute\n", &format!("kind: HTTPRoute\n{route}\n"), 1)
}

const PROGRAMMED: &str = "status: {conditions: [{type: Accepted, status: 'True', reason: Accepted}, {type: Programmed, status: 'True', reason: Programmed, observedGeneration: 1}]}";
const TAKEN: &str = "status: {parents: [{parentRef: {name: inference}, controllerName: kgateway.dev/kgateway, conditions: [{type: Accepted, status: 'True', reason: Accepted, observedGeneration: 1}]}]}";

#[test]
fn a_gateway_that_nobody_looks_at() {
    let server = StandIn::of(&text("grant-missing-good"));
    insta::assert_snapshot!(run(&server, &["-A", "--only", "status-missing"]));
}

#[test]
fn a_route_that_nobody_looks_at() {
    let server = StandIn::of(&answered(PROGRAMMED, ""));
    insta::assert_snapshot!(run(&server, &["-A", "--only", "status-missing"]));
    let server = StandIn::of(&answered(PROGRAMMED, TAKEN));
    assert_eq!(run(&server, &["-A", "--only", "status-missing"]).code, Some(0));
}

#[test]
fn a_status_about_an_older_version() {
    let changed = answered(PROGRAMMED, TAKEN).replacen(
        "  name: completions\n",
        "  name: completions\n  generation: 3\n",
        1,
    );
    insta::assert_snapshot!(run(&StandIn::of(&changed), &["-A", "--only", "status-stale"]));
}

#[test]
fn a_proxy_that_is_not_there() {
    let refused = "status: {conditions: [{type: Programmed, status: 'False', reason: AddressNotAssigned, message: No addresses have been assigned}]}";
    let server = StandIn::of(&answered(refused, TAKEN));
    insta::assert_snapshot!(run(&server, &["-A", "--only", "proxy-not-programmed"]));
    let pod = "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: inference-1, namespace: gw, labels: {gateway.networking.k8s.io/gateway-name: inference}}\nstatus: {conditions: [{type: Ready, status: 'False'}]}\n";
    let server = StandIn::of(&(answered(PROGRAMMED, TAKEN) + pod));
    insta::assert_snapshot!(run(&server, &["-A", "--only", "proxy-not-programmed"]));
}

#[test]
fn the_current_namespace_is_judged() {
    let server = StandIn::of(&text("grant-missing"));
    let own = run(&server, &["-n", "gw", "-o", "json"]);
    let report: Value = serde_json::from_str(&own.stdout).expect("it is JSON");
    assert_eq!(report["input"]["mode"], "live");
    assert_eq!(report["input"]["context"], "lab");
    assert_eq!(report["findings"][0]["location"], Value::Null);
    let found = run(&server, &["-n", "gw", "-o", "name", "--skip", "IGW0131"]);
    assert_eq!(found.stdout, "httproute/gw/completions IGW0103\n");
    let other = run(&server, &["-o", "name"]);
    assert_eq!((other.stdout.as_str(), other.code), ("", Some(3)), "{other}");
    let says = "error: namespace ai-gateway does not exist in the cluster of context lab\n";
    assert!(other.stderr.starts_with(says), "{other}");
    let empty = run(&server, &["-o", "name", "--allow-empty"]);
    assert_eq!((empty.stderr.as_str(), empty.code), ("", Some(0)), "{empty}");
}

#[test]
fn all_namespaces_are_more_than_one() {
    let server = StandIn::of(&text("grant-missing"));
    let all = run(&server, &["-A"]).stdout;
    // As kubectl has it.
    assert_eq!(run(&server, &["-n", "nowhere", "-A"]).stdout, all);
    assert_ne!(run(&server, &["-n", "nowhere"]).stdout, all);
}

/// A namespace without routes is none in which everything is good: where there are some is said, for
/// one list.
#[test]
fn a_namespace_without_routes() {
    let server = StandIn::of(&text("same-path-twice"));
    let outcome = run(&server, &["-n", "edge", "--skip", "status-missing"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let last = outcome.stdout.lines().last().unwrap_or_default();
    let says = "No HTTPRoute in namespace edge; 2 in 1 other namespace: -A ";
    assert!(last.starts_with(says), "{outcome}");
    let lists = server.seen().into_iter().filter(|line| line.contains("/httproutes?limit"));
    assert!(lists.count() <= 2, "{:#?}", server.seen());
}

#[test]
fn a_namespace_without_routes_where_others_are_denied() {
    let routes = "/apis/gateway.networking.k8s.io/v1/httproutes";
    let text = text("same-path-twice");
    let server = StandIn::with(&text, &[(routes, ServerFault::Status(403))], &[], false);
    let outcome = run(&server, &["-n", "edge"]);
    assert!(!outcome.stdout.contains("other namespace: -A"), "{outcome}");
}
