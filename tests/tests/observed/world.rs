//! Rows: a world in YAML, questions and their answers in a line each.

use igw_core::facts::{Cx, Openness, Origin, Scope, Settings, Store, Validation, Version, decode};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::status::predict;
use igw_core::route::trace::Trace;
use serde_json::Value;

/// What is in every world: the class, two namespaces, Services `chat` and `embed` with ready pods.
const BASE: &str = "
kind: GatewayClass
metadata: {name: kgateway}
spec: {controllerName: kgateway.dev/kgateway}
---
kind: Namespace
metadata: {name: edge}
---
kind: Namespace
metadata: {name: models, labels: {tier: ai}}
---
kind: Service
metadata: {name: chat}
spec: {selector: {app: chat}, ports: [{name: http, port: 8000, targetPort: 8000}]}
---
kind: Pod
metadata: {name: chat-0, labels: {app: chat}}
spec: {containers: [{name: main, image: x, ports: [{containerPort: 8000}]}]}
status: {phase: Running, podIP: 10.77.0.11, podIPs: [{ip: 10.77.0.11}], conditions: [{type: Ready, status: 'True'}]}
---
kind: Service
metadata: {name: embed}
spec: {selector: {app: embed}, ports: [{name: http, port: 8000, targetPort: 8000}]}
---
kind: Pod
metadata: {name: embed-0, labels: {app: embed}}
spec: {containers: [{name: main, image: x, ports: [{containerPort: 8000}]}]}
status: {phase: Running, podIP: 10.77.0.12, podIPs: [{ip: 10.77.0.12}], conditions: [{type: Ready, status: 'True'}]}
";

/// A row: what it is about, the objects, questions with answers.
///
/// Questions: `http://…` or `https://…` (with ` name:value` headers) what the client sees;
/// `> http://…` the path that the backend gets; `Kind name` the conditions that are not good, or
/// `good`, or `no status`; `Gateway LISTENER` that of a listener with its attachedRoutes and, if
/// not HTTPRoute and GRPCRoute, its kinds; `refused` what the API server rejects (nothing, where
/// it is not asked).
/// `all Kind name`: all conditions, the good ones too.
pub type Row<'a> = (&'a str, String, &'a [(&'a str, &'a str)]);

