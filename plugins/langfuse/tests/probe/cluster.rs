//! The first rung on a cluster, and which Secrets are read. A port-forward is the lab's business.

use igw_tests::langfuse::{LangfuseStandIn, LangfuseSwitches};
use igw_tests::server::StandIn;
use serde_json::{Value, json};

use crate::program;

const TRACES: &str = "/api/public/otel/v1/traces";

fn objects(replicas: u32) -> String {
    let all = [
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "tracing" } }),
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "ai" } }),
        json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": { "name": "langfuse-web", "namespace": "tracing" },
            "spec": { "selector": { "app": "web" }, "ports": [{ "name": "http", "port": 3000, "targetPort": 3000 }] },
        }),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": { "name": "langfuse-web", "namespace": "tracing" },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": { "app": "web" } },
                "template": {
                    "metadata": { "labels": { "app": "web" } },
                    "spec": { "containers": [{ "name": "web", "image": "langfuse/langfuse:4.16.0", "ports": [{ "containerPort": 3000 }] }] },
                },
            },
        }),
        json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": { "name": "keys", "namespace": "tracing" },
            // pk-lf-PLANTpublic, sk-lf-PLANTsecret
            "data": { "public-key": "cGstbGYtUExBTlRwdWJsaWM=", "secret-key": "c2stbGYtUExBTlRzZWNyZXQ=" },
        }),
    ];
    all.iter().map(|own| format!("---\n{own}\n")).collect()
}

fn probe(cluster: &StandIn, args: &[&str]) -> (Value, Option<i32>) {
    let all: Vec<&str> = ["probe", "-o", "json"].iter().chain(args).copied().collect();
    let ran = program::run_against(cluster, "tracing", &all);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("PLANT"), "{ran:#?}");
    let json = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"));
    (json, ran.code)
}

fn cause((json, code): &(Value, Option<i32>)) -> (String, Option<i32>) {
    (json["verdict"]["cause"].as_str().unwrap_or_default().to_owned(), *code)
}

#[test]
fn the_name_in_the_address() {
    let cluster = StandIn::of(&objects(1));
    let at = |host: &str| cause(&probe(&cluster, &[&format!("http://{host}{TRACES}")]));
    let failed = |cause: &str| (cause.to_owned(), Some(1));
    assert_eq!(at("langfuse-web.observability.svc.cluster.local:3000"), failed("service-missing"));
    assert_eq!(at("langfuse-web.tracing.svc:8080"), failed("service-port-missing"));
    let empty = StandIn::of(&objects(0));
    let url = format!("http://langfuse-web.tracing.svc:3000{TRACES}");
    assert_eq!(cause(&probe(&empty, &[&url])), failed("no-endpoints"));
    // Without a pod there is no way.
    assert_eq!(at("langfuse-web:3000"), ("no-way".to_owned(), Some(3)));
}

#[test]
fn a_secret_is_read_only_where_it_is_named() {
    let cluster = StandIn::of(&objects(1));
    let langfuse = LangfuseStandIn::with(LangfuseSwitches::default());
    let url = format!("http://langfuse-web.tracing.svc:3000{TRACES}");
    let address = format!("127.0.0.1:{}", langfuse.port);
    let asked = || cluster.seen().iter().any(|own| own.contains("/secrets"));
    let without = probe(&cluster, &[&url, "--address", &address]);
    assert_eq!(cause(&without), ("path-right".to_owned(), Some(0)));
    assert!(!asked(), "{:#?}", cluster.seen());
    let named = probe(&cluster, &["--key-from", "secret/keys", &url, "--address", &address]);
    assert_eq!(cause(&named), ("accepted".to_owned(), Some(0)));
    assert_eq!(named.0["keyFrom"], "Secret tracing/keys");
    assert!(asked());
}
