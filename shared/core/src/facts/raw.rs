//! Objects as people keep them in files, before the API server's own rules are asked.

use serde_json::{Map, Value, json};

use super::Why;
use crate::kube::{GATEWAY_API, group_of};
use crate::placeholder;
use crate::schema::{Channel, Refusal};
use crate::text;

/// Makes of an object of a file what is meant by it: a placeholder becomes a token, what SOPS has
/// encrypted is not known, and an Endpoints is the EndpointSlice that Kubernetes mirrors it into.
pub(super) fn settle(object: &mut Value) {
    let api_version = object["apiVersion"].as_str().unwrap_or_default().to_owned();
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    let group = group_of(&api_version);
    if let Some(members) = object.as_object_mut()
        && members.remove("sops").is_some()
        && ["Secret", "ConfigMap"].contains(&kind.as_str())
    {
        let encrypted = |_: &String, value: &mut Value| {
            !value.as_str().is_some_and(|text| text.starts_with("ENC["))
        };
        for member in ["data", "stringData", "binaryData"] {
            let Some(entries) = members.get_mut(member).and_then(Value::as_object_mut) else {
                continue;
            };
            entries.retain(encrypted);
            if kind == "Secret" {
                members.remove(member);
            }
        }
    }
    if group.is_empty() && kind == "Endpoints" {
        *object = slice(object);
    }
    // Texts of programs have such signs for reasons of their own.
    let programs = ["", "apps", "batch"].contains(&group) && kind != "Service";
    match object.as_object_mut() {
        Some(members) if programs => {
            for member in ["metadata", "selector"] {
                members.get_mut(member).into_iter().for_each(placeholder::into_tokens);
            }
            for at in ["/spec/replicas", "/spec/selector", "/spec/template/metadata"] {
                object.pointer_mut(at).into_iter().for_each(placeholder::into_tokens);
            }
        }
        _ => placeholder::into_tokens(object),
    }
    if group == GATEWAY_API {
        let names = object.pointer_mut("/spec/hostnames").and_then(Value::as_array_mut);
        names.into_iter().flatten().for_each(words_in_capitals);
        let listeners = object.pointer_mut("/spec/listeners").and_then(Value::as_array_mut);
        let own = listeners.into_iter().flatten().filter_map(|own| own.get_mut("hostname"));
        own.for_each(words_in_capitals);
    }
}

/// `chat.DOMAIN`: a label in capitals is no name, but stands for one.
fn words_in_capitals(name: &mut Value) {
    let Some(text) = name.as_str() else { return };
    let words = |label: &str| label.split('_').all(|word| word.len() > 2);
    if text.contains('_') && !text.contains('.') && words(text) {
        *name = placeholder::tokens(&format!("${{{text}}}")).into_owned().into();
        return;
    }
    let stands_for_one =
        |label: &str| label.len() > 2 && label.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    if text.split('.').any(stands_for_one) {
        let labels = text.split('.').map(|label| match stands_for_one(label) {
            true => placeholder::tokens(&format!("${{{label}}}")).into_owned(),
            false => label.to_owned(),
        });
        *name = labels.collect::<Vec<_>>().join(".").into();
    }
}

/// The EndpointSlice of an Endpoints: one, with the addresses of all its subsets.
fn slice(object: &Value) -> Value {
    let mut endpoints = Vec::new();
    let mut ports = Map::new();
    for subset in object["subsets"].as_array().into_iter().flatten() {
        for (member, ready) in [("addresses", true), ("notReadyAddresses", false)] {
            for address in subset[member].as_array().into_iter().flatten() {
                let (addresses, conditions) = (json!([address["ip"]]), json!({"ready": ready}));
                endpoints.push(json!({"addresses": addresses, "conditions": conditions}));
            }
        }
        for port in subset["ports"].as_array().into_iter().flatten() {
            ports.insert(port["name"].as_str().unwrap_or_default().to_owned(), port.clone());
        }
    }
    let mut metadata = object["metadata"].clone();
    metadata["labels"] = json!({"kubernetes.io/service-name": metadata["name"]});
    json!({
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": ports.into_values().collect::<Vec<_>>(),
    })
}

/// The channel of the Gateway API that a CustomResourceDefinition tells.
pub(super) fn channel(object: &Value) -> Option<Channel> {
    if object["kind"] != "CustomResourceDefinition" || object["spec"]["group"] != GATEWAY_API {
        return None;
    }
    let annotation =
        |name: &str| object["metadata"]["annotations"][format!("{GATEWAY_API}/{name}")].as_str();
    let minor = |version: &str| version.trim_start_matches('v').split('.').nth(1)?.parse().ok();
    let minor: Option<u32> = annotation("bundle-version").and_then(minor);
    match annotation("channel")? {
        "standard" => Some(Channel::Standard),
        "experimental" if minor.is_some_and(|minor| minor < 6) => Some(Channel::ElderExperimental),
        "experimental" => Some(Channel::Experimental),
        _ => None,
    }
}

/// Takes out what is refused only because a value is not filled in; returns why the object is not
/// known, if such a value is no text that can stay open.
pub(super) fn not_filled(object: &Value, refusals: &mut Vec<Refusal>) -> Option<Why> {
    let mut unclear: Option<String> = None;
    refusals.retain(|refusal| {
        let Some(value) = object.pointer(&refusal.pointer).filter(|v| placeholder::is_in(v)) else {
            return true;
        };
        let of_another_type =
            refusal.message.contains(", but is ") || refusal.message.starts_with("cannot be read");
        if of_another_type {
            unclear = unclear.take().or_else(|| placeholder::first_in(value).map(str::to_owned));
        }
        false
    });
    let written = unclear?;
    let says = format!("its {} is not filled in", text::clip(&placeholder::spelled(&written), 60));
    Some(Why::not_given(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_become_a_slice() {
        let mut object = json!({
            "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "nas"},
            "subsets": [{"addresses": [{"ip": "192.0.2.10"}], "ports": [{"port": 8080}]}],
        });
        settle(&mut object);
        assert_eq!(object["kind"], "EndpointSlice");
        assert_eq!(object["endpoints"][0]["conditions"]["ready"], true);
        assert_eq!(object["ports"][0]["port"], 8080);
        assert_eq!(object["metadata"]["labels"]["kubernetes.io/service-name"], "nas");
    }

    #[test]
    fn encrypted_values_are_not_known() {
        let mut object = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "tls"},
            "stringData": {"tls.crt": "ENC[AES256_GCM,data:x]"}, "sops": {"mac": "x"},
        });
        settle(&mut object);
        assert!(object.get("sops").is_none() && object.get("stringData").is_none());
    }

    #[test]
    fn a_number_that_is_not_filled_in_is_not_known() {
        let mut object = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"},
            "spec": {"ports": [{"port": "${PORT}"}]},
        });
        settle(&mut object);
        let refusal = |message: &str| Refusal {
            gate: crate::schema::Gate::Rule,
            pointer: "/spec/ports/0/port".to_owned(),
            message: message.to_owned(),
            instead: None,
        };
        let mut refusals = vec![refusal("must be a whole number, but is a string")];
        let why = not_filled(&object, &mut refusals).expect("it is not known");
        assert_eq!((why.detail.as_str(), refusals.len()), ("its ${PORT} is not filled in", 0));
        let mut other = vec![refusal("is required")];
        assert_eq!(not_filled(&json!({}), &mut other), None);
        assert_eq!(other.len(), 1);
    }
}
