//! A recorded case and how a prediction is held against it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use igw_core::facts::{Facts, Openness, Said, Scope, Store, decode};
use igw_core::route::profile::{Validation, Version};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::said::GatewaySaid;
use igw_core::route::status::predict;
use igw_core::route::trace::Trace;
use igw_core::schema::Channel;
use igw_tests::pairs;
use serde_json::Value;

use super::compare::{compare, flat};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a person writes it.
    Typed,
    /// As the API server stores it, with its defaults.
    Stored,
}

pub struct GatewayCase {
    pub id: String,
    /// `Kind ns/name` of what the API server rejected.
    pub rejected: Vec<String>,
    folder: PathBuf,
    json: Value,
}

#[derive(Default)]
pub struct Tally {
    pub requests: usize,
    pub conditions: usize,
    pub wrong: Vec<String>,
    /// Request paths, and `Kind ns/name Type` of conditions.
    pub declined: Vec<String>,
}

pub fn all(folder: &str, file: &str) -> Vec<GatewayCase> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(folder);
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&root)
        .expect("the recordings are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join(file).exists())
        .collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| {
            let text = std::fs::read_to_string(folder.join(file)).expect("readable");
            let json: Value = serde_json::from_str(&text).expect("JSON");
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let rejected = list(&json["rejected"]).iter().map(|r| text(&r["object"])).collect();
            GatewayCase { id: text(&json["id"]), rejected, folder, json }
        })
        .collect()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

impl GatewayCase {
    /// The world, or `None` where that form was not recorded.
    pub fn store(&self, form: Form, version: &str) -> Option<Store> {
        let mut store = Store::for_files(Openness::Closed, self.said(Version::parse(version)));
        let typed = self.typed();
        let objects = match form {
            Form::Typed => typed,
            Form::Stored => {
                let secrets: BTreeMap<String, Value> = typed
                    .into_iter()
                    .filter(|o| o["kind"] == "Secret")
                    .map(|o| (name(&o), o))
                    .collect();
                let stored = self.json["objects"].as_array()?;
                // Keys are redacted in the recording; the typed Secret has one.
                let whole = |o: &Value| {
                    secrets.get(&name(o)).filter(|_| o["kind"] == "Secret").unwrap_or(o).clone()
                };
                stored.iter().map(whole).collect()
            }
        };
        for object in objects {
            decode(&mut store, object, Default::default(), "default");
        }
        Some(store)
    }

    /// What is known of its cluster beside the manifests.
    pub fn said(&self, kgateway: Option<Version>) -> Said {
        let mut said = Said::default();
        let validation = match self.id.ends_with("-strict") {
            true => Validation::Strict,
            false => Validation::default(),
        };
        said.edit::<GatewaySaid>(|said| {
            said.kgateway = kgateway;
            said.validation = validation;
        });
        let experimental = self.id.starts_with("exp-");
        let channel = if experimental { Channel::Experimental } else { Channel::Standard };
        said.edit::<Channel>(|said| *said = channel);
        said
    }

    /// The status that was written, by `Kind ns/name`; null where none was recorded.
    pub fn status(&self, title: &str) -> Value {
        self.json["status"][title].clone()
    }

    pub fn typed(&self) -> Vec<Value> {
        let path = self.folder.join("input.yaml").display().to_string();
        let input = igw::input::files::read(&[path], &mut std::io::empty());
        assert_eq!(input.problems, [], "{}", self.id);
        let mut objects: Vec<Value> = input.manifests.into_iter().map(|m| m.value).collect();
        for object in objects.iter_mut().filter(|o| o["kind"] == "Secret") {
            pairs::fill(object);
        }
        objects
    }

    pub fn judge(&self, store: &Store) -> Tally {
        let mut out = Tally::default();
        let scope = Scope::default();
        let facts = Facts::new(store, &scope);
        for request in list(&self.json["requests"]) {
            if request["action"].is_string() {
                return out;
            }
            if self.has_no_proxy(request) {
                continue;
            }
            let gateway = self.gateway(request);
            out.requests += 1;
            let trace = self.trace(&facts, request, gateway);
            if trace.verdict.unknown.is_some() {
                out.declined.push(text(request, "path").to_owned());
                continue;
            }
            for fault in compare(&facts, request, &trace) {
                let what = format!("{} {}", text(request, "method"), text(request, "path"));
                out.wrong.push(format!("{what} (Host {}): {fault}", text(request, "host")));
            }
        }
        self.statuses(&facts, &mut out);
        out
    }

