//! The stories in a cluster: what is found there is what is found in files, and no Secret is listed.

use std::collections::BTreeSet;

use igw::flags::{ClusterFlags, InputFlags};
use igw::session::{self, Opening};
use igw_core::check::{Check, Sink};
use igw_core::facts::Scope;
use igw_tests::server::StandIn;
use igw_tests::sinks;
use igw_tests::story::{self, Story};

use super::PRODUCTS;

/// What checks say about all namespaces of a cluster with the objects of a story, and the requests
/// that they cost.
fn live(story: &Story, checks: &[&'static Check]) -> (Vec<Sink>, Vec<String>) {
    let server = StandIn::of(&story.text());
    let place = tempfile::tempdir().expect("a directory can be made");
    let kubeconfig = Some(server.kubeconfig(place.path(), "default"));
    let (input, cluster) =
        (InputFlags::default(), ClusterFlags { kubeconfig, ..ClusterFlags::default() });
    let opening = Opening::new(story.product, &input, &cluster, &None).expect("no flags");
    let mut session = session::open(opening).expect("there is a cluster");
    let scope = Scope::default();
    session.gather(checks, &scope).expect("it can be read");
    let sinks = session.run(checks, &scope).expect("it can be read");
    (sinks, server.seen())
}

/// Findings as code and object.
fn found(sinks: &[Sink]) -> Vec<String> {
    let findings = sinks.iter().flat_map(|sink| &sink.findings);
    // Nobody writes statuses here.
    let findings = findings.filter(|finding| finding.code != "IGW0131");
    findings.map(|finding| format!("{} {}", finding.code, finding.object)).collect()
}

/// Stories with an object that the API server refuses: no cluster has it.
const REFUSED: [&str; 9] = [
    "call-route-refused",
    "field-misspelt",
    "gateway-parameters-refused",
    "kgateway-backend-of-two-types",
    "path-with-two-slashes",
    "redirect-and-backends",
    "redirect-scheme-refused",
    "retry-in-the-standard-channel",
    "words-in-the-wrong-case",
];

/// Stories of kinds that the stand-in does not serve.
const NOT_SERVED: [&str; 3] =
    ["policy-refused-elsewhere", "resources-in-an-application", "resources-under-controller"];

/// Stories of files that are applied to a cluster which has more.
const PARTS: [&str; 2] = ["gateways-alone-good", "own-definitions-alone-good"];

#[test]
fn a_cluster_has_the_findings_of_its_files() {
    let mut unlike = Vec::new();
    for story in PRODUCTS.into_iter().flat_map(story::of) {
        let name = story.name.as_str();
        if [&REFUSED[..], &NOT_SERVED, &PARTS].iter().any(|all| all.contains(&name)) {
            continue;
        }
        let checks = story.product.checks();
        let (live, _) = live(&story, checks);
        let (live, files) = (found(&live), found(&sinks(checks, &story.closed().store)));
        if live != files {
            unlike.push(format!("{}: live {live:?}, files {files:?}", story.name));
        }
    }
    assert!(unlike.is_empty(), "{} are unlike:\n{}", unlike.len(), unlike.join("\n"));
}

#[test]
fn secrets_are_read_by_name_where_an_object_refers_to_them() {
    let all: Vec<&Check> = PRODUCTS.iter().flat_map(|product| product.checks()).copied().collect();
    let mut read = BTreeSet::new();
    for story in PRODUCTS.into_iter().flat_map(story::of) {
        let text = story.text();
        for request in live(&story, &all).1 {
            let path = request.split([' ', '?']).next().unwrap_or_default();
            let Some((_, name)) = path.split_once("/secrets") else { continue };
            let name = name.trim_start_matches('/');
            assert!(!name.is_empty(), "{}: Secrets are listed: {request}", story.name);
            assert!(text.contains(name), "{}: nothing refers to Secret {name}", story.name);
            read.insert(name.to_owned());
        }
    }
    assert!(read.len() >= 5, "{read:?}");
}
