//! What may be shown of a configuration.

use std::ops::Range;

use crate::gojson::{Json, JsonKind};

/// Members whose values are not secret.
const SHOWN: [&str; 21] = [
    "$schema",
    "base_provider_type",
    "base_url",
    "collector_url",
    "model_id",
    "model_name",
    "models",
    "name",
    "path",
    "placement",
    "pricing_url",
    "protocol",
    "provider",
    "scope",
    "service_name",
    "source_of_truth",
    "target",
    "trace_type",
    "type",
    "url",
    "id",
];

/// Part of the text, with every string masked that is not known to be harmless.
pub fn masked(json: &Json, from: usize, to: usize) -> Option<String> {
    let mut bytes = json.whole().as_bytes().get(from..to)?.to_vec();
    for id in json.strings_between(from, to) {
        let (start, end) = json.range(id);
        if !is_harmless(json, id) {
            let inside = (start + 1).max(from)..(end - 1).clamp(from, to);
            bytes[inside.start.min(inside.end) - from..inside.end - from].fill(b'*');
        }
    }
    String::from_utf8(bytes).ok()
}

fn is_harmless(json: &Json, id: usize) -> bool {
    let parent = json.parent(id);
    let key = match json.kind(parent) {
        JsonKind::List => json.key(parent),
        _ => json.key(id),
    };
    let text = json.spelled(id);
    let plain = !text.contains(['@', '?']) && text.len() < 200;
    SHOWN.iter().any(|shown| key.eq_ignore_ascii_case(shown)) && plain
}

/// Members beside these whose values are not secret, for a difference.
const CHANGED: [&str; 11] = [
    "aliases",
    "allowed_models",
    "blacklisted_models",
    "framework",
    "key_ids",
    "mcp_library_url",
    "model_parameters_url",
    "pricing",
    "provider_configs",
    "request_path_overrides",
    "weight",
];

/// The bytes of all strings that may be secrets, without their quotes.
pub fn hidden(json: &Json) -> Vec<Range<usize>> {
    let strings = json.strings_between(0, json.whole().len());
    let secret = strings.filter(|id| {
        let text = json.text(*id).unwrap_or_default();
        let parent = json.key(json.parent(*id));
        let known = |key: &str| CHANGED.iter().any(|own| own.eq_ignore_ascii_case(key));
        let reference = text.strip_prefix("env.").is_some_and(is_name);
        let address = json.key(*id).to_ascii_lowercase().ends_with("url");
        !(text.is_empty()
            || reference
            || is_harmless(json, *id) && (!address || is_address(&text))
            || (known(json.key(*id)) || known(parent)) && !text.contains(['@', '?', ' ']))
    });
    secret.map(|id| json.range(id)).map(|(start, end)| start + 1..end - 1).collect()
}

/// Whether a text has the form of an address, rather than that of a secret in a wrong place.
fn is_address(text: &str) -> bool {
    let port = text.rsplit_once(':').map(|(_, port)| port);
    text.contains("://") || port.is_some_and(|port| port.parse::<u16>().is_ok())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
