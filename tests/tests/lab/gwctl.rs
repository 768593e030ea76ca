//! gwctl, with which others look at the Gateway API, runs against our API server.

use std::process::Command;

use igw_tests::lab::Programs;

use super::lab;

#[test]
fn sees_the_cluster() {
    let program = Programs::build().and_then(|programs| programs.gwctl()).expect("built");
    let class = "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, \
         metadata: {name: seen-by-gwctl}, spec: {controllerName: example.com/nobody}}";
    lab().apply(class).expect("admitted");
    let mut gwctl = Command::new(program);
    gwctl.args(["get", "gatewayclass", "seen-by-gwctl"]);
    let output = gwctl.env("KUBECONFIG", &lab().admin().kubeconfig).output().expect("it runs");
    let class = igw_tests::lab::documents(class).expect("YAML");
    lab().delete(&class[0]).expect("it was there");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let table = String::from_utf8_lossy(&output.stdout);
    let row: Vec<&str> = table.lines().nth(1).unwrap_or_default().split_whitespace().collect();
    assert_eq!(row[..3], ["seen-by-gwctl", "example.com/nobody", "Unknown"], "{table}");
}
