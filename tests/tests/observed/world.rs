//! A world in YAML, and answers to questions about it, in a line each.
//!
//! Questions: `http://…` or `https://…` (with `METHOD ` before, ` name:value` headers after) what the
//! client sees; `> http://…` the path that the backend gets; `Kind name` the conditions that are not
//! good, or `good`, or `no status`; `Gateway LISTENER` that of a listener with its attachedRoutes
//! and, if not HTTPRoute and GRPCRoute, its kinds; `refused` what the API server rejects; `all Kind
//! name`: all conditions, the good ones too; `TYPE of Kind name`: the status of one.
//! A name is of namespace `models` (a Gateway: `edge/front`) unless it says `namespace/name`. In a
//! header's value `␠` is a space.

use igw_core::facts::{Facts, Openness, Said, Scope, Store, decode};
use igw_core::kube::Origin;
use igw_core::route::profile::{Validation, Version};
use igw_core::route::resolve::resolve;
use igw_core::route::said::GatewaySaid;
use igw_core::route::status::predict;
use igw_core::route::trace::Trace;
use igw_core::schema::Channel;
use igw_tests::{pairs, rows};
use serde_json::Value;

use super::lines::{GOOD, answer, odd};

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

/// The Gateway of a world that has none of its own.
const FRONT: &str = "
kind: Gateway
metadata: {name: front, namespace: edge}
spec:
  gatewayClassName: kgateway
  listeners:
  - {name: web, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
";

pub struct ObservedWorld {
    store: Store,
    scope: Scope,
}

impl ObservedWorld {
    /// The world under a kgateway version, `2.4`, `2.4 strict` or `2.2 requests`, as it was typed or as
    /// the API server stores it. Where there is no Gateway in it, there is `front`, with listener
    /// `web` on port 80.
    pub fn new(version: &str, yaml: &str, stored: bool) -> ObservedWorld {
        let (version, mode) = version.split_once(' ').unwrap_or((version, ""));
        let strict = mode == "strict";
        let validation = if strict { Validation::Strict } else { Validation::default() };
        let kgateway = Some(Version::parse(version).expect("a version"));
        let mut said = Said::default();
        said.edit::<GatewaySaid>(|said| {
            said.kgateway = kgateway;
            said.validation = validation;
        });
        said.edit::<Channel>(|said| *said = Channel::Standard);
        let mut store = Store::for_files(Openness::Closed, said);
        let own = yaml.contains("kind: Gateway\n");
        let front = if own { "" } else { FRONT };
        for mut object in rows::objects(&[BASE, front, yaml]) {
            if object["kind"] == "Secret" && object["stringData"]["tls.crt"].is_string() {
                pairs::fill(&mut object);
            }
            if let Some(mut admitted) = stored.then(|| rows::admitted(&object)).flatten() {
                let meta = &mut admitted["metadata"];
                meta["uid"] = "00000000-0000-0000-0000-000000000001".into();
                if meta["creationTimestamp"].is_null() {
                    meta["creationTimestamp"] = "2026-11-22T23:00:00Z".into();
                }
                object = admitted;
            }
            decode(&mut store, object, Origin::default(), "models");
        }
        ObservedWorld { store, scope: Scope::default() }
    }

    pub fn ask(&self, question: &str) -> String {
        if question == "refused" {
            let mut titles: Vec<String> =
                self.store.refused.iter().map(|refused| refused.meta.title()).collect();
            titles.dedup();
            return titles.join(", ");
        }
        if let Some(request) = question.strip_prefix("> ") {
            let target = |trace: &Trace| rows::target(trace).unwrap_or_else(|| answer(trace));
            return self.trace(request, target);
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
        let request = rows::request(request);
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
