//! What the files do not have, but something may make.

use super::{FAULTY, OTHER_SERVICE, names, only_the_port, shop};
use crate::program::run_with;

#[test]
fn what_a_chart_or_an_operator_may_make_is_not_absent() {
    let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: till, namespace: shop}
spec: {chart: {spec: {chart: till}}, values: {x: \"{{ .Release.Name }}\"}}
";
    let operator = "\
apiVersion: shops.example.com/v1
kind: Till
metadata: {name: main, namespace: shop}
";
    for maker in [release, operator] {
        let more = format!("{OTHER_SERVICE}---\n{maker}");
        only_the_port(&names(&shop("{name: till, port: 80}", &more), &[]));
    }
    let alone = names(&shop("{name: till, port: 80}", OTHER_SERVICE), &[]);
    assert!(alone.stdout.contains("httproute/shop/shop IGW0110"), "{alone}");
}

#[test]
fn a_slip_is_found_whatever_may_make_more() {
    let more = format!(
        "{OTHER_SERVICE}---
apiVersion: shops.example.com/v1
kind: Till
metadata: {{name: main, namespace: shop}}
"
    );
    for slip in ["cart-sevice", "cart-svc"] {
        let outcome = names(&shop(&format!("{{name: {slip}, port: 80}}"), &more), &[]);
        assert!(outcome.stdout.contains("httproute/shop/shop IGW0110"), "{slip}: {outcome}");
    }
}

#[test]
fn a_namespace_alone_describes_nothing() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    only_the_port(&names(&shop("{name: till, port: 80}", namespace), &[]));
    let closed = names(&shop("{name: till, port: 80}", namespace), &["--world", "closed"]);
    assert!(closed.stdout.contains("httproute/shop/shop IGW0110"), "{closed}");
}

#[test]
fn endpoints_stand_for_a_slice() {
    let more = "\
apiVersion: v1
kind: Service
metadata: {name: nas, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: nas, namespace: shop}
subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 80}]}]
";
    let manifests = shop("{name: nas, port: 80}", more);
    only_the_port(&names(&manifests, &[]));
    let why = run_with(&["why", "http://shop.example.com/", "-f", "-"], &manifests);
    assert_eq!(why.code, Some(0), "{why}");
}

#[test]
fn encrypted_certificates_and_those_that_are_made_are_taken_to_be_good() {
    let gateway = |more: &str| {
        format!(
            "{FAULTY}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: safe, namespace: wiki}}
spec:
  gatewayClassName: envoy
  listeners:
  - {{name: https, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: cert}}]}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: safe, namespace: wiki}}
spec:
  parentRefs: [{{name: safe}}]
  rules: [{{backendRefs: [{{name: wiki, port: 80}}]}}]
---
{more}"
        )
    };
    let sops = "\
apiVersion: v1
kind: Secret
metadata: {name: cert, namespace: wiki}
type: kubernetes.io/tls
data: {tls.crt: 'ENC[AES256_GCM,data:x,type:str]', tls.key: 'ENC[AES256_GCM,data:x,type:str]'}
sops: {mac: x}
";
    let certificate = "\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: cert, namespace: wiki}
spec: {secretName: cert}
";
    for more in [sops, certificate] {
        let manifests = gateway(more);
        only_the_port(&names(&manifests, &[]));
        let why = run_with(&["why", "https://any.example.com/", "-f", "-"], &manifests);
        assert!(why.stdout.starts_with("✓ 200  "), "{why}");
    }
    let missing = names(&gateway(""), &[]);
    assert!(missing.stdout.contains("gateway/wiki/safe IGW"), "{missing}");
}

#[test]
fn hosts_in_the_values_of_a_chart_are_not_404() {
    let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chat, namespace: chat}
spec:
  chart: {spec: {chart: app-template}}
  values: {route: {main: {hostnames: [chat.example.com]}}}
";
    let manifests = format!("{FAULTY}---\n{release}");
    let why = |host: &str| run_with(&["why", &format!("http://{host}/"), "-f", "-"], &manifests);
    let chat = why("chat.example.com");
    assert!(chat.stdout.contains("not known, because HelmRelease chat/chat"), "{chat}");
    assert_eq!(chat.code, Some(3), "{chat}");
    assert_eq!(why("nobody.example.com").code, Some(1));
    let check = run_with(&["-f", "-"], &manifests);
    assert!(check.stdout.contains("not rendered, so not judged: 1 HelmRelease"), "{check}");
}

/// Values may stand in a ConfigMap, or hold whole objects; a route for the very host goes before a
/// wildcard.
#[test]
fn values_are_looked_for_where_they_are() {
    let release = |values: &str| {
        format!(
            "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: chat, namespace: chat}}
spec:
  chart: {{spec: {{chart: web}}}}
  {values}
"
        )
    };
    let map = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: chat-values, namespace: chat}
data:
  values.yaml: |
    route: {main: {hostnames: [chat.example.com]}}
";
    let whole =
        "values: {extraObjects: [{kind: HTTPRoute, spec: {hostnames: [chat.example.com]}}]}";
    let own = "values: {route: {main: {hostnames: [chat.example.com]}}}";
    let elsewhere = "valuesFrom: [{kind: ConfigMap, name: chat-values}]";
    let wild = FAULTY.replace("[wiki.example.com]", "[\"*.example.com\"]").replace("8099", "80");
    for manifests in [
        format!("{FAULTY}---\n{}", release(whole)),
        format!("{FAULTY}---\n{}---\n{map}", release(elsewhere)),
        format!("{wild}---\n{}", release(own)),
    ] {
        let why =
            |host: &str| run_with(&["why", &format!("http://{host}/"), "-f", "-"], &manifests);
        let chat = why("chat.example.com");
        assert!(chat.stdout.contains("not known, because HelmRelease chat/chat"), "{chat}");
        assert_ne!(why("wiki.example.com").code, Some(3));
    }
}

#[test]
fn a_parent_of_another_group_is_a_meshs_own() {
    let manifests = FAULTY.replace(
        "parentRefs: [{name: front, namespace: net}]",
        "parentRefs: [{name: front, namespace: net}, {group: policy.linkerd.io, kind: Server, name: x}, {group: core, kind: Service, name: wiki}]",
    );
    only_the_port(&names(&manifests, &["--skip", "IGW0101"]));
    let told = names(&manifests, &["--only", "IGW0101"]);
    assert_eq!((told.code, told.stdout.lines().count()), (Some(0), 2), "{told}");
    let ingress =
        manifests.replace("policy.linkerd.io, kind: Server", "networking.k8s.io, kind: Ingress");
    assert_eq!(names(&ingress, &["--only", "IGW0101"]).code, Some(1));
}
