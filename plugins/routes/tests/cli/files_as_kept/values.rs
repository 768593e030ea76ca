//! Values that are not filled in, and documents that are written in unusual ways.

use super::{FAULTY, OTHER_SERVICE, names, only_the_port, shop};
use crate::program::{run, run_with};

#[test]
fn variables_are_values_that_are_not_known() {
    let manifests = shop("{name: cart-service, port: 80}", OTHER_SERVICE)
        .replace("shop.example.com", "\"shop.${DOMAIN}\"")
        .replace("name: http, port: 80", "name: http, port: 80, hostname: \"*.${DOMAIN}\"");
    // Of a host that is written out the variable decides.
    let open = names(&manifests, &[]);
    assert_eq!(open.stdout, "httproute/wiki/wiki IGW0111\n", "{open}");
    assert!(open.stderr.contains("not filled in: DOMAIN"), "{open}");
    let args = ["--set-var", "DOMAIN=example.net"];
    let filled = names(&manifests, &args);
    assert!(filled.stdout.contains("httproute/wiki/wiki IGW0108"), "{filled}");
    let why = |host: &str, more: &[&str]| {
        let url = format!("http://{host}/");
        run_with(&[&["why", url.as_str(), "-f", "-", "-o", "json"], more].concat(), &manifests)
    };
    for (host, more) in
        [("shop.${DOMAIN}", &[][..]), ("shop.example.net", &args[..]), ("shop.example.org", &[])]
    {
        let outcome = why(host, more);
        assert!(outcome.stdout.contains("\"status\": 200"), "{host}: {outcome}");
    }
    let other = why("shop.example.org", &args);
    assert!(other.stdout.contains("\"status\": 404"), "{other}");
}

#[test]
fn a_number_that_is_not_filled_in_leaves_its_object_open() {
    let more = OTHER_SERVICE.replace("port: 80", "port: \"${PORT}\"");
    only_the_port(&names(&shop("{name: cart-service, port: 80}", &more), &[]));
}

#[test]
fn an_alias_may_be_a_key() {
    let manifests = FAULTY.replace(
        "metadata: {name: wiki, namespace: wiki}\nspec:\n  parentRefs",
        "metadata:\n  name: &app wiki\n  namespace: wiki\n  labels:\n    *app: yes-it-is\nspec:\n  parentRefs",
    );
    assert_ne!(manifests, FAULTY);
    only_the_port(&names(&manifests, &[]));
}

#[test]
fn crds_tell_the_channel() {
    let route = |crd: &str| {
        shop("{name: cart-service, port: 80}", &format!("{OTHER_SERVICE}{crd}"))
            .replace(
                "rules: [{backendRefs: [{name: cart-service",
                "rules: [{sessionPersistence: {sessionName: a}, backendRefs: [{name: cart-service",
            )
            // Envoy Gateway's chart installs the experimental channel.
            .replace("gateway.envoyproxy.io/gatewayclass-controller", "example.com/controller")
            .replace("envoy", "other")
    };
    let crd = |channel: &str| {
        format!(
            "---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: v1.6.1
    gateway.networking.k8s.io/channel: {channel}
spec: {{group: gateway.networking.k8s.io}}
"
        )
    };
    let severity = |manifests: &str| {
        let outcome = run_with(&["-f", "-", "-o", "wide"], manifests);
        let line = outcome.stdout.lines().find(|line| line.contains("IGW0130")).map(str::to_owned);
        line.map(|line| line.split_whitespace().next().unwrap_or_default().to_owned())
    };
    assert_eq!(severity(&route("")).as_deref(), Some("warning"));
    assert_eq!(severity(&route(&crd("standard"))).as_deref(), Some("error"));
    assert_eq!(severity(&route(&crd("experimental"))), None);
}

#[test]
fn of_several_gateways_the_one_with_the_route_answers() {
    let manifests = format!(
        "{}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: back, namespace: net}}
spec:
  gatewayClassName: envoy
  listeners: [{{name: http, port: 80, protocol: HTTP}}]
",
        FAULTY.replace("8099", "80")
    );
    let why = run_with(&["why", "http://wiki.example.com/", "-f", "-"], &manifests);
    assert_eq!(why.code, Some(0), "{why}");
    assert!(why.stdout.contains("Gateway   net/front"), "{why}");
    assert!(why.stdout.contains("Gateway net/back listens on port 80, too"), "{why}");
}

/// Of a class whose Gateways are another thing nothing is claimed but what is so for all of them.
#[test]
fn a_lattice_has_no_hostnames_in_each_others_way() {
    let class = |class: &str, controller: &str| {
        let manifests = shop("{name: cart-service, port: 80}", OTHER_SERVICE);
        let wide = manifests.replace("  hostnames: [wiki.example.com]\n", "");
        let own = wide.replace("gateway.envoyproxy.io/gatewayclass-controller", controller);
        let own = own.replace(
            "rules: [{backendRefs: [{name: cart-service",
            "rules: [{matches: [{path: {value: /cart}}], backendRefs: [{name: cart-service",
        );
        own.replace("name: envoy}", &format!("name: {class}}}"))
            .replace("gatewayClassName: envoy", &format!("gatewayClassName: {class}"))
    };
    let ordinary = names(&class("other", "example.com/controller"), &[]);
    assert!(ordinary.stdout.contains("IGW0109"), "{ordinary}");
    let controller = "application-networking.k8s.aws/gateway-api-controller";
    let given = class("mine", controller);
    let usual = class("amazon-vpc-lattice", controller)
        .replace("kind: GatewayClass", "kind: Kustomization")
        .replacen("gateway.networking.k8s.io/v1", "example.com/v1", 1);
    for manifests in [given, usual] {
        only_the_port(&names(&manifests, &[]));
        let args = ["why", "http://shop.example.com/", "-f", "-", "-o", "json"];
        let why = run_with(&args, &manifests);
        assert!(why.stdout.contains("VPC Lattice"), "{why}");
        assert!(why.stdout.contains("\"status\": null"), "{why}");
    }
}

#[test]
fn the_ports_of_traefik_are_not_those_of_its_service() {
    let manifests = shop("{name: cart-service, port: 80}", OTHER_SERVICE)
        .replace("gateway.envoyproxy.io/gatewayclass-controller", "traefik.io/gateway-controller")
        .replace("name: http, port: 80", "name: http, port: 8000");
    let why = |url: &str| run_with(&["why", url, "-f", "-", "-o", "json"], &manifests);
    let outside = why("http://shop.example.com/");
    assert!(outside.stdout.contains("ask with that port"), "{outside}");
    let inside = why("http://shop.example.com:8000/");
    assert!(inside.stdout.contains("\"status\": 200"), "{inside}");
}

#[test]
fn a_variable_needs_a_name_and_a_value() {
    let outcome = run(&["-f", "x.yaml", "--set-var", "DOMAIN"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("--set-var DOMAIN: write it as NAME=VALUE"), "{outcome}");
}
