//! Key pairs for Secrets: manifests say `CERT(host)` and `KEY(host)`, and hold no key.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

/// Certificate and key by host, made once a process: making one takes a while.
static PAIRS: Mutex<BTreeMap<String, (String, String)>> = Mutex::new(BTreeMap::new());

fn pair(host: &str) -> (String, String) {
    let mut pairs = PAIRS.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let made = rcgen::generate_simple_self_signed([host.to_owned()]).expect("a pair");
        (made.cert.pem(), made.signing_key.serialize_pem())
    };
    pairs.entry(host.to_owned()).or_insert_with(make).clone()
}

/// Puts real ones in their place, as plain text.
pub fn fill(secret: &mut Value) {
    let mut plain = Map::new();
    for member in ["data", "stringData"] {
        for (key, value) in secret[member].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            let inside = |start: &str| value.strip_prefix(start)?.strip_suffix(')');
            let text = match (inside("CERT("), inside("KEY(")) {
                (Some(host), _) => pair(host).0,
                (_, Some(host)) => pair(host).1,
                _ => value.to_owned(),
            };
            plain.insert(key.clone(), text.into());
        }
    }
    if let Some(members) = secret.as_object_mut() {
        members.remove("data");
    }
    secret["stringData"] = plain.into();
}
