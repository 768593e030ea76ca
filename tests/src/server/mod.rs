//! A stand-in for the API server, so that tests without Go read a cluster, too: a small server that
//! speaks its documented protocol of lists, continuations, objects and discovery. What the API server
//! really does, and what goes wrong on the way, is the lab's business (`tests/tests/lab`).

mod definitions;
mod discovery;
mod faults;
mod logs;
mod resources;
mod slices;

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use resources::{RESOURCES, ServedResource};
use serde_json::{Value, json};
use slices::with_slices;

/// What goes wrong with the requests whose path begins with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerFault {
    Status(u16),
    Garbage,
    /// No answer for as long as the test lasts.
    Silent,
    /// A list that goes on for ever: with a new token each time, or with the same.
    Endless {
        same: bool,
    },
    /// An answer without an end.
    Infinite,
    /// A watch that ends at once.
    Ended,
    /// Nested a hundred thousand times.
    Deep,
}

/// A running server; it ends with the test.
pub struct StandIn {
    pub port: u16,
    world: Arc<ServedWorld>,
}

#[derive(Default)]
struct ServedWorld {
    objects: Vec<Value>,
    /// Those of the CustomResourceDefinitions among the objects.
    defined: Vec<ServedResource>,
    /// Definitions that are only read by name.
    standard: Vec<Value>,
    faults: Vec<(String, ServerFault)>,
    gone: Vec<&'static str>,
    older: bool,
    seen: Mutex<Vec<String>>,
}

/// Items per page, whatever limit is requested, so that small worlds have several pages.
const PAGE: usize = 1;

impl StandIn {
    pub fn of(yaml: &str) -> StandIn {
        StandIn::with(yaml, &[], &[], false)
    }

    /// The same with faults, without some resources, and before aggregated discovery.
    pub fn with(
        yaml: &str,
        faults: &[(&str, ServerFault)],
        gone: &[&'static str],
        older: bool,
    ) -> StandIn {
        let objects: Vec<Value> = serde_saphyr::from_multiple(yaml).expect("the fixture is YAML");
        let faults = faults.iter().map(|(path, fault)| ((*path).to_owned(), *fault)).collect();
        let objects = with_slices(objects.into_iter().flat_map(single).map(stored).collect());
        let world = ServedWorld {
            defined: objects
                .iter()
                .filter_map(discovery::defined)
                .filter(|own| !RESOURCES.iter().any(|known| (known.0, known.2) == (own.0, own.2)))
                .collect(),
            standard: definitions::standard(&objects),
            objects,
            faults,
            gone: gone.to_vec(),
            older,
            seen: Mutex::default(),
        };
        let world = Arc::new(world);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = world.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let world = shared.clone();
                std::thread::spawn(move || drop(world.talk(stream)));
            }
        });
        StandIn { port, world }
    }

    /// The requests so far: path, user agent.
    pub fn seen(&self) -> Vec<String> {
        self.world.seen.lock().expect("no thread has panicked").clone()
    }

    /// A kubeconfig whose context is in this namespace.
    pub fn kubeconfig(&self, directory: &std::path::Path, namespace: &str) -> String {
        let path = directory.join("config");
        let text = format!(
            "current-context: lab\ncontexts: [{{name: lab, context: {{cluster: lab, user: me, namespace: {namespace}}}}}]\nclusters: [{{name: lab, cluster: {{server: 'http://127.0.0.1:{}'}}}}]\nusers: [{{name: me, user: {{token: s3cret-token}}}}]\n",
            self.port
        );
        std::fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    }
}

/// The objects of a List, or the one object.
fn single(object: Value) -> Vec<Value> {
    match object["kind"] == "List" {
        true => object["items"].as_array().cloned().unwrap_or_default(),
        false => vec![object],
    }
}

/// Whether an object is of the group of an API version: two of them have a Backend.
fn is_of(object: &Value, version: &str) -> bool {
    let group = |version: &str| version.rsplit_once('/').map(|(group, _)| group.to_owned());
    object["apiVersion"].as_str().is_none_or(|own| group(own) == group(version))
}

fn stored(mut object: Value) -> Value {
    let resource = RESOURCES.iter().find(|r| object["kind"] == r.1);
    if resource.is_some_and(|r| r.3) && object["metadata"]["namespace"].is_null() {
        object["metadata"]["namespace"] = json!("default");
    }
    object["metadata"]["uid"] = json!("00000000-0000-0000-0000-000000000000");
    object
}

