//! A world of literal YAML, and its answers in a line each.

use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::facts::{Fact, Facts, Openness, Said, Scope, Store, decode};
use igw_core::kube::Origin;
use igw_core::route::resolve::{Untraceable, resolve};
use igw_core::route::status::predict;
use igw_core::route::trace::Trace;
use igw_core::route::{class, gateway};
use igw_tests::rows;
use serde_json::Value;

use super::lines::{self, answer};

/// A class of a controller that is not kgateway, three namespaces, Services without endpoints
/// (which are then taken for ready): `a`, `b`, `c` of infra, `web` of apps, `far` of backends.
const BASE: &str = "
kind: GatewayClass
metadata: {name: example}
spec: {controllerName: example.net/controller}
---
kind: Namespace
metadata: {name: infra}
---
kind: Namespace
metadata: {name: apps, labels: {tier: web, team: red}}
---
kind: Namespace
metadata: {name: backends}
---
kind: Service
metadata: {name: a}
spec: {ports: [{port: 8080}]}
---
kind: Service
metadata: {name: b}
spec: {ports: [{port: 8080}]}
---
kind: Service
metadata: {name: c}
spec: {ports: [{port: 8080}]}
---
kind: Service
metadata: {name: web, namespace: apps}
spec: {ports: [{port: 8080}]}
---
kind: Service
metadata: {name: far, namespace: backends}
spec: {ports: [{port: 8080}]}
";

/// A Gateway that lets everybody in on port 80.
const GATEWAY: &str = "
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: example
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
";

pub struct SpecWorld {
    store: Store,
    scope: Scope,
}

/// The class, namespaces and Services above, the Gateway `gw` on port 80, and these objects.
/// `apiVersion` may be left out; the namespace is `infra` where there is none.
pub fn routes(yaml: &str) -> SpecWorld {
    SpecWorld::of(&[BASE, GATEWAY, yaml])
}

/// The same with a class of Envoy Gateway.
pub fn of_envoy_gateway(yaml: &str) -> SpecWorld {
    let base = BASE.replace("example.net/controller", GatewayClass::ENVOY_GATEWAY);
    SpecWorld::of(&[&base, GATEWAY, yaml])
}

/// The same without the Gateway.
pub fn world(yaml: &str) -> SpecWorld {
    SpecWorld::of(&[BASE, yaml])
}

pub fn bare(yaml: &str) -> SpecWorld {
    SpecWorld::of(&[yaml])
}

/// One HTTPRoute `r` of `gw` with this `spec`, a list of `key: value` lines.
pub fn route(spec: &str) -> SpecWorld {
    let lines = spec.trim_end().lines();
    let spec: String = lines.map(|line| format!("  {line}\n")).collect();
    routes(&format!(
        "kind: HTTPRoute\nmetadata: {{name: r}}\nspec:\n  parentRefs: [{{name: gw}}]\n{spec}"
    ))
}

impl SpecWorld {
    fn of(parts: &[&str]) -> SpecWorld {
        let mut store = Store::for_files(Openness::Given, Said::default());
        for object in rows::objects(parts) {
            decode(&mut store, object, Origin::default(), "infra");
        }
        SpecWorld { store, scope: Scope::default() }
    }

    /// Traces `[METHOD] URL [name:value]..`.
    pub fn trace(&self, request: &str) -> Result<Trace, Untraceable> {
        let request = rows::request(request);
        resolve(&Facts::new(&self.store, &self.scope), &request, None)
    }

    fn compare(&self, table: &[(&str, &str)], show: impl Fn(&Trace) -> String) {
        self.accepts();
        let rows = |pick: &dyn Fn(&str, &str) -> String| -> Vec<String> {
            let line = |(request, answer): &(&str, &str)| {
                format!("{request} => {}", pick(request, answer))
            };
            table.iter().map(line).collect()
        };
        let expected = rows(&|_, answer| answer.to_owned());
        let actual = rows(&|request, _| match self.trace(request) {
            Ok(trace) => show(&trace),
            Err(error) => format!("{error:?}"),
        });
        assert_eq!(actual, expected);
    }

