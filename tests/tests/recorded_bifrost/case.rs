//! A recorded case as a world: a Deployment with its ConfigMap, and the facts of the pod that no
//! file shows.

use std::path::Path;

use igw_core::bifrost::prediction::{Circumstances, Outage, Start};
use igw_core::bifrost::served::{ServedBy, ServedSaid};
use igw_core::bifrost::virtual_key::Shown;
use igw_core::facts::{Openness, Said, Store, decode};
use igw_core::kube::{Hidden, Origin};
use serde_json::{Value, json};

/// A case under one version.
pub struct BifrostCase {
    pub id: String,
    pub outcome: Start,
    /// Its last words, if it ended.
    pub says: Option<String>,
    version: String,
    json: Value,
}

/// A request whose answer can be predicted from the input.
pub struct RecordedRequest {
    pub path: String,
    pub model: String,
    pub status: u16,
    pub message: Option<String>,
    pub virtual_key: Option<Shown>,
    /// Address, path and model that the upstream got.
    pub upstream: Option<(String, String, String)>,
}

pub fn all() -> Vec<BifrostCase> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/bifrost");
    let entries = std::fs::read_dir(root).expect("the recordings are there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| BifrostCase::new(&std::fs::read_to_string(file).expect("readable")))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A key in one of the headers that Bifrost looks at.
fn shown(headers: &Value) -> Option<Shown> {
    let value = |name: &str| headers[name].as_str();
    if let Some(own) = value("x-bf-vk") {
        return Some(Shown::Value(Hidden::new(own)));
    }
    let bearer = value("authorization").map(|text| text.trim_start_matches("Bearer "));
    let other = bearer.or(value("x-api-key"))?;
    Some(Shown::Elsewhere(Hidden::new(other)))
}

impl BifrostCase {
    fn new(recorded: &str) -> BifrostCase {
        let json: Value = serde_json::from_str(recorded).expect("JSON");
        let says = json["start"]["says"].get(0).map(text);
        BifrostCase {
            id: text(&json["id"]),
            version: text(&json["version"]),
            outcome: match json["start"]["outcome"].as_str() {
                Some("listening") => Start::Listens,
                Some("exited") => Start::Exits,
                _ => Start::Hangs,
            },
            says,
            json,
        }
    }

    pub fn name(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The world: the workload with what the case gives it, and the Services that names stood for.
    pub fn store(&self) -> Store {
        let mut store = Store::for_files(Openness::Closed, Said::default());
        let argv: Vec<Value> = items(&self.json["argv"]).cloned().collect();
        let script = argv.iter().position(|word| text(word).ends_with("docker-entrypoint.sh"));
        let (command, args) = match script {
            // The words before are the shell that runs the entry point.
            Some(at) => (Value::Null, argv[at + 1..].to_vec()),
            None => (json!([argv[0]]), argv[1..].to_vec()),
        };
        let env = self.json["env"].as_object().into_iter().flatten();
        let env: Vec<Value> =
            env.map(|(name, value)| json!({"name": name, "value": value})).collect();
        let config = self.json["files"]["config.json"].as_str();
        let mut mounts = vec![json!({"name": "data", "mountPath": "/app/data"})];
        let mut volumes = vec![json!({"name": "data", "emptyDir": {}})];
        if config.is_some() {
            mounts.push(json!({"name": "config", "mountPath": "/app/data/config.json", "subPath": "config.json"}));
            volumes.push(json!({"name": "config", "configMap": {"name": "bifrost"}}));
        }
        let mut container = json!({
            "name": "bifrost", "image": format!("maximhq/bifrost:v{}", self.version),
            "args": args, "env": env, "volumeMounts": mounts,
        });
        if !command.is_null() {
            container["command"] = command;
        }
        let mut objects = vec![json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "bifrost", "namespace": "ai-external"},
            "spec": {"template": {"spec": {"containers": [container], "volumes": volumes}}},
        })];
        if let Some(config) = config {
            objects.push(json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": "bifrost", "namespace": "ai-external"},
                "data": {"config.json": config},
            }));
        }
        for (name, namespace, address, port) in [
            ("vllm-service", "ai-inference", "10.96.0.10", 8000),
            ("local-vllm", "ai-external", "10.96.0.10", 8000),
            ("langfuse-web", "langfuse", "10.96.0.20", 3000),
        ] {
            objects.push(json!({
                "apiVersion": "v1", "kind": "Service",
                "metadata": {"name": name, "namespace": namespace},
                "spec": {"clusterIP": address, "ports": [{"port": port}]},
            }));
        }
        for object in objects {
            decode(&mut store, object, Origin::default(), "ai-external");
        }
        store
    }

    pub fn circumstances(&self) -> Circumstances {
        let setup = &self.json["setup"];
        let elsewhere = items(&self.json["argv"]).any(|word| word == "/nowhere");
        let volume = ["datadir", "tmpfs_size", "ro"].iter().any(|name| !setup[*name].is_null());
        let database = !self.json["files"]["config.db"].is_null();
        let upstreams = setup["upstreams"].as_object();
        let open = match upstreams {
            None => vec![8000],
            Some(all) => all
                .iter()
                .filter(|(_, server)| !server.is_null())
                .filter_map(|(port, _)| port.parse().ok())
                .collect(),
        };
        let mode =
            upstreams.and_then(|all| all.values().find_map(|server| server["mode"].as_str()));
        let hosts = setup["hosts"].as_object().into_iter().flatten();
        Circumstances {
            data: (elsewhere || volume || database).then(|| "the data cannot be used".to_owned()),
            // The recordings were made without the internet; a stub had the price sheet.
            internet: Some(false),
            prices: Some(setup["offline"] != true),
            has_prices: false,
            open_ports: Some(open),
            unresolved: hosts.map(|(name, _)| name.clone()).collect(),
            outage: mode.and_then(|mode| match mode {
                "400ctx" => Some(Outage::Status(400)),
                "apikey" => Some(Outage::Status(401)),
                "old404" => Some(Outage::Status(404)),
                "429" => Some(Outage::Status(429)),
                "500" => Some(Outage::Status(500)),
                "502html" => Some(Outage::Status(502)),
                "503text" => Some(Outage::Status(503)),
                "garbage200" => Some(Outage::Html),
                "reset" => Some(Outage::Reset),
                "hang" => Some(Outage::Silent),
                _ => None,
            }),
        }
    }

    pub fn served(&self) -> Vec<ServedSaid> {
        let own =
            |port: u16, names: Vec<String>| ServedSaid { upstream: ServedBy::Port(port), names };
        let Some(all) = self.json["setup"]["upstreams"].as_object() else {
            return vec![own(8000, vec!["glm-5".to_owned()])];
        };
        let mut out = Vec::new();
        for (port, server) in all {
            let port: u16 = port.parse().expect("a port");
            let names: Vec<String> = items(&server["served"]).map(text).collect();
            let names = if names.is_empty() { vec!["glm-5".to_owned()] } else { names };
            out.push(match server["prefix"].as_str() {
                Some(prefix) => ServedSaid {
                    upstream: ServedBy::Prefix(format!("http://127.0.0.1:{port}{prefix}")),
                    names,
                },
                None => own(port, names),
            });
        }
        out
    }

    /// The requests that what is given decides: not those with an invalid body, with fallbacks of
    /// their own, as a stream that broke, or after a change by the API.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        let all: Vec<&Value> = items(&self.json["requests"]).collect();
        let change = all.iter().position(|request| {
            text(&request["path"]).starts_with("/api/") && request["method"] != "GET"
        });
        let predictable = |request: &&&Value| {
            let body = &request["body"];
            request["method"] == "POST"
                && body["model"].is_string()
                && ["messages", "input", "prompt"].iter().any(|part| !body[*part].is_null())
                && body["fallbacks"].is_null()
                && !request["message"].as_str().is_some_and(|text| text.contains("stream"))
        };
        let all = all[..change.unwrap_or(all.len())].iter();
        let request = |request: &&Value| RecordedRequest {
            path: text(&request["path"]),
            model: text(&request["body"]["model"]),
            status: request["status"].as_u64().unwrap_or_default() as u16,
            message: request["message"].as_str().map(str::to_owned),
            virtual_key: shown(&request["headers"]),
            upstream: items(&request["seen"])
                .next()
                .filter(|seen| seen[2].is_string())
                .map(|seen| (text(&seen[0]), text(&seen[1]), text(&seen[2]))),
        };
        all.filter(predictable).map(request).collect()
    }
}
