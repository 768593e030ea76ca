//! Texts that thousands of objects have in common.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::GATEWAY_API;

/// A text that is mostly one of a few, of which each object keeps no copy.
pub type Interned = Cow<'static, str>;

const WELL_KNOWN: [&str; 10] = [
    "v1",
    "Service",
    "discovery.k8s.io/v1",
    "EndpointSlice",
    "gateway.networking.k8s.io/v1",
    "HTTPRoute",
    "Namespace",
    GATEWAY_API,
    "Gateway",
    "ClusterIP",
];

pub fn intern(text: String) -> Interned {
    match WELL_KNOWN.iter().find(|known| **known == text) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(text),
    }
}

/// For `#[serde(deserialize_with)]`.
///
/// # Errors
/// When it is no string.
pub fn read_interned<'de, D: Deserializer<'de>>(from: D) -> Result<Interned, D::Error> {
    String::deserialize(from).map(intern)
}
