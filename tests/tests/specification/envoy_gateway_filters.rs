//! What Envoy Gateway's translator says of filters (`internal/gatewayapi/filters.go` of
//! envoyproxy/gateway at commit d32f2829).

use super::envoy_gateway_status::{GOOD, OWN, REFUSED, route, unresolved};
use super::world::of_envoy_gateway;

fn filter(filters: &str, objects: &str) -> String {
    route(&format!("{{filters: [{filters}], backendRefs: [{{name: a, port: 8080}}]}}"), objects)
}

#[test]
fn headers_that_cannot_be_changed() {
    let set = |name: &str, value: &str| {
        let own = format!("{{set: [{{name: {name}, value: '{value}'}}]}}");
        filter(&format!("{{type: RequestHeaderModifier, requestHeaderModifier: {own}}}"), "")
    };
    assert_eq!(set("x-a", "b c"), GOOD);
    for (name, value) in [("Host", "b"), ("x-a", "b  c"), ("x-a", "grün")] {
        assert_eq!(set(name, value), REFUSED, "{name}: {value}");
    }
}

/// One rule that is left out among others is told as such.
#[test]
fn a_route_with_a_good_rule_is_accepted() {
    let bad = "{matches: [{path: {type: RegularExpression, value: '/a(b'}}], backendRefs: [{name: a, port: 8080}]}";
    let good = "{backendRefs: [{name: a, port: 8080}]}";
    assert_eq!(route(bad, ""), REFUSED);
    assert_eq!(
        route(&format!("{bad}, {good}"), ""),
        "Accepted=True/Accepted PartiallyInvalid=True/UnsupportedValue ResolvedRefs=True/ResolvedRefs"
    );
}

fn own(spec: &str) -> String {
    format!(
        "
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: HTTPRouteFilter
metadata: {{name: f}}
spec: {spec}
---
apiVersion: v1
kind: Secret
metadata: {{name: key}}
stringData: {{credential: abc}}
---
apiVersion: v1
kind: Secret
metadata: {{name: other}}
stringData: {{token: abc}}
"
    )
}

#[test]
fn its_own_filters() {
    for (spec, seen) in [
        ("{urlRewrite: {hostname: {type: Header, header: x-host}}}", GOOD),
        ("{urlRewrite: {hostname: {type: Header}}}", REFUSED),
        ("{directResponse: {statusCode: 204}}", GOOD),
        (
            "{directResponse: {body: {type: ValueRef, valueRef: {group: '', kind: ConfigMap, name: gone}}}}",
            REFUSED,
        ),
        ("{credentialInjection: {credential: {valueRef: {name: key}}}}", GOOD),
        ("{credentialInjection: {credential: {valueRef: {name: other}}}}", REFUSED),
        ("{credentialInjection: {credential: {valueRef: {name: gone}}}}", REFUSED),
        ("{credentialInjection: {credential: {valueRef: {name: key, namespace: apps}}}}", REFUSED),
        ("{matches: [{cookies: [{name: a, type: RegularExpression, value: '(b'}]}]}", REFUSED),
    ] {
        assert_eq!(filter(OWN, &own(spec)), seen, "{spec}");
    }
    assert_eq!(filter(OWN, ""), unresolved("UnsupportedValue"), "it does not exist");
    let other = "{type: ExtensionRef, extensionRef: {group: example.com, kind: Magic, name: f}}";
    assert_eq!(filter(other, ""), REFUSED, "a kind that is no filter");
}

#[test]
fn a_url_is_rewritten_once() {
    let core = "{type: URLRewrite, urlRewrite: {hostname: b.example.com}}";
    let header = own("{urlRewrite: {hostname: {type: Header, header: x-host}}}");
    let path = own(
        "{urlRewrite: {path: {type: ReplaceRegexMatch, replaceRegexMatch: {pattern: '^/a', substitution: /b}}}}",
    );
    assert_eq!(filter(&format!("{core}, {OWN}"), &header), REFUSED);
    assert_eq!(filter(&format!("{OWN}, {core}"), &header), REFUSED);
    assert_eq!(filter(&format!("{core}, {OWN}"), &path), GOOD, "host and path");
    let address = "{type: URLRewrite, urlRewrite: {hostname: 192.0.2.1}}";
    assert_eq!(filter(address, ""), REFUSED);
}

#[test]
fn a_mirror_beside_an_answer() {
    let mirror = |name: &str| {
        format!(
            "{{type: RequestMirror, requestMirror: {{backendRef: {{name: {name}, port: 8080}}}}}}"
        )
    };
    let redirect = "{type: RequestRedirect, requestRedirect: {statusCode: 301}}";
    let with = |filters: &str| route(&format!("{{filters: [{filters}]}}"), "");
    assert_eq!(
        with(&format!("{}, {redirect}", mirror("b"))),
        "Accepted=False/IncompatibleFilters ResolvedRefs=True/ResolvedRefs"
    );
    assert_eq!(filter(&mirror("b"), ""), GOOD);
    assert_eq!(filter(&mirror("gone"), ""), unresolved("BackendNotFound"));
}

#[test]
fn what_a_filter_answers() {
    let answers = |rule: &str, objects: &str, seen: &str| {
        let yaml = format!(
            "
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{rule}]}}
---
{objects}
"
        );
        of_envoy_gateway(&yaml).answers(&[("http://x.io/", seen)]);
    };
    let rule = format!("{{filters: [{OWN}]}}");
    answers(&rule, &own("{directResponse: {statusCode: 418}}"), "418");
    answers(&rule, "", "500");
    let header = "{filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {remove: [Host]}}], backendRefs: [{name: a, port: 8080}]}";
    answers(header, "", "500");
}