/// All rows under one kgateway version, `2.4` or `2.4 strict`.
pub fn rows(version: &str, rows: &[Row]) {
    let mut wrong = Vec::new();
    for (name, yaml, questions) in rows {
        let world = World::new(version, yaml);
        let nothing_refused = [("refused", "")];
        let asked = questions.iter().any(|(question, _)| *question == "refused");
        let more: &[(&str, &str)] = if asked { &[] } else { &nothing_refused };
        for (question, expected) in questions.iter().chain(more) {
            let actual = world.ask(question);
            if actual != *expected {
                wrong.push(format!("{name}: {question}: predicted {actual}, seen {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{version}: {} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The Gateway `front` of namespace `edge`; `ALL` lets routes of all namespaces in.
pub fn gateway(listeners: &str) -> String {
    let listeners = listeners.replace("ALL", "allowedRoutes: {namespaces: {from: All}}");
    format!(
        "\n---\nkind: Gateway\nmetadata: {{name: front, namespace: edge}}\n\
         spec: {{gatewayClassName: kgateway, listeners: [{listeners}]}}\n"
    )
}

/// The HTTPRoute `r` with these parentRefs, to Service `chat`.
pub fn parents(refs: &str) -> String {
    named("r", &format!("parentRefs: [{refs}], rules: [{{backendRefs: [{CHAT}]}}]"))
}

/// The HTTPRoute `r` of `front` with these rules.
pub fn rules(rules: &str) -> String {
    named("r", &format!("parentRefs: [{FRONT}], rules: [{rules}]"))
}

/// An HTTPRoute with this spec.
pub fn named(name: &str, spec: &str) -> String {
    format!("\n---\nkind: HTTPRoute\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n")
}

/// A TLS Secret for this host.
pub fn secret(namespace: &str, name: &str, host: &str) -> String {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).expect("a pair");
    let pem = |text: String| Value::from(text).to_string();
    let (cert, key) = (pem(made.cert.pem()), pem(made.signing_key.serialize_pem()));
    format!(
        "\n---\nkind: Secret\nmetadata: {{name: {name}, namespace: {namespace}}}\n\
         type: kubernetes.io/tls\nstringData: {{tls.crt: {cert}, tls.key: {key}}}\n"
    )
}

/// A good parentRef.
pub const FRONT: &str = "{name: front, namespace: edge}";
/// A good backendRef.
pub const CHAT: &str = "{name: chat, port: 8000}";

struct World {
    store: Store,
    scope: Scope,
}

fn api_version(kind: &str) -> &'static str {
    match kind {
        "Namespace" | "Service" | "Secret" | "Pod" | "ConfigMap" => "v1",
        "EndpointSlice" => "discovery.k8s.io/v1",
        "TrafficPolicy"
        | "ListenerPolicy"
        | "BackendConfigPolicy"
        | "GatewayExtension"
        | "GatewayParameters"
        | "Backend" => "gateway.kgateway.dev/v1alpha1",
        "ReferenceGrant" => "gateway.networking.k8s.io/v1beta1",
        _ => "gateway.networking.k8s.io/v1",
    }
}

impl World {
    fn new(version: &str, yaml: &str) -> World {
        let (version, strict) = match version.strip_suffix(" strict") {
            Some(version) => (version, true),
            None => (version, false),
        };
        let validation = if strict { Validation::Strict } else { Validation::default() };
        let kgateway = Some(Version::parse(version).expect("a version"));
        let settings = Settings { kgateway, validation, ..Settings::default() };
        let mut store = Store::for_files(Openness::Given, settings);
        let own = yaml.contains("kind: Gateway\n");
        let front =
            if own { String::new() } else { gateway("{name: web, port: 80, protocol: HTTP, ALL}") };
        let all = [BASE, &front, yaml];
        let documents = all.iter().flat_map(|part| part.split("\n---\n"));
        for document in documents.filter(|document| !document.trim().is_empty()) {
            let mut object: Value = serde_saphyr::from_str(document)
                .unwrap_or_else(|error| panic!("{error}\n{document}"));
            if object["apiVersion"].is_null() {
                let kind = object["kind"].as_str().expect("a kind");
                object["apiVersion"] = api_version(kind).into();
            }
            decode(&mut store, object, Origin::default(), "models");
        }
        World { store, scope: Scope::default() }
    }

    fn ask(&self, question: &str) -> String {
        if question == "refused" {
            let mut titles: Vec<String> =
                self.store.refused.iter().map(|refused| refused.meta.title()).collect();
            titles.dedup();
            return titles.join(", ");
        }
        if let Some(request) = question.strip_prefix("> ") {
            return self.trace(request, |trace| match &trace.forwarded {
                Some(forwarded) => {
                    let query = forwarded.query.as_ref().map(|q| format!("?{q}"));
                    format!("{}{}", forwarded.path, query.unwrap_or_default())
                }
                None => answer(trace),
            });
        }
        if question.contains("://") {
            return self.trace(question, answer);
        }
        if let Some(object) = question.strip_prefix("all ") {
            return self.status(object, &[]);
        }
        self.status(question, &GOOD)
    }

    fn trace(&self, request: &str, show: impl Fn(&Trace) -> String) -> String {
        let mut words = request.split(' ');
        let url = words.next().expect("a URL");
        let headers: Vec<(String, String)> = words
            .map(|word| word.split_once(':').expect("name:value"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let request = Request::parse("GET", url, &headers).expect("a request");
        let cx = Cx::new(&self.store, &self.scope);
        match resolve(&cx, &request, Some(("edge", "front"))) {
            Ok(trace) => show(&trace),
            Err(error) => format!("{error:?}"),
        }
    }

    fn status(&self, question: &str, good: &[&str]) -> String {
        let (kind, rest) = question.split_once(' ').unwrap_or((question, ""));
        let (namespace, name, listener) = match kind {
            "Gateway" => ("edge", "front", rest),
            _ => ("models", rest, ""),
        };
        let list = predict(&Cx::new(&self.store, &self.scope));
        let mut items = list["items"].as_array().expect("items").iter();
        let found = items.find(|item| {
            let meta = &item["metadata"];
            item["kind"] == kind && meta["name"] == name && meta["namespace"] == namespace
        });
        let status = found.map_or(&Value::Null, |item| &item["status"]);
        if !listener.is_empty() {
            let all = status["listeners"].as_array();
            let found = all.into_iter().flatten().find(|l| l["name"] == listener);
            return found.map_or("no listener".to_owned(), |l| {
                let kinds = l["supportedKinds"].as_array().map_or(&[][..], Vec::as_slice);
                let kinds: Vec<&str> = kinds.iter().filter_map(|k| k["kind"].as_str()).collect();
                let kinds = match kinds.join(" ").as_str() {
                    "HTTPRoute GRPCRoute" => String::new(),
                    other => format!("[{other}] "),
                };
                format!("{} {kinds}{}", l["attachedRoutes"], odd(&l["conditions"], good))
            });
        }
        let parents = status["parents"].as_array().map_or(&[][..], Vec::as_slice);
        if !parents.is_empty() {
            let lines: Vec<String> = parents.iter().map(|p| odd(&p["conditions"], good)).collect();
            return lines.join("; ");
        }
        if status["conditions"].is_array() {
            odd(&status["conditions"], good)
        } else {
            "no status".into()
        }
    }
}

/// What a good object says.
const GOOD: [&str; 5] = [
    "Accepted=True/Accepted",
    "Conflicted=False/NoConflicts",
    "ResolvedRefs=True/ResolvedRefs",
    "Programmed=True/Programmed",
    "kgateway.dev/Programmed=True/Programmed",
];

fn odd(conditions: &Value, good: &[&str]) -> String {
    let all = conditions.as_array().map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return "no conditions".to_owned();
    }
    let text = |c: &Value, key: &str| c[key].as_str().unwrap_or_default().to_owned();
    let show =
        |c: &Value| format!("{}={}/{}", text(c, "type"), text(c, "status"), text(c, "reason"));
    let mut odd: Vec<String> =
        all.iter().map(show).filter(|line| !good.contains(&line.as_str())).collect();
    odd.sort();
    if odd.is_empty() { "good".to_owned() } else { odd.join(" ") }
}

/// `200 chat`, `200 chat 0.9, 500 gone 0.1`, `404`, `302 https://…`, `none` (no HTTP answer).
fn answer(trace: &Trace) -> String {
    let status = |status: Option<u16>| status.map_or("none".to_owned(), |s| s.to_string());
    if let Some(why) = &trace.verdict.unknown {
        return format!("unknown ({why})");
    }
    if let Some(redirect) = &trace.redirect {
        return format!("{} {}", redirect.status, redirect.location);
    }
    let used: Vec<_> = trace.backends.iter().filter(|b| b.share > 0.0).collect();
    match used.as_slice() {
        [one] if trace.verdict.status == Some(200) => format!("200 {}", one.name),
        [] | [_] => status(trace.verdict.status),
        many => {
            let part = |b: &&_| {
                let b: &igw_core::route::trace::BackendShare = b;
                format!("{} {} {}", status(b.status), b.name, b.share)
            };
            many.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}
