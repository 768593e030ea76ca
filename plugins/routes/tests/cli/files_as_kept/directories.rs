//! Directories: kustomizations, charts, files of other programs.

use std::fs;
use std::path::Path;

use super::{FAULTY, only_the_port, route};
use crate::run_in;

struct Checkout(tempfile::TempDir);

impl Checkout {
    fn new() -> Checkout {
        Checkout(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
}

#[test]
fn a_directory_without_faults_of_its_own_is_quiet() {
    let place = Checkout::new();
    place.put("apps/all.yaml", FAULTY);
    place.put("apps/values.yaml", "image: x\n");
    place.put("charts/web/Chart.yaml", "apiVersion: v2\nname: web\n");
    place.put("charts/web/templates/a.yaml", "kind: {{ .Values.kind }}\n");
    place.put("talos/a.yaml", "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n");
    place.put("talos/b.yaml", "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: b\n");
    place.put("broken/x.yaml", "a: [\n");
    place.put("policy/kyverno-test.yaml", "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\n");
    place.put("policy/in/resources.yaml", FAULTY);
    place.put("docs/openapi.yaml", "openapi: 3.0.0\n");
    for colour in ["red", "blue"] {
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: _}\n";
        place.put(&format!("{colour}/namespace.yaml"), namespace);
        let kustomization = format!("namespace: {colour}\nresources: [namespace.yaml]\n");
        place.put(&format!("{colour}/kustomization.yaml"), &kustomization);
    }
    let outcome = run_in(place.path(), &["-f", ".", "-o", "name"]);
    only_the_port(&outcome);
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome}");
    assert!(outcome.stderr.contains("1 chart not rendered (./charts/web)"), "{outcome}");
}

#[test]
fn a_chart_alone_is_named() {
    let place = Checkout::new();
    place.put("web/Chart.yaml", "apiVersion: v2\nname: web\n");
    place.put("web/templates/a.yaml", "kind: {{ .Values.kind }}\n");
    let outcome = run_in(place.path(), &["-f", "."]);
    assert_eq!(outcome.code, Some(3), "nothing was judged: {outcome}");
    assert!(outcome.stderr.contains("1 chart not rendered (./web)"), "{outcome}");
}

#[test]
fn overlays_are_worlds_of_their_own() {
    let place = Checkout::new();
    place.put("net/all.yaml", &FAULTY.replace("8099", "80"));
    for (stage, port) in [("dev", 80), ("prod", 8088)] {
        let route = route("wiki", &format!("{{name: wiki, port: {port}}}"));
        place.put(&format!("{stage}/route.yaml"), &route);
        place.put(&format!("{stage}/kustomization.yaml"), "resources: [route.yaml]\n");
    }
    let outcome = run_in(place.path(), &["-f", ".", "-o", "short"]);
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    assert!(outcome.stdout.starts_with("./prod/route.yaml:7:"), "{outcome}");
    assert!(outcome.stderr.contains("2 worlds"), "{outcome}");
    let one = run_in(place.path(), &["-f", "net", "-f", "dev"]);
    assert_eq!(one.code, Some(0), "{one}");
}

/// Two overlays that put one route into two namespaces claim nothing twice.
#[test]
fn overlays_of_two_namespaces_are_two_worlds() {
    let place = Checkout::new();
    let all = FAULTY.replace(", namespace: wiki}", "}");
    let (front, app) = all
        .split_once("---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute")
        .expect("there is a route");
    place.put("net/front.yaml", front);
    place.put(
        "base/app.yaml",
        &format!("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute{app}"),
    );
    place.put("base/kustomization.yaml", "resources: [app.yaml]\n");
    for stage in ["dev", "prod"] {
        let kustomization = format!("namespace: {stage}\nresources: [../base]\n");
        place.put(&format!("{stage}/kustomization.yaml"), &kustomization);
    }
    let outcome = run_in(place.path(), &["-f", ".", "-o", "short"]);
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    assert!(outcome.stdout.starts_with("./base/app.yaml:7:"), "{outcome}");
    assert!(outcome.stderr.contains("2 worlds"), "{outcome}");
}