    /// Asserts that nothing is refused: such objects have no place in a routing test.
    fn accepts(&self) {
        let refused: Vec<String> = self.refusals();
        assert!(refused.is_empty(), "refused: {refused:?}");
    }

    /// What clients see: `200 a` (answered by Service a), `200 a 0.9, 500 b 0.1`, `404`,
    /// `302 https://…`, `none` (no HTTP answer), `unknown`.
    pub fn answers(&self, table: &[(&str, &str)]) {
        self.compare(table, answer);
    }

    /// Which match won: `route rule.match hostname`.
    pub fn matches(&self, table: &[(&str, &str)]) {
        self.compare(table, |trace| match &trace.matched {
            Some(m) => format!("{} {}.{} {}", m.route.name, m.rule, m.index, m.hostname),
            None => answer(trace),
        });
    }

    /// What a backend gets: `host path?query`.
    pub fn forwards(&self, table: &[(&str, &str)]) {
        self.compare(table, |trace| match (&trace.forwarded, rows::target(trace)) {
            (Some(forwarded), Some(target)) => format!("{} {target}", forwarded.host),
            _ => answer(trace),
        });
    }

    /// Which listener takes it: `owner/listener` and the status.
    pub fn listeners(&self, table: &[(&str, &str)]) {
        self.compare(table, |trace| {
            let status = answer(trace);
            match &trace.listener {
                Some(listener) => format!("{}/{} {status}", listener.owner.name, listener.name),
                None => status,
            }
        });
    }

    /// `Kind ns/name pointer` of all that the API server refuses.
    pub fn refusals(&self) -> Vec<String> {
        let mut out = Vec::new();
        for refused in &self.store.refused {
            for refusal in &refused.refusals {
                out.push(format!("{} {}", refused.meta.title(), refusal.pointer));
            }
        }
        out
    }

    /// The same of what it may refuse: fields of the experimental channel.
    pub fn doubts(&self) -> Vec<String> {
        let doubted = self.store.doubted.iter();
        let all = doubted.flat_map(|own| own.refusals.iter().map(move |refusal| (own, refusal)));
        all.map(|(own, refusal)| format!("{} {}", own.meta.title(), refusal.pointer)).collect()
    }

    pub fn complaints(&self) -> Vec<String> {
        let all = self.store.refused.iter().flat_map(|r| &r.refusals);
        all.map(|refusal| refusal.message.clone()).collect()
    }

    /// `listener: hostname hostname` of all routes of the Gateway `gw`, by listener and route.
    pub fn attached(&self) -> Vec<String> {
        self.accepts();
        let facts = Facts::new(&self.store, &self.scope);
        let Fact::Known(found) = facts.get::<Gateway>("infra", "gw") else {
            panic!("no Gateway gw")
        };
        let profile = class::profile(&facts, found).known().expect("a profile");
        let compiled = gateway::compile(&facts, found, profile);
        let line = |a: &gateway::AttachedRoute| {
            let listener = &compiled.listeners[a.listener].spec.name;
            format!("{listener}: {}", a.hostnames.join(" "))
        };
        compiled.attached.iter().map(line).collect()
    }

    /// The predicted `status` of an object, `Kind name` or `Kind ns/name`, as JSON.
    pub fn status_of(&self, object: &str) -> Value {
        self.status_item(object)["status"].clone()
    }

    /// The same with what stands beside the status; null: nothing is predicted.
    pub fn status_item(&self, object: &str) -> Value {
        let (kind, name) = object.split_once(' ').expect("Kind name");
        let (namespace, name) = name.split_once('/').unwrap_or(("infra", name));
        let list = predict(&Facts::new(&self.store, &self.scope));
        let items = list["items"].as_array().expect("items");
        let found = items.iter().find(|item| {
            let meta = &item["metadata"];
            item["kind"] == kind && meta["name"] == name && meta["namespace"] == namespace
        });
        found.cloned().unwrap_or_default()
    }

    /// The predicted status in lines: see [`lines::status`].
    pub fn status(&self, object: &str) -> Vec<String> {
        lines::status(&self.status_of(object))
    }
}
