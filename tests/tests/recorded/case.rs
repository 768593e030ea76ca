//! A recorded case and how a prediction is held against it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use igw_core::facts::views::{Pod, Service};
use igw_core::facts::{Cx, Fact, Openness, Scope, Settings, Store, Validation, Version, decode};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::route::status::predict;
use igw_core::route::trace::Trace;
use serde_json::Value;

/// The two forms in which a world can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a person writes it.
    Typed,
    /// As the API server stores it, with its defaults.
    Stored,
}

/// A case.
pub struct Case {
    /// Its name.
    pub id: String,
    /// `Kind ns/name` of what the API server rejected.
    pub rejected: Vec<String>,
    folder: PathBuf,
    json: Value,
}

/// What became of a case.
#[derive(Default)]
pub struct Outcome {
    pub requests: usize,
    pub conditions: usize,
    pub wrong: Vec<String>,
    /// Request paths, and `Kind ns/name Type` of conditions.
    pub declined: Vec<String>,
}

/// All cases of a folder that have this file.
pub fn all(folder: &str, file: &str) -> Vec<Case> {
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
            Case { id: text(&json["id"]), rejected, folder, json }
        })
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

impl Case {
    /// The world, or `None` where that form was not recorded.
    pub fn store(&self, form: Form, version: &str) -> Option<Store> {
        let mut settings = Settings { kgateway: Version::parse(version), ..Settings::default() };
        self.settle(&mut settings);
        let mut store = Store::for_files(Openness::Given, settings);
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

    /// What was set otherwise than by default.
    pub fn settle(&self, settings: &mut Settings) {
        if self.id.ends_with("-strict") {
            settings.validation = Validation::Strict;
        }
        if self.id.starts_with("exp-") {
            settings.experimental = Some(true);
        }
    }

    /// The status that was written, by `Kind ns/name`; null where none was recorded.
    pub fn status(&self, title: &str) -> Value {
        self.json["status"][title].clone()
    }

    /// The objects as they were typed.
    pub fn typed(&self) -> Vec<Value> {
        let path = self.folder.join("input.yaml").display().to_string();
        let input = igw::files::read(&[path], &mut std::io::empty());
        assert_eq!(input.problems, [], "{}", self.id);
        let mut pairs = BTreeMap::new();
        let mut objects: Vec<Value> = input.manifests.into_iter().map(|m| m.value).collect();
        for object in objects.iter_mut().filter(|o| o["kind"] == "Secret") {
            certificates(object, &mut pairs);
        }
        objects
    }

    /// Holds predictions against the recording.
    pub fn judge(&self, store: &Store) -> Outcome {
        let mut out = Outcome::default();
        let scope = Scope::default();
        let cx = Cx::new(store, &scope);
        for request in list(&self.json["requests"]) {
            if request["action"].is_string() {
                return out;
            }
            if self.has_no_proxy(request) {
                continue;
            }
            let gateway = self.gateway(request);
            out.requests += 1;
            let trace = self.trace(&cx, request, gateway);
            if trace.verdict.unknown.is_some() {
                out.declined.push(text(request, "path").to_owned());
                continue;
            }
            for fault in compare(&cx, request, &trace) {
                let what = format!("{} {}", text(request, "method"), text(request, "path"));
                out.wrong.push(format!("{what} (Host {}): {fault}", text(request, "host")));
            }
        }
        self.statuses(&cx, &mut out);
        out
    }

    fn gateway<'c>(&'c self, request: &'c Value) -> &'c str {
        match text(request, "gateway") {
            "" => text(&self.json, "gateway"),
            own => own,
        }
    }

    /// Whether it was asked of a proxy that kgateway did not make, or of the wrong port.
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

    fn trace(&self, cx: &Cx, request: &Value, gateway: &str) -> Trace {
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
        let gateway = gateway.split_once('/');
        resolve(cx, &request, gateway).unwrap_or_else(|error| panic!("{}: {error:?}", self.id))
    }

    fn statuses(&self, cx: &Cx, out: &mut Outcome) {
        let predicted = predict(cx);
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

/// Conditions and counts by where they stand.
fn flat(item: &Value) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut conditions = |at: String, value: &Value| {
        for condition in list(value) {
            let key = format!("{at}{}", text(condition, "type"));
            out.insert(key, format!("{} {}", text(condition, "status"), text(condition, "reason")));
        }
    };
    let status = &item["status"];
    conditions(String::new(), &status["conditions"]);
    for listener in list(&status["listeners"]) {
        conditions(format!("{}: ", text(listener, "name")), &listener["conditions"]);
    }
    for parent in list(&status["parents"]) {
        let r = &parent["parentRef"];
        let port = r["port"].as_u64().map(|p| p.to_string()).unwrap_or_default();
        let at = format!("{}/{}/{port}: ", text(r, "name"), text(r, "sectionName"));
        let at = format!("{}/{at}", text(r, "namespace"));
        conditions(at, &parent["conditions"]);
    }
    for listener in list(&status["listeners"]) {
        let name = text(listener, "name");
        if let Some(count) = listener["attachedRoutes"].as_u64() {
            out.insert(format!("{name}: attachedRoutes"), count.to_string());
        }
        if let Some(kinds) = listener["supportedKinds"].as_array() {
            let kinds: Vec<&str> = kinds.iter().map(|kind| text(kind, "kind")).collect();
            out.insert(format!("{name}: supportedKinds"), kinds.join(","));
        }
    }
    out
}

fn compare(cx: &Cx, request: &Value, trace: &Trace) -> Vec<String> {
    let mut faults = Vec::new();
    let possible: BTreeMap<Option<u16>, f64> =
        trace.verdict.possible.iter().map(|p| (p.status, p.share)).collect();
    if let Some(outcomes) = request["outcomes"].as_object() {
        let sent = request["sent"].as_f64().expect("a number");
        let mut seen: BTreeMap<Option<u16>, f64> = BTreeMap::new();
        for (what, count) in outcomes {
            let status = what.split(' ').next().and_then(|word| word.parse().ok());
            *seen.entry(status).or_default() += count.as_f64().expect("a number") / sent;
        }
        let shown =
            |m: &BTreeMap<Option<u16>, f64>, s: &Option<u16>| m.get(s).copied().unwrap_or(0.0);
        for status in seen.keys().chain(possible.keys()) {
            let (ours, theirs) = (shown(&possible, status), shown(&seen, status));
            // Four standard deviations of a sample of this size.
            let tolerance = 4.0 * (ours * (1.0 - ours) / sent).sqrt() + 1e-9;
            if (ours - theirs).abs() > tolerance {
                faults.push(format!("share of {status:?}: {ours:.2}, seen {theirs:.2}"));
            }
        }
        return faults;
    }
    let status = request["status"].as_u64().map(|s| s as u16);
    let several = possible.len() > 1 && possible.contains_key(&status);
    if trace.verdict.status != status && !several {
        faults.push(format!("status {:?}, seen {status:?}", trace.verdict.status));
        return faults;
    }
    let forwarded = trace.forwarded.as_ref();
    if let (Some(seen), Some(forwarded)) = (request["seen"].as_object(), forwarded) {
        let query = forwarded.query.as_ref().map(|q| format!("?{q}")).unwrap_or_default();
        let ours = format!("{}{query}", forwarded.path);
        let theirs = seen["path"].as_str().unwrap_or_default();
        if ours != theirs {
            faults.push(format!("path {ours}, seen {theirs}"));
        }
        let theirs = seen["host"].as_str().unwrap_or_default();
        if forwarded.host != theirs {
            faults.push(format!("host {}, seen {theirs}", forwarded.host));
        }
    }
    let headers = request["response_headers"].as_object().into_iter().flatten();
    for (_, seen) in headers.filter(|(name, _)| name.eq_ignore_ascii_case("location")) {
        let ours = trace.redirect.as_ref().map(|r| r.location.as_str());
        if ours != seen.as_str() {
            faults.push(format!("Location {ours:?}, seen {seen}"));
        }
    }
    if let Some(backend) = request["backend"].as_str()
        && !several
        && !trace.backends.iter().any(|b| b.share > 0.0 && reaches(cx, b, backend))
    {
        let ours: Vec<&str> = trace.backends.iter().map(|b| b.name.as_str()).collect();
        faults.push(format!("backends {ours:?}, seen {backend}"));
    }
    faults
}

/// Whether a backend of ours can have answered as `namespace/pod`: its selector finds the pod, or
/// it is the Service of that slice, or something that has no pods.
fn reaches(cx: &Cx, backend: &igw_core::route::trace::BackendShare, seen: &str) -> bool {
    let Fact::Known(service) = cx.get::<Service>(&backend.namespace, &backend.name) else {
        return backend.kind != "Service";
    };
    // Older recordings name an address where no pod has it.
    let Some((namespace, pod)) = seen.split_once('/') else {
        return service.selector.is_empty();
    };
    match cx.get::<Pod>(namespace, pod) {
        Fact::Known(pod) => {
            namespace == service.meta.namespace
                && service.selector.iter().all(|(k, v)| pod.meta.labels.get(k) == Some(v))
        }
        _ => pod.starts_with(&service.meta.name),
    }
}

fn name(object: &Value) -> String {
    let meta = &object["metadata"];
    format!("{}/{}", text(meta, "namespace"), text(meta, "name"))
}

/// Puts real pairs in place of `CERT(name)` and `KEY(name)`.
fn certificates(secret: &mut Value, pairs: &mut BTreeMap<String, (String, String)>) {
    let data = secret["data"].as_object().cloned().unwrap_or_default();
    let mut plain = serde_json::Map::new();
    for (key, value) in data {
        let value = value.as_str().unwrap_or_default();
        let pair = |host: &str, pairs: &mut BTreeMap<String, (String, String)>| {
            pairs
                .entry(host.to_owned())
                .or_insert_with(|| {
                    let made =
                        rcgen::generate_simple_self_signed([host.to_owned()]).expect("a pair");
                    (made.cert.pem(), made.signing_key.serialize_pem())
                })
                .clone()
        };
        let inside = |start: &str| value.strip_prefix(start).and_then(|v| v.strip_suffix(')'));
        let text = match (inside("CERT("), inside("KEY(")) {
            (Some(host), _) => pair(host, pairs).0,
            (_, Some(host)) => pair(host, pairs).1,
            _ => value.to_owned(),
        };
        plain.insert(key, text.into());
    }
    if let Some(map) = secret.as_object_mut() {
        map.remove("data");
    }
    secret["stringData"] = plain.into();
}
