//! What Envoy Gateway's translator says of HTTPRoutes (`internal/gatewayapi/{route,filters,validate}.go`
//! of envoyproxy/gateway at commit d32f2829).

use super::world::of_envoy_gateway;

pub const GOOD: &str = "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs";
pub const REFUSED: &str = "Accepted=False/UnsupportedValue ResolvedRefs=True/ResolvedRefs";

/// The conditions of a route with these rules, beside these objects.
pub fn route(rules: &str, objects: &str) -> String {
    let yaml = format!(
        "
kind: HTTPRoute
metadata: {{name: r}}
spec: {{parentRefs: [{{name: gw}}], rules: [{rules}]}}
---
{objects}
"
    );
    let lines = of_envoy_gateway(&yaml).status("HTTPRoute r");
    lines.join("\n").strip_prefix("gw: ").expect("one parent").to_owned()
}

fn backend(reference: &str, objects: &str) -> String {
    route(&format!("{{backendRefs: [{reference}]}}"), objects)
}

pub fn unresolved(reason: &str) -> String {
    format!("Accepted=True/Accepted ResolvedRefs=False/{reason}")
}

#[test]
fn references_have_reasons_of_their_own() {
    for (reference, reason) in [
        ("{name: gone, port: 80}", "BackendNotFound"),
        ("{name: a, port: 80}", "PortNotFound"),
        ("{name: a, port: 80, group: example.com}", "InvalidKind"),
        ("{name: a, port: 80, kind: Bucket}", "InvalidKind"),
        ("{name: far, namespace: backends, port: 8080}", "RefNotPermitted"),
    ] {
        assert_eq!(backend(reference, ""), unresolved(reason), "{reference}");
    }
    assert_eq!(backend("{name: a, port: 8080}", ""), GOOD);
    let two = "{name: gone, port: 80}, {name: a, port: 80}, {name: gone, port: 80}";
    assert_eq!(backend(two, ""), unresolved("BackendNotFound,PortNotFound"));
    assert_eq!(
        backend("{name: gone, port: 80, weight: 0}", ""),
        unresolved("BackendNotFound"),
        "a weight of 0 is no excuse"
    );
}

#[test]
fn an_external_name_is_not_supported() {
    let service = "
kind: Service
metadata: {name: out}
spec: {type: ExternalName, externalName: api.example.com, ports: [{port: 443}]}
";
    assert_eq!(backend("{name: out, port: 443}", service), unresolved("UnsupportedValue"));
}

#[test]
fn a_backend_knows_few_filters() {
    let with = |filter: &str| backend(&format!("{{name: a, port: 8080, filters: [{filter}]}}"), "");
    let path =
        "{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /}}}";
    assert_eq!(with(path), unresolved("UnsupportedRefValue"));
    assert_eq!(with("{type: URLRewrite, urlRewrite: {hostname: b.example.com}}"), GOOD);
    let own = "{type: ExtensionRef, extensionRef: {group: gateway.envoyproxy.io, kind: HTTPRouteFilter, name: gone}}";
    assert_eq!(with(own), unresolved("InvalidBackendFilters"));
}

fn envoy_backend(spec: &str) -> String {
    format!(
        "
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: {{name: out}}
spec: {spec}
"
    )
}

pub const OWN: &str = "{type: ExtensionRef, extensionRef: {group: gateway.envoyproxy.io, kind: HTTPRouteFilter, name: f}}";

const OUT: &str = "{group: gateway.envoyproxy.io, kind: Backend, name: out}";

