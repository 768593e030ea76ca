//! Exporters in files: their own address, headers and key, which is used only if that is said.

use igw_tests::langfuse::{LangfuseStandIn, LangfuseSwitches};
use serde_json::{Value, json};

use crate::program::{self, Ran};

/// A Bifrost whose plugin sends to Langfuse.
pub fn bifrost(url: &str, headers: &Value) -> String {
    let config = json!({
        "plugins": [{ "name": "otel", "enabled": true, "config": {
            "service_name": "bifrost", "collector_url": url, "trace_type": "genai_extension",
            "protocol": "http", "headers": headers } }],
        "providers": {},
    });
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "bifrost-config", "namespace": "ai" },
        "data": { "config.json": config.to_string() },
    });
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "bifrost", "namespace": "ai" },
        "spec": {
            "selector": { "matchLabels": { "app": "bifrost" } },
            "template": {
                "metadata": { "labels": { "app": "bifrost" } },
                "spec": {
                    "containers": [{
                        "name": "bifrost", "image": "maximhq/bifrost:v1.5.16",
                        "volumeMounts": [{ "name": "config", "mountPath": "/app/data/config.json", "subPath": "config.json" }],
                    }],
                    "volumes": [{ "name": "config", "configMap": { "name": "bifrost-config" } }],
                },
            },
        },
    });
    format!("{map}\n---\n{deployment}\n")
}

/// Any workload with variables of OpenTelemetry.
fn variables(name: &str, env: &Value) -> String {
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": name, "namespace": "ai" },
        "spec": {
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": { "containers": [{ "name": name, "image": "example.com/chat:1", "env": env }] },
            },
        },
    });
    format!("---\n{deployment}\n")
}

const URL: &str = "http://langfuse-web.tracing.svc.cluster.local:3000/api/public/otel/v1/traces";
/// `pk-lf-PLANTpublic:sk-lf-PLANTsecret`
const BASIC: &str = "Basic cGstbGYtUExBTlRwdWJsaWM6c2stbGYtUExBTlRzZWNyZXQ=";

fn probe(server: &LangfuseStandIn, manifests: &str, args: &[&str]) -> Ran {
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("all.yaml");
    std::fs::write(&file, manifests).expect("a file can be written");
    let (file, address) = (file.display().to_string(), format!("127.0.0.1:{}", server.port));
    let base = ["probe", "-f", &file, "--address", &address];
    let all: Vec<&str> = base.iter().chain(args).copied().collect();
    let ran = program::run(&all);
    for planted in ["PLANT", "UExBTl"] {
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!shown.contains(planted), "{shown}");
    }
    ran
}

fn verdict(ran: &Ran) -> (String, Option<i32>) {
    let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"));
    (json["verdict"]["cause"].as_str().unwrap_or_default().to_owned(), ran.code)
}

#[test]
fn the_exporters_own_key_and_address() {
    let server = LangfuseStandIn::with(LangfuseSwitches::default());
    let manifests = bifrost(URL, &json!({ "Authorization": BASIC }));
    let without = probe(&server, &manifests, &["-o", "json"]);
    assert_eq!(verdict(&without), ("path-right".to_owned(), Some(0)));
    let no_key = server.seen().iter().all(|own| own.header("authorization").is_none());
    assert!(no_key, "the key is used without consent");
    let with = probe(&server, &manifests, &["-o", "json", "--key-from", "exporter"]);
    assert_eq!(verdict(&with), ("accepted".to_owned(), Some(0)));
    let seen = server.seen();
    let last = seen.last().expect("a request");
    assert_eq!(last.header("host"), Some("langfuse-web.tracing.svc.cluster.local:3000"));
    assert_eq!(last.header("content-type"), Some("application/x-protobuf"));
    assert_eq!((last.method.as_str(), last.body.len()), ("POST", 0));
    let human = probe(&server, &manifests, &["--key-from", "exporter"]);
    let shown = human.stdout.replace(&server.port.to_string(), "PORT");
    let times = regex::Regex::new(r"in \d+ ms").expect("a pattern");
    insta::assert_snapshot!(times.replace_all(&shown, "in N ms"));
}

#[test]
fn what_is_wrong_with_an_exporter() {
    let server = LangfuseStandIn::with(LangfuseSwitches::default());
    let own = ["-o", "json", "--key-from", "exporter"];
    let cause = |manifests: &str| verdict(&probe(&server, manifests, &own));
    let failed = |cause: &str| (cause.to_owned(), Some(1));
    assert_eq!(cause(&bifrost(URL, &json!({}))), failed("no-authorization"));
    let late = json!({ "Authorization": BASIC, "x-langfuse-ingestion-version": "5" });
    assert_eq!(cause(&bifrost(URL, &late)), failed("ingestion-version-refused"));
    let short = URL.trim_end_matches("/v1/traces");
    let header = json!({ "Authorization": BASIC });
    assert_eq!(cause(&bifrost(short, &header)), failed("short-path"));
    let (start, rest) = BASIC.split_at(40);
    let wrapped = json!({ "Authorization": format!("{start}\n{rest}") });
    assert_eq!(cause(&bifrost(URL, &wrapped)), failed("header-line-break"));
    let env = json!([
        { "name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": short },
        { "name": "OTEL_EXPORTER_OTLP_HEADERS", "value": format!("Authorization={}", BASIC.replace(' ', "%20")) },
    ]);
    assert_eq!(cause(&variables("chat", &env)), ("accepted".to_owned(), Some(0)));
}

#[test]
fn several_exporters_or_none() {
    let server = LangfuseStandIn::with(LangfuseSwitches::default());
    let env = json!([{ "name": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "value": URL }]);
    let two = bifrost(URL, &json!({ "Authorization": BASIC })) + &variables("chat", &env);
    let ran = probe(&server, &two, &[]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.stderr);
    assert_eq!(server.seen().len(), 0);
    let one = probe(&server, &two, &["deployment/chat", "-o", "json"]);
    assert_eq!(verdict(&one), ("no-authorization".to_owned(), Some(1)));
    let none = probe(&server, &variables("chat", &json!([])), &[]);
    assert_eq!(none.code, Some(2), "{}", none.stdout);
}
