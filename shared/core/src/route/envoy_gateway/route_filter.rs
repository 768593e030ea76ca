//! What an HTTPRouteFilter answers, and the credential that it adds.

use serde_json::Value;

use super::route_fault::RouteFault;
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::ENVOY_GATEWAY_API;
use crate::route::expression::{Regex, regex_anywhere};
use crate::route::grant::Crossing;
use crate::route::grants;

/// The entry of a Secret that holds the credential (`InjectedCredentialKey`).
const CREDENTIAL: &str = "credential";

/// What is wrong with the body of `spec.directResponse` (`getCustomResponseBody`).
pub fn body(facts: &Facts, filter: &RouteFilter) -> Option<RouteFault> {
    let body = &filter.spec["directResponse"]["body"];
    if body["type"] != "ValueRef" {
        return None;
    }
    let namespace = filter.meta.namespace.as_str();
    let name = body["valueRef"]["name"].as_str().unwrap_or_default();
    match facts.get::<ConfigMap>(namespace, name) {
        Fact::Known(map) if map.data.is_empty() => {
            Some(RouteFault::refusal(format!("ConfigMap {namespace}/{name} is empty")))
        }
        Fact::Known(_) => None,
        Fact::Absent => {
            Some(RouteFault::refusal(format!("ConfigMap {namespace}/{name} does not exist")))
        }
        Fact::Unknown(why) => {
            Some(RouteFault::unknown(true, why.about(&format!("ConfigMap {namespace}/{name}"))))
        }
    }
}

/// What is wrong with the Secret of `spec.credentialInjection` (`validateSecretRef`).
pub fn credential(facts: &Facts, filter: &RouteFilter) -> Option<RouteFault> {
    let reference = &filter.spec["credentialInjection"]["credential"]["valueRef"];
    if filter.spec["credentialInjection"].is_null() {
        return None;
    }
    let text = |name: &str| reference[name].as_str();
    let home = filter.meta.namespace.as_str();
    let (namespace, name) = (text("namespace").unwrap_or(home), text("name").unwrap_or_default());
    let title = format!("Secret {namespace}/{name}");
    let kind = text("kind").unwrap_or("Secret");
    if text("group").is_some_and(|group| !group.is_empty())
        || !["Secret", "ConfigMap"].contains(&kind)
    {
        return Some(RouteFault::refusal(format!("a credential is a Secret, not a {kind}")));
    }
    let crossing = Crossing {
        from_group: ENVOY_GATEWAY_API,
        from_kind: "HTTPRouteFilter",
        from_namespace: home,
        to_group: "",
        to_kind: kind,
        to_namespace: namespace,
        to_name: name,
    };
    if namespace != home {
        match grants::permitted(facts, &crossing, false) {
            Fact::Known(_) => {}
            Fact::Absent => {
                let says = format!("no ReferenceGrant in {namespace} lets it use {title}");
                return Some(RouteFault::refusal(says));
            }
            Fact::Unknown(why) => return Some(RouteFault::unknown(true, why.detail)),
        }
    }
    match facts.get::<Secret>(namespace, name) {
        Fact::Absent => Some(RouteFault::refusal(format!("{title} does not exist"))),
        Fact::Unknown(why) => Some(RouteFault::unknown(true, why.about(&title))),
        Fact::Known(secret) => match &secret.data {
            None => {
                Some(RouteFault::unknown(true, format!("the entries of {title} are not given")))
            }
            Some(data) => {
                let entry = data.get(CREDENTIAL);
                let is_empty = |text: &crate::kube::Hidden| text.reveal().is_empty();
                let empty = entry.is_some_and(|own| own.text.as_ref().is_some_and(is_empty));
                (entry.is_none() || empty)
                    .then(|| RouteFault::refusal(format!("{title} has no entry {CREDENTIAL}")))
            }
        },
    }
}

/// What is wrong with the cookies of `spec.matches` (`buildCookieMatches`).
pub fn cookies(matches: &[Value]) -> Option<RouteFault> {
    let cookies = matches.iter().filter_map(|own| own["cookies"].as_array()).flatten();
    let mut patterns = cookies
        .filter(|cookie| cookie["type"] == "RegularExpression")
        .filter_map(|cookie| cookie["value"].as_str());
    patterns.find_map(|pattern| match regex_anywhere(pattern) {
        Regex::Good(_) => None,
        Regex::Bad(says) => Some(RouteFault::refusal(says)),
        Regex::Unsure(says) => Some(RouteFault::unknown(true, says)),
    })
}
