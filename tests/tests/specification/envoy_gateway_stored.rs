//! What Envoy Gateway's translator says of values that today's API server refuses, and that are
//! stored from before (`internal/gatewayapi/filters.go` of envoyproxy/gateway at commit d32f2829).

use serde_json::Value;

use super::envoy_gateway_status::{GOOD, REFUSED};
use super::lines;
use super::world::{SpecWorld, of_envoy_gateway, routes};

/// The `metadata` of a route that an API server gave.
const STORED: &str = "{name: r, uid: 7b1d8a52-0000-4000-8000-000000000001, resourceVersion: '7'}";
const TYPED: &str = "{name: r}";

const BACKEND: &str = "backendRefs: [{name: a, port: 8080}]";

fn yaml(kind: &str, metadata: &str, rule: &str) -> String {
    format!(
        "kind: {kind}\nmetadata: {metadata}\nspec: {{parentRefs: [{{name: gw}}], rules: [{{{rule}}}]}}"
    )
}

fn stored(rule: &str) -> SpecWorld {
    of_envoy_gateway(&yaml("HTTPRoute", STORED, rule))
}

fn conditions(status: &Value) -> String {
    lines::status(status).join(" ").trim_start_matches("gw: ").to_owned()
}

fn filter(own: &str) -> String {
    format!("filters: [{own}], {BACKEND}")
}

fn redirect(own: &str) -> String {
    format!("filters: [{{type: RequestRedirect, requestRedirect: {{{own}}}}}]")
}

fn rewrite(own: &str) -> String {
    filter(&format!("{{type: URLRewrite, urlRewrite: {{{own}}}}}"))
}

/// Rules that today's API server refuses, what the translator says of them, and what a client gets.
fn rows() -> Vec<(String, String, &'static str)> {
    let set = |list: &str| {
        let own = format!("{{type: ResponseHeaderModifier, responseHeaderModifier: {list}}}");
        filter(&own)
    };
    let all = [
        (redirect("scheme: ftp"), REFUSED, "500"),
        (redirect("statusCode: 418"), REFUSED, "500"),
        (redirect("path: {type: Elsewhere, replaceFullPath: /b}"), REFUSED, "500"),
        // A redirect takes what is there of its path.
        (redirect("path: {type: ReplaceFullPath}"), GOOD, "302 http://x.io/a"),
        (
            redirect("path: {type: ReplaceFullPath, replaceFullPath: /b, replacePrefixMatch: /c}"),
            GOOD,
            "302 http://x.io/b",
        ),
        (rewrite("path: {type: ReplaceFullPath}"), REFUSED, "500"),
        (rewrite("path: {type: Elsewhere, replaceFullPath: /b}"), REFUSED, "500"),
        (
            rewrite("path: {type: ReplaceFullPath, replaceFullPath: /b, replacePrefixMatch: /c}"),
            REFUSED,
            "500",
        ),
        (rewrite("hostname: 'not a name'"), REFUSED, "500"),
        (set("{set: [{name: '', value: b}]}"), REFUSED, "500"),
        (set("{set: [{name: x-a, value: ''}]}"), REFUSED, "500"),
        (set("{add: [{name: 'x/a', value: b}]}"), REFUSED, "500"),
        // The first one counts.
        (set("{add: [{name: x-a, value: b}, {name: x-a, value: c}]}"), GOOD, "200 a"),
        (set("{remove: [x-a, x-a]}"), GOOD, "200 a"),
        (filter("{type: Compress}"), REFUSED, "500"),
        (filter("{type: RequestMirror}"), GOOD, "200 a"),
    ];
    all.map(|(rule, status, seen)| (rule, status.to_owned(), seen)).into()
}

#[test]
fn values_that_are_stored_from_before() {
    for (rule, says, seen) in rows() {
        let world = stored(&rule);
        assert_eq!(conditions(&world.status_of("HTTPRoute r")), says, "{rule}");
        world.answers(&[("http://x.io/a", seen)]);
    }
}

/// In a file they are refused: nobody answers, and the status is what a stored copy gets.
#[test]
fn a_copy_of_what_is_refused() {
    for (rule, says, _) in rows() {
        let typed = yaml("HTTPRoute", TYPED, &rule);
        let world = of_envoy_gateway(&typed);
        assert_eq!(
            world.refusals().is_empty(),
            world.status_item("HTTPRoute r")["refused"].is_null()
        );
        assert!(!world.refusals().is_empty(), "{rule}");
        assert_eq!(conditions(&world.status_of("HTTPRoute r")), says, "{rule}");
        assert_eq!(world.status_of("Gateway gw")["listeners"][0]["attachedRoutes"], 0, "{rule}");
        let trace = world.trace("http://x.io/a").expect("one Gateway");
        assert_eq!(lines::answer(&trace), "404", "{rule}");
        // Of other controllers it is not known.
        assert_eq!(routes(&typed).status_of("HTTPRoute r"), Value::Null, "{rule}");
    }
}

