//! Findings against recorded answers: where the gateway failed a request there is a finding of
//! severity error, and where it failed none there is none.

use std::collections::BTreeSet;

use igw_core::finding::Severity;
use igw_routes::checks::ALL;
use igw_tests::sinks;

use super::case::{self, Form, GatewayCase};

/// Where a failed request is no fault of the manifests, or a fault fails no recorded request.
#[rustfmt::skip]
const EXCEPTIONS: &[(&str, &str)] = &[
    ("backendconfig-target-kind", "the API server refuses the policy, and the rest works"),
    ("backendconfig-tls-to-plain", "whether the server speaks TLS is not in any manifest"),
    ("extensionref-direct-response", "a DirectResponse that is meant to answer 404"),
    ("guide-classifier", "asked for a path that no route has"),
    ("guide-langfuse-route-ts4", "asked for paths that no route has"),
    ("guide-vllm-route", "asked for a path and for a host that no route has"),
    ("host-listener-wildcard-route-none", "asked for a host that no listener has"),
    ("host-request-forms", "asked for hosts that no route has"),
    ("host-request-forms-any", "asked with a Host header that is no host name"),
    ("host-route-wider-than-listener", "asked for a host that no listener has"),
    ("kbackend-static-name-unresolvable", "what DNS answers is not in any manifest"),
    ("listener-protocol-unknown", "no request was sent to the listener that is closed"),
    ("listenerpolicy-proxy-protocol", "whether clients send a PROXY header is not in any manifest"),
    ("listenerpolicy-target-route", "the API server refuses the policy, and the rest works"),
    ("listenerset-route-to-gateway", "asked for a port to which no route is attached"),
    ("match-header-repeated", "asked with a header that no match has"),
    ("match-second-of-rule", "asked with a method that no match has"),
    ("parent-kind-service", "a route for a service mesh; asked for a path that no other has"),
    ("path-exact", "asked for paths that no route has"),
    ("path-type-missing-value", "asked for a path that no route has"),
    ("policy-buffer", "the size of the request's body is not given"),
    ("policy-ratelimit-local", "how much of the limit is used up is not given"),
    ("policy-rbac-allow", "a policy that is meant to refuse some"),
    ("policy-unknown-field", "the API server refuses the policy, and the rest works"),
    ("rewrite-full", "asked for a path that no route has"),
    ("rewrite-full-exact", "asked for paths that no route has"),
    ("rewrite-full-regex", "asked for a path that no route has"),
    ("rewrite-prefix-plain", "asked for a path that no route has"),
    ("rewrite-prefix-to-root", "asked for a path that no route has"),
    ("svc-appprotocol-h2c", "whether the server speaks HTTP/2 is not in any manifest"),
    ("tls-expired-or-other-name", "asked with an SNI that no listener has"),
    ("tls-wildcard-cert-two-hosts", "asked with the SNI of another host"),
];

fn errors(case: &GatewayCase, version: &str) -> Vec<&'static str> {
    let store = case.store(Form::Typed, version).expect("the typed form is always there");
    let sinks = sinks(ALL, &store);
    let findings = sinks.iter().flat_map(|sink| &sink.findings);
    findings.filter(|f| f.severity == Severity::Error).map(|f| f.code).collect()
}

#[test]
fn errors_are_found_where_requests_failed_and_nowhere_else() {
    let (mut wrong, mut excused, mut judged) = (Vec::new(), BTreeSet::new(), 0);
    for (folder, file, version) in [
        ("kgateway", "case.json", "2.4"),
        ("kgateway", "case-2.3.0.json", "2.3"),
        ("kgateway", "case-2.2.json", "2.2"),
        ("kgateway-special", "case.json", "2.4"),
    ] {
        for case in case::all(folder, file) {
            let Some(failed) = case.failed() else { continue };
            judged += 1;
            let errors = errors(&case, version);
            let exception = EXCEPTIONS.iter().find(|(id, _)| *id == case.id);
            match (failed == errors.is_empty(), exception) {
                (true, Some((id, _))) => drop(excused.insert(*id)),
                (true, None) => {
                    wrong.push(format!("{} {version}: failed {failed}, {errors:?}", case.id));
                }
                (false, _) => {}
            }
        }
    }
    println!("{judged} worlds judged");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    let stale: Vec<_> = EXCEPTIONS.iter().filter(|(id, _)| !excused.contains(id)).collect();
    assert!(stale.is_empty(), "no exceptions any more: {stale:?}");
}
