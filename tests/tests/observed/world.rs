//! Rows: a world in YAML, questions and their answers in a line each.

use igw_core::facts::{Facts, Openness, Said, Scope, Store, decode};
use igw_core::kube::Origin;
use igw_core::route::profile::{Validation, Version};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::said::GatewaySaid;
use igw_core::route::status::predict;
use igw_core::route::trace::Trace;
use igw_core::schema::Channel;
use serde_json::Value;

use super::lines::{GOOD, answer, odd};
use super::stored::{api_version, store_form};

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
/// Questions: `http://…` or `https://…` (with `METHOD ` before, ` name:value` headers after) what the client sees;
/// `> http://…` the path that the backend gets; `Kind name` the conditions that are not good, or
/// `good`, or `no status`; `Gateway LISTENER` that of a listener with its attachedRoutes and, if
/// not HTTPRoute and GRPCRoute, its kinds; `refused` what the API server rejects (nothing, where
/// it is not asked).
/// `all Kind name`: all conditions, the good ones too; `TYPE of Kind name`: the status of one.
/// A name is of namespace `models` (a Gateway: `edge/front`) unless it says `namespace/name`. In a
/// header's value `␠` is a space.
pub type Row<'a> = (&'a str, String, &'a [(&'a str, &'a str)]);

/// All rows under one kgateway version, typed and as the API server stores them.
///
/// `2.4` stands for 2.3 as well, and for the requests of 2.2: they were seen to differ in nothing
/// that has no row of its own. `2.3+` stands for 2.4 and 2.3; `2.4 only` and `2.4 strict` for
/// themselves. `2.4 typed`: the stored form cannot exist.
pub fn rows(version: &str, rows: &[Row]) {
    let mut wrong = Vec::new();
    let mut judge = |version: &str, stored: bool| {
        for (name, yaml, questions) in rows {
            let world = ObservedWorld::new(version, yaml, stored);
            let nothing_refused = [("refused", "")];
            let asked = questions.iter().any(|(question, _)| *question == "refused");
            let more: &[(&str, &str)] = if asked { &[] } else { &nothing_refused };
            for (question, expected) in questions.iter().chain(more) {
                let actual = world.ask(question);
                if version.ends_with(" requests") && !question.contains("://") {
                    continue;
                }
                let expected = in_version(version, expected);
                if actual != expected {
                    let form = if stored { ", stored" } else { "" };
                    wrong.push(format!(
                        "{name} ({version}{form}): {question}: predicted {actual}, seen {expected}"
                    ));
                }
            }
        }
    };
    for stored in [false, true] {
        match version {
            "2.4" => ["2.4", "2.3", "2.2 requests"].iter().for_each(|v| judge(v, stored)),
            "2.3+" => ["2.4", "2.3"].iter().for_each(|v| judge(v, stored)),
            "2.4 typed" if stored => {}
            other => judge(other, stored),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Up to 2.3 a replaced rule is told on Accepted, and there is no `kgateway.dev/Programmed`.
fn in_version(version: &str, expected: &str) -> String {
    match version {
        "2.3" => expected.replace("kgateway.dev/Programmed=False", "Accepted=False"),
        _ => expected.to_owned(),
    }
}

/// Asserts that the answer to the question is `unknown`, in both forms.
pub fn unknown(row: &str, yaml: &str, question: &str) {
    for stored in [false, true] {
        let answer = ObservedWorld::new("2.4", yaml, stored).ask(question);
        assert!(answer.starts_with("unknown"), "{row}: {question}: predicted {answer}");
    }
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

struct ObservedWorld {
    store: Store,
    scope: Scope,
}

impl ObservedWorld {
    fn new(version: &str, yaml: &str, stored: bool) -> ObservedWorld {
        let (version, mode) = version.split_once(' ').unwrap_or((version, ""));
        let strict = mode == "strict";
        let validation = if strict { Validation::Strict } else { Validation::default() };
        let kgateway = Some(Version::parse(version).expect("a version"));
        let mut said = Said::default();
        said.edit::<GatewaySaid>(|said| {
            said.kgateway = kgateway;
            said.validation = validation;
        });
        let mut store = Store::for_files(Openness::Given, said);
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
            if stored {
                store_form(&mut object, Channel::Unsaid);
            }
            decode(&mut store, object, Origin::default(), "models");
        }
        ObservedWorld { store, scope: Scope::default() }
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
        if let Some((wanted, object)) = question.split_once(" of ") {
            let all = self.status(object, &[]);
            let found = all.split(' ').find_map(|c| c.strip_prefix(wanted)?.strip_prefix('='));
            let status = found.and_then(|c| c.split_once('/'));
            return status.map_or("no condition".to_owned(), |(status, _)| status.to_owned());
        }
        self.status(question, &GOOD)
    }

    fn trace(&self, request: &str, show: impl Fn(&Trace) -> String) -> String {
        let mut words = request.split(' ');
        let first = words.next().expect("a URL");
        let (method, url) = match first.contains("://") {
            true => ("GET", first),
            false => (first, words.next().expect("a URL")),
        };
        let headers: Vec<(String, String)> = words
            .map(|word| word.split_once(':').expect("name:value"))
            .map(|(name, value)| (name.to_owned(), value.replace('␠', " ")))
            .collect();
        let request = Request::parse(method, url, &headers).expect("a request");
        let facts = Facts::new(&self.store, &self.scope);
        match resolve(&facts, &request, Some("edge/front")) {
            Ok(trace) => show(&trace),
            Err(error) => format!("{error:?}"),
        }
    }

    fn status(&self, question: &str, good: &[&str]) -> String {
        let (kind, rest) = question.split_once(' ').unwrap_or((question, ""));
        let (namespace, name, listener) = match (kind, rest.split_once('/')) {
            ("Gateway", None) => ("edge", "front", rest),
            (_, Some((namespace, name))) => (namespace, name, ""),
            (_, None) => ("models", rest, ""),
        };
        let list = predict(&Facts::new(&self.store, &self.scope));
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