impl ServedWorld {
    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut out = stream;
        loop {
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                if line == "\r\n" {
                    break;
                }
                head.push(line.trim_end().to_owned());
            }
            let path = head[0].split(' ').nth(1).unwrap_or_default().to_owned();
            let header = |name: &str| {
                let line = head.iter().find(|line| line.to_ascii_lowercase().starts_with(name));
                line.map(|line| line[name.len()..].trim().to_owned()).unwrap_or_default()
            };
            let asked = format!("{path} {} {}", header("user-agent:"), header("impersonate-user:"));
            self.seen.lock().expect("no thread has panicked").push(asked.trim_end().to_owned());
            match self.fault(&path) {
                Some(ServerFault::Silent) => std::thread::sleep(Duration::from_secs(600)),
                Some(ServerFault::Garbage) => send(&mut out, 200, "<html>proxy</html>")?,
                Some(fault) if fault.is_hostile(&path) => {
                    let asked = self.seen.lock().map_or(0, |seen| seen.len());
                    if !faults::hostile(fault, asked, &mut out)? {
                        return Ok(());
                    }
                }
                Some(ServerFault::Status(code)) => {
                    send(&mut out, code, &status(code, "as the test wants it").to_string())?;
                }
                _ => {
                    let (code, body) = match self.log(&path) {
                        Some((code, text)) => (code, text),
                        None => {
                            let (code, body) = self.answer(&path);
                            (code, body.to_string())
                        }
                    };
                    send(&mut out, code, &body)?;
                }
            }
        }
    }

    fn fault(&self, path: &str) -> Option<ServerFault> {
        let (_, fault) = self.faults.iter().find(|(start, _)| path.starts_with(start))?;
        Some(*fault)
    }

    fn served(&self) -> impl Iterator<Item = &ServedResource> {
        let all = RESOURCES.iter().chain(&self.defined);
        all.filter(|resource| !self.gone.contains(&resource.0))
    }

    fn answer(&self, target: &str) -> (u16, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path == "/apis" {
            return (200, self.groups());
        }
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (version, rest) = match parts.as_slice() {
            ["api", version, rest @ ..] => ((*version).to_owned(), rest),
            ["apis", group, version, rest @ ..] => (format!("{group}/{version}"), rest),
            _ => return (404, status(404, "no such path")),
        };
        let (namespace, rest) = match rest {
            [] => return (200, self.resources(&version)),
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
            rest => (None, rest),
        };
        let resource = self.served().find(|r| r.0 == rest[0] && r.2 == version);
        let Some((plural, kind, ..)) = resource else {
            return (404, status(404, "the server could not find the requested resource"));
        };
        let all: Vec<&Value> = self
            .objects
            .iter()
            .filter(|object| object["kind"] == *kind && is_of(object, &version))
            .filter(|object| namespace.is_none_or(|ns| object["metadata"]["namespace"] == ns))
            .collect();
        match rest.get(1) {
            Some(name) => match all
                .iter()
                .copied()
                .chain(self.standard.iter().filter(|own| own["kind"] == *kind))
                .find(|object| object["metadata"]["name"] == **name)
            {
                Some(object) => (200, object.clone()),
                None => {
                    let mut body = status(404, &format!("{plural} {name:?} not found"));
                    body["details"] = json!({ "name": name, "kind": plural });
                    (404, body)
                }
            },
            None => (200, page(&all, query, kind, version == "v1")),
        }
    }
}

/// Items of built-in lists have neither apiVersion nor kind.
fn page(all: &[&Value], query: &str, kind: &str, built_in: bool) -> Value {
    let from: usize = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("continue="))
        .map_or(0, |token| token.parse().expect("a continuation is one that was given"));
    let item = |object: &&Value| {
        let mut object = (*object).clone();
        if built_in && let Some(members) = object.as_object_mut() {
            members.remove("apiVersion");
            members.remove("kind");
        }
        object
    };
    let items: Vec<Value> = all.iter().skip(from).take(PAGE).map(item).collect();
    let mut metadata = json!({ "resourceVersion": "1" });
    if from + PAGE < all.len() {
        metadata["continue"] = json!((from + PAGE).to_string());
    }
    json!({ "kind": format!("{kind}List"), "items": items, "metadata": metadata })
}

fn status(code: u16, message: &str) -> Value {
    json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message })
}

fn send(out: &mut impl std::io::Write, code: u16, body: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {code} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // In one piece: a second one would wait for the first to be acknowledged.
    out.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    out.flush()
}