    fn gateway<'c>(&'c self, request: &'c Value) -> &'c str {
        match text(request, "gateway") {
            "" => text(&self.json, "gateway"),
            own => own,
        }
    }

    /// Whether the request went to a proxy that kgateway did not make, or to the wrong port.
    fn has_no_proxy(&self, request: &Value) -> bool {
        let gateway = self.gateway(request);
        let none = list(&self.json["no_proxy_deployed_for"]).iter().any(|g| g == gateway);
        request["note"].is_string() || none || self.made_by_hand()
    }

    /// The older recordings do not mark the requests that a hand-started proxy answered.
    fn made_by_hand(&self) -> bool {
        let marked = self.json["no_proxy_deployed_for"].is_array();
        let by_name = [
            "params-class-missing",
            "params-gateway-missing",
            "params-gateway-other-namespace",
            "params-gateway-wrong-kind",
            "gateway-address-kind-unsupported",
        ];
        !marked && by_name.contains(&self.id.as_str())
    }

    /// Whether the gateway itself answered an error to some request, or refused it, before the
    /// first action; `None` where no request is told.
    pub fn failed(&self) -> Option<bool> {
        let requests = list(&self.json["requests"]).iter();
        let told: Vec<bool> = requests
            .take_while(|request| !request["action"].is_string())
            .map(|request| match request["outcomes"].as_object() {
                Some(outcomes) => outcomes.keys().any(|what| !what.starts_with("200 ")),
                // Where kgateway makes no proxy, nothing answers in a cluster.
                None if self.has_no_proxy(request) => true,
                None => {
                    let bad = request["status"].as_u64().is_none_or(|status| status >= 400);
                    bad && request["backend"].is_null()
                }
            })
            .collect();
        (!told.is_empty()).then(|| told.contains(&true))
    }

    fn trace(&self, facts: &Facts, request: &Value, gateway: &str) -> Trace {
        let host = text(request, "host");
        let own = match text(request, "sni") {
            "" => host,
            sni => sni,
        };
        let own = own.rsplit_once(':').map_or(own, |(name, _)| name);
        let (scheme, port, path) =
            (text(request, "scheme"), &request["port"], text(request, "path"));
        let mut headers = vec![("Host".to_owned(), host.to_owned())];
        for header in list(&request["headers"]) {
            let part = |i: usize| header[i].as_str().unwrap_or_default().to_owned();
            headers.push((part(0), part(1)));
        }
        let url = format!("{scheme}://{own}:{port}{path}");
        let request = Request::parse(text(request, "method"), &url, &headers)
            .unwrap_or_else(|bad| panic!("{}: {url}: {}", self.id, bad.0));
        let gateway = (!gateway.is_empty()).then_some(gateway);
        resolve(facts, &request, gateway).unwrap_or_else(|error| panic!("{}: {error:?}", self.id))
    }

    fn statuses(&self, facts: &Facts, out: &mut Tally) {
        let predicted = predict(facts);
        for (title, seen) in self.json["status"].as_object().into_iter().flatten() {
            let item = list(&predicted["items"]).iter().find(|item| {
                let meta = &item["metadata"];
                format!("{} {}/{}", text(item, "kind"), text(meta, "namespace"), text(meta, "name"))
                    == *title
            });
            let ours = item.map(flat).unwrap_or_default();
            let theirs = flat(&serde_json::json!({ "status": seen }));
            if seen["(no status)"] == true {
                out.conditions += 1;
                if !ours.is_empty() {
                    out.wrong.push(format!("{title}: no status was written, predicted {ours:?}"));
                }
            }
            for (key, value) in theirs {
                out.conditions += 1;
                match ours.get(&key) {
                    None => out.declined.push(format!("{title} {key}")),
                    Some(own) if *own == value => {}
                    Some(own) => out.wrong.push(format!("{title} {key}: {own}, seen {value}")),
                }
            }
        }
    }
}

fn name(object: &Value) -> String {
    let meta = &object["metadata"];
    format!("{}/{}", text(meta, "namespace"), text(meta, "name"))
}
