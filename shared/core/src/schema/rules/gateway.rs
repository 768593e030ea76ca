//! The rules of Gateways and ListenerSets.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value;

use super::refuse::{Out, items, refuse, text};
use crate::pointer;
use crate::schema::patterns::{HOSTNAME, LABEL_VALUE, PRECISE_HOSTNAME};

/// Adds the refusals for the parts of `spec` other than its listeners.
pub fn check(spec: &Value, out: &mut Out) {
    addresses(items(&spec["addresses"]), out);
    for map in ["labels", "annotations"] {
        let keys = spec["infrastructure"][map].as_object();
        for key in keys.into_iter().flatten().map(|(key, _)| key).filter(|key| !is_key(key)) {
            let rule = format!("{key:?} is not a name with an optional DNS prefix and a slash");
            refuse(out, pointer!["spec", "infrastructure", map], rule);
        }
    }
}

fn addresses(addresses: &[Value], out: &mut Out) {
    let mut known = BTreeSet::new();
    for (i, address) in addresses.iter().enumerate() {
        let at = || pointer!["spec", "addresses", i];
        let Some(value) = address["value"].as_str() else { continue };
        let kind = text(address, "type");
        if kind == "IPAddress" && value.parse::<IpAddr>().is_err() {
            refuse(out, at() + "/value", "must be an IPv4 or IPv6 address");
        } else if kind == "Hostname" && !value.is_empty() && !(HOSTNAME.fits)(value) {
            refuse(out, at(), "a Hostname value must be empty or a hostname");
        }
        let new = known.insert((kind, value));
        if ["IPAddress", "Hostname"].contains(&kind) && !new {
            refuse(out, at(), format!("{kind} values must be unique"));
        }
    }
}

/// A key of a label or an annotation.
fn is_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let short = (1..=63).contains(&name.len()) && (LABEL_VALUE.fits)(name);
    short && prefix.is_none_or(|p| p.len() < 253 && (PRECISE_HOSTNAME.fits)(p))
}

pub fn listeners(spec: &Value, out: &mut Out) {
    let (mut names, mut triples) = (BTreeSet::new(), BTreeSet::new());
    for (i, listener) in items(&spec["listeners"]).iter().enumerate() {
        let at = || pointer!["spec", "listeners", i];
        let (name, protocol) = (text(listener, "name"), text(listener, "protocol"));
        let tls = &listener["tls"];
        if !names.insert(name) {
            refuse(out, at(), "listener name must be unique within the Gateway");
        }
        let hostname = listener["hostname"].as_str();
        if !triples.insert((listener["port"].as_u64(), protocol, hostname)) {
            let rule =
                "combination of port, protocol and hostname must be unique for each listener";
            refuse(out, at(), rule);
        }
        if ["HTTP", "TCP", "UDP"].contains(&protocol) && !tls.is_null() {
            refuse(out, at(), "tls must not be specified for protocols HTTP, TCP and UDP");
        }
        if ["TCP", "UDP"].contains(&protocol) && hostname.is_some_and(|h| !h.is_empty()) {
            refuse(out, at(), "hostname must not be specified for protocols TCP and UDP");
        }
        // The mode has a default, so that only `tls` itself can be missing.
        if protocol == "TLS" && tls.is_null() {
            refuse(out, at(), "tls mode must be set for protocol TLS");
        }
        if protocol == "HTTPS" && text(tls, "mode") == "Passthrough" {
            refuse(out, at(), "tls mode must be Terminate for protocol HTTPS");
        }
        let no_certificates = items(&tls["certificateRefs"]).is_empty();
        let no_options = tls["options"].as_object().is_none_or(serde_json::Map::is_empty);
        if text(tls, "mode") == "Terminate" && no_certificates && no_options {
            let rule = "certificateRefs or options must be specified when mode is Terminate";
            refuse(out, pointer!["spec", "listeners", i, "tls"], rule);
        }
    }
}
