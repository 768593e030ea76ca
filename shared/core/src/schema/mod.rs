//! What the API server does with a manifest before a controller sees it: fills in defaults,
//! refuses what the CRD's schema or its rules do not allow.
//!
//! The tables are our own description of the Gateway API CRDs 1.6.1, standard channel; fields of
//! the experimental channel are marked as such.

mod experimental;
mod gateway;
mod gateway_rules;
mod http_route;
mod kgateway;
mod rules;
mod table;
mod validate;

use serde_json::Value;

use crate::facts::{Kind, Settings};

pub use table::{Field, Pattern, Type};

/// Which gate of the API server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Strict decoding: a field that the kind does not have.
    UnknownField,
    /// The schema or one of the CRD's rules.
    Rule,
}

/// One reason why the API server refuses an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which gate.
    pub gate: Gate,
    /// Where, as an RFC 6901 pointer.
    pub pointer: String,
    /// What is wrong, as the end of a sentence that begins with the field.
    pub message: String,
}

/// The outcome of [`admit`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admission {
    /// Reasons to refuse; empty: admitted.
    pub refusals: Vec<Refusal>,
    /// What only the experimental channel of the Gateway API admits: where, and what.
    pub experimental: Vec<(String, String)>,
}

/// Fills in the defaults of `object` and says what the API server would refuse.
///
/// `stored` objects were admitted once; only their defaults are filled in.
pub fn admit(kind: Kind, object: &mut Value, stored: bool, settings: &Settings) -> Admission {
    let mut admission = Admission::default();
    let Some(root) = table_of(kind) else {
        return admission;
    };
    validate::walk(root, object, &mut String::new(), &mut admission);
    if stored {
        return Admission::default();
    }
    // Who writes the filter ExternalAuth has the CRDs that know it; the other experimental fields
    // are more often met where only the standard channel is installed.
    let knows = |(pointer, _): &(String, String)| pointer.ends_with("/externalAuth");
    let experimental = settings.experimental.unwrap_or(admission.experimental.iter().any(knows));
    rules::check(kind, object, experimental, &mut admission.refusals);
    if !experimental {
        for (pointer, what) in std::mem::take(&mut admission.experimental) {
            let message = format!("{what} only in the experimental channel of the Gateway API");
            admission.refusals.push(Refusal { gate: Gate::UnknownField, pointer, message });
        }
    }
    admission.refusals.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    admission
}

fn table_of(kind: Kind) -> Option<&'static Type> {
    Some(match kind {
        Kind::GatewayClass => &gateway::GATEWAY_CLASS,
        Kind::Gateway => &gateway::GATEWAY,
        Kind::ListenerSet => &gateway::LISTENER_SET,
        Kind::ReferenceGrant => &gateway::REFERENCE_GRANT,
        Kind::HttpRoute => &http_route::HTTP_ROUTE,
        Kind::TrafficPolicy => &kgateway::TRAFFIC_POLICY,
        Kind::ListenerPolicy => &kgateway::LISTENER_POLICY,
        Kind::BackendConfigPolicy => &kgateway::BACKEND_CONFIG_POLICY,
        Kind::Service => &kgateway::SERVICE,
        Kind::EndpointSlice => &kgateway::ENDPOINT_SLICE,
        _ => return None,
    })
}