/// What cannot be stored, or is known to be stored otherwise, has no copy.
#[test]
fn what_has_no_copy() {
    let of = |yaml: &str| of_envoy_gateway(yaml).status_of("HTTPRoute r");
    let unknown = yaml("HTTPRoute", TYPED, &format!("{BACKEND}, backendRef: []"));
    assert_eq!(of(&unknown), Value::Null, "a field that the kind does not have");
    let number = redirect("scheme: 7");
    assert_eq!(of(&yaml("HTTPRoute", TYPED, &number)), Value::Null, "a value of another type");
    let bad = yaml("HTTPRoute", TYPED, &redirect("scheme: ftp"));
    let good = yaml("HTTPRoute", STORED, BACKEND);
    let both = of_envoy_gateway(&format!("{good}\n---\n{bad}"));
    assert_eq!(conditions(&both.status_of("HTTPRoute r")), GOOD);
    assert!(both.status_item("HTTPRoute r")["refused"].is_null());
}

#[test]
fn a_call_is_not_answered_with_a_success() {
    let own = "{type: ExtensionRef, extensionRef: {group: gateway.envoyproxy.io, kind: HTTPRouteFilter, name: f}}";
    let answers = |status: u16| {
        let route = yaml("GRPCRoute", TYPED, &format!("filters: [{own}]"));
        let world = of_envoy_gateway(&format!(
            "{route}\n---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: HTTPRouteFilter\nmetadata: {{name: f}}\nspec: {{directResponse: {{statusCode: {status}}}}}"
        ));
        conditions(&world.status_of("GRPCRoute r"))
    };
    assert_eq!(answers(403), GOOD);
    assert_eq!(answers(204), REFUSED);
}

/// A filter that HTTPRoutes alone have.
#[test]
fn a_filter_of_another_kind_of_route() {
    let rule = redirect("statusCode: 301");
    let world = of_envoy_gateway(&yaml("GRPCRoute", STORED, &rule));
    assert_eq!(conditions(&world.status_of("GRPCRoute r")), REFUSED);
}

/// The certificate that a Gateway shows to backends is left out where it cannot be used.
#[test]
fn a_client_certificate_that_cannot_be_used() {
    let with = |reference: &str| {
        let world = of_envoy_gateway(&format!(
            "
kind: Gateway
metadata: {{name: own}}
spec:
  gatewayClassName: example
  tls: {{backend: {{clientCertificateRef: {reference}}}}}
  listeners: [{{name: http, port: 80, protocol: HTTP}}]
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: own}}], rules: [{{{BACKEND}}}]}}
---
kind: BackendTLSPolicy
metadata: {{name: p}}
spec:
  targetRefs: [{{group: '', kind: Service, name: a}}]
  validation: {{hostname: a.example.com, wellKnownCACertificates: System}}
---
kind: Secret
metadata: {{name: half}}
type: Opaque
stringData: {{tls.crt: abc}}
---
kind: Secret
metadata: {{name: sds}}
type: gateway.envoyproxy.io/sds
stringData: {{url: unix:///run/sds, secretName: own}}
"
        ));
        lines::status(&world.status_of("HTTPRoute r")).join(" ").replace("own: ", "")
    };
    for reference in
        ["{kind: ConfigMap, name: gone}", "{name: gone}", "{name: half}", "{name: sds}"]
    {
        assert_eq!(with(reference), GOOD, "{reference}");
    }
}

/// Two listeners of the same port and hostname: a stored copy has the conditions of a conflict, and in
/// the world of all others the Gateway is not there.
#[test]
fn a_copy_of_a_refused_gateway() {
    let world = of_envoy_gateway(&format!(
        "
kind: Gateway
metadata: {{name: twice}}
spec:
  gatewayClassName: example
  listeners:
  - {{name: one, port: 80, protocol: HTTP}}
  - {{name: two, port: 80, protocol: HTTP}}
  - {{name: three, port: 81, protocol: HTTP}}
---
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: twice}}], rules: [{{{BACKEND}}}]}}
"
    ));
    assert_eq!(world.refusals().len(), 1);
    assert!(world.status_item("Gateway twice")["refused"].is_string());
    let status = world.status("Gateway twice");
    assert_eq!(status[0], "Accepted=True/ListenersNotValid Programmed=True/Programmed");
    assert!(status[1].contains("Conflicted=True/HostnameConflict"), "{status:?}");
    assert_eq!(status[3], "three 1 [HTTPRoute GRPCRoute] good");
    assert_eq!(world.status("HTTPRoute r"), [""; 0]);
}

/// A listener that is not valid is in no way of another: with a certificate that is not known, the
/// conflict is not known.
#[test]
fn a_conflict_with_an_unknown_certificate() {
    let with = |secret: &str| {
        let world = of_envoy_gateway(&format!(
            "
kind: Gateway
metadata: {{name: twice, namespace: elsewhere}}
spec:
  gatewayClassName: example
  listeners:
  - {{name: one, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: given}}]}}}}
  - {{name: two, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: {secret}}}]}}}}
---
kind: Secret
metadata: {{name: given, namespace: elsewhere}}
type: kubernetes.io/tls
"
        ));
        world.status("Gateway elsewhere/twice").join("; ")
    };
    assert!(with("given").contains("Conflicted=True"), "{}", with("given"));
    assert!(!with("other").contains("Conflicted"), "{}", with("other"));
}
