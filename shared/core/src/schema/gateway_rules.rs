//! The rules of a Gateway beside those of its listeners.

use std::net::IpAddr;

use serde_json::Value;

use super::rules::{Out, items, refuse, text};
use super::table::{HOSTNAME, LABEL_VALUE, PRECISE_HOSTNAME};
use crate::pointer;

/// Adds the refusals of what `spec` says beside its listeners.
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
    for (i, address) in addresses.iter().enumerate() {
        let at = || pointer!["spec", "addresses", i];
        let Some(value) = address["value"].as_str() else { continue };
        let kind = text(address, "type");
        if kind == "IPAddress" && value.parse::<IpAddr>().is_err() {
            refuse(out, at() + "/value", "must be an IPv4 or IPv6 address");
        } else if kind == "Hostname" && !value.is_empty() && !(HOSTNAME.fits)(value) {
            refuse(out, at(), "a Hostname value must be empty or a hostname");
        }
        let same = |other: &&Value| text(other, "type") == kind && other["value"] == value;
        if ["IPAddress", "Hostname"].contains(&kind) && addresses.iter().take(i).any(|o| same(&o)) {
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
