//! A large cluster in which nothing is wrong: many teams behind one Gateway.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::cluster::LabCluster;
use super::objects::documents;

/// Number of HTTPRoutes, Services and EndpointSlices per namespace.
const EACH: usize = 20;

/// Of so many namespaces `SHARING` have a route to a Service in the namespace `shared`, and the
/// grant for it.
const OF: usize = 5;

const SHARING: usize = 3;

const THREADS: usize = 8;

const FRONT: &str = r#"
{apiVersion: v1, kind: Namespace, metadata: {name: edge}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shared}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kgateway}
spec: {controllerName: kgateway.dev/kgateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front, namespace: edge}
spec:
  gatewayClassName: kgateway
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
status:
  conditions:
  - {type: Accepted, status: "True", reason: Accepted, message: "", observedGeneration: 1, lastTransitionTime: "2026-11-22T08:00:00Z"}
  - {type: Programmed, status: "True", reason: Programmed, message: "", observedGeneration: 1, lastTransitionTime: "2026-11-22T08:00:00Z"}
"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// HTTPRoutes, and as many Services and EndpointSlices; a multiple of 100.
    pub routes: usize,
}

impl Crowd {
    pub fn namespaces(self) -> usize {
        self.routes / EACH
    }

    pub fn grants(self) -> usize {
        (0..self.namespaces()).filter(|team| shares(*team)).count()
    }

    /// Makes a cluster that has `before` so large.
    pub fn fill(self, lab: &LabCluster, before: Crowd) -> Result<(), String> {
        let put = |object: &Value| lab.put(object).map_err(|e| format!("{object}: {e}"));
        if before.routes == 0 {
            for object in documents(FRONT)? {
                put(&object)?;
            }
        }
        let next = AtomicUsize::new(before.namespaces());
        let fault = Mutex::new(Ok(()));
        let work = || {
            loop {
                let team = next.fetch_add(1, Ordering::Relaxed);
                if team >= self.namespaces() {
                    return;
                }
                for object in namespace(team) {
                    if let Err(error) = put(&object) {
                        if let Ok(mut fault) = fault.lock() {
                            *fault = Err(error);
                        }
                        return;
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(work);
            }
        });
        fault.into_inner().map_err(|_| "a thread has panicked".to_owned())?
    }
}

fn shares(team: usize) -> bool {
    team % OF < SHARING
}

/// The objects of a team, each after those that it depends on.
fn namespace(team: usize) -> Vec<Value> {
    let name = format!("team-{team:03}");
    let metadata = json!({"name": name});
    let mut out = vec![json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})];
    if shares(team) {
        out.push(json!({
            "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
            "metadata": {"name": format!("from-{name}"), "namespace": "shared"},
            "spec": {
                "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": name}],
                "to": [{"group": "", "kind": "Service"}],
            },
        }));
    }
    for i in team * EACH..(team + 1) * EACH {
        let home = if shares(team) && i % EACH == 0 { "shared" } else { &name };
        out.extend([service(i, home), slice(i, home), route(i, &name, home)]);
    }
    out
}

fn service(i: usize, home: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": format!("model-{i:05}"), "namespace": home},
        "spec": {
            "clusterIP": "None", "selector": {"app": format!("model-{i:05}")},
            "ports": [{"name": "http", "port": 8000, "targetPort": 8000}],
        },
    })
}

fn slice(i: usize, home: &str) -> Value {
    let address = format!("10.{}.{}.{}", 77 + i / 65536, i / 256 % 256, i % 256);
    json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {
            "name": format!("model-{i:05}-x"), "namespace": home,
            "labels": {"kubernetes.io/service-name": format!("model-{i:05}")},
        },
        "addressType": "IPv4", "ports": [{"name": "http", "port": 8000, "protocol": "TCP"}],
        "endpoints": [{"addresses": [address], "conditions": {"ready": true}}],
    })
}

fn route(i: usize, namespace: &str, home: &str) -> Value {
    let parent = json!({"name": "front", "namespace": "edge"});
    let condition = |kind: &str, reason: &str| {
        json!({"type": kind, "status": "True", "reason": reason, "message": "",
            "observedGeneration": 1, "lastTransitionTime": "2026-11-22T08:00:00Z"})
    };
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": {"name": format!("model-{i:05}"), "namespace": namespace, "labels": {"team": namespace}},
        "spec": {
            "parentRefs": [parent], "hostnames": [format!("h{:03}.example.com", i % 500)],
            "rules": [{
                "matches": [{"path": {"type": "PathPrefix", "value": format!("/v1/m{i:05}")}}],
                "backendRefs": [{"name": format!("model-{i:05}"), "namespace": home, "port": 8000}],
            }],
        },
        "status": {"parents": [{
            "parentRef": parent, "controllerName": "kgateway.dev/kgateway",
            "conditions": [condition("Accepted", "Accepted"), condition("ResolvedRefs", "ResolvedRefs")],
        }]},
    })
}