#[test]
fn its_own_backends() {
    for (spec, reason) in [
        ("{endpoints: [{fqdn: {hostname: api.example.com, port: 443}}]}", None),
        (
            "{endpoints: [{ip: {address: 192.0.2.7, port: 443}}, {ip: {address: 192.0.2.8, port: 443}}]}",
            None,
        ),
        (
            "{endpoints: [{fqdn: {hostname: api.example.com, port: 443}}, {ip: {address: 192.0.2.7, port: 443}}]}",
            Some("UnsupportedAddressType"),
        ),
        ("{endpoints: [{fqdn: {hostname: localhost, port: 443}}]}", Some("InvalidAddress")),
        ("{endpoints: [{ip: {address: 127.0.0.1, port: 443}}]}", Some("InvalidAddress")),
        ("{endpoints: [{unix: {path: /run/a.sock}}]}", Some("UnsupportedAddressType")),
        ("{type: DynamicResolver}", None),
        (
            "{type: DynamicResolver, endpoints: [{ip: {address: 192.0.2.7, port: 443}}]}",
            Some("InvalidBackendRef"),
        ),
        (
            "{endpoints: [{ip: {address: 192.0.2.7, port: 443}}], tls: {sni: a.io}}",
            Some("InvalidBackendRef"),
        ),
        (
            "{endpoints: [{ip: {address: 192.0.2.7, port: 443}}], tls: {insecureSkipVerify: true}}",
            None,
        ),
        (
            "{endpoints: [{ip: {address: 192.0.2.7, port: 443}}], tls: {caCertificateRefs: [{group: '', kind: ConfigMap, name: gone}]}}",
            Some("InvalidBackendTLS"),
        ),
    ] {
        let seen = backend(OUT, &envoy_backend(spec));
        assert_eq!(seen, reason.map_or(GOOD.to_owned(), unresolved), "{spec}");
    }
    assert_eq!(backend(OUT, ""), unresolved("BackendNotFound"));
}

#[test]
fn a_dynamic_resolver_stands_alone() {
    let two = format!("{OUT}, {{name: a, port: 8080}}");
    let dynamic = envoy_backend("{type: DynamicResolver}");
    assert_eq!(backend(&two, &dynamic), unresolved("InvalidBackendRef"));
    let host = format!(
        "{dynamic}---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: HTTPRouteFilter
metadata: {{name: f}}
spec: {{urlRewrite: {{hostname: {{type: PathRegex, pathRegex: {{pattern: '^/(.+)', substitution: '\\1'}}}}}}}}
"
    );
    let rule = format!("{{filters: [{OWN}], backendRefs: [{OUT}]}}");
    assert_eq!(route(&rule, &host), unresolved("UnsupportedValue"));
}

#[test]
fn a_service_of_several_clusters() {
    let import = "{group: multicluster.x-k8s.io, kind: ServiceImport, name: i, port: 80}";
    let objects = |kinds: [&str; 2]| {
        let slice = |n: usize| {
            format!(
                "---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: i-{n}, labels: {{multicluster.kubernetes.io/service-name: i}}}}
addressType: {}
ports: [{{name: http, port: 80}}]
endpoints: [{{addresses: [one.example.com]}}]
",
                kinds[n]
            )
        };
        format!(
            "
apiVersion: multicluster.x-k8s.io/v1alpha1
kind: ServiceImport
metadata: {{name: i}}
spec: {{type: ClusterSetIP, ports: [{{name: http, port: 80}}]}}
{}{}",
            slice(0),
            slice(1)
        )
    };
    assert_eq!(backend(import, &objects(["FQDN", "FQDN"])), GOOD);
    assert_eq!(backend(import, &objects(["FQDN", "IPv4"])), unresolved("UnsupportedAddressType"));
    assert_eq!(backend(import, ""), unresolved("BackendNotFound"));
}

#[test]
fn authorities_must_be_there() {
    let policy = |validation: &str| {
        format!(
            "
kind: BackendTLSPolicy
metadata: {{name: p}}
spec:
  targetRefs: [{{group: '', kind: Service, name: a}}]
  validation: {{hostname: a.example.com, {validation}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: ca}}
data: {{ca.crt: x}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: many}}
data: {{one: one, two: two}}
"
        )
    };
    let refs =
        |name: &str| format!("caCertificateRefs: [{{group: '', kind: ConfigMap, name: {name}}}]");
    let a = "{name: a, port: 8080}";
    assert_eq!(backend(a, &policy("wellKnownCACertificates: System")), GOOD);
    assert_eq!(backend(a, &policy(&refs("ca"))), GOOD);
    for bad in ["gone", "many"] {
        assert_eq!(backend(a, &policy(&refs(bad))), unresolved("InvalidBackendTLS"), "{bad}");
    }
}
