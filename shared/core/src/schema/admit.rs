//! From a manifest to what the API server would store.

use serde_json::Value;

use super::types::Type;
use super::{
    Admission, Channel, Gate, Refusal, crd_rules, gateway, gateway_api, http_route, kgateway,
    rules, validate,
};
use crate::kube::Kind;

/// Fields of the experimental channel that versions before 1.6 have.
const TAKEN_OUT: [&str; 1] = ["/sessionPersistence/idleTimeout"];

/// Fills in the defaults of `object` and says what the API server would refuse.
///
/// `stored` objects were admitted once; only their defaults are filled in.
pub fn admit(kind: Kind, object: &mut Value, stored: bool, channel: Channel) -> Admission {
    match table_of(kind, object) {
        Some(root) => admitted(root, Some(kind), object, stored, channel),
        None => Admission::default(),
    }
}

/// The same for a kind of the Gateway API that no rule reads: a route of streams or of calls.
pub fn admit_other(object: &mut Value, stored: bool, channel: Channel) -> Admission {
    match gateway_api::own(object) {
        Some(root) => admitted(root, None, object, stored, channel),
        None => Admission::default(),
    }
}

fn admitted(
    root: &'static Type,
    kind: Option<Kind>,
    object: &mut Value,
    stored: bool,
    channel: Channel,
) -> Admission {
    let mut admission = Admission::default();
    validate::walk(root, object, &mut String::new(), &mut admission);
    if stored {
        return Admission::default();
    }
    // Who writes the filter ExternalAuth has the CRDs that know it; the other experimental fields
    // are more often met where only the standard channel is installed.
    let knows = |(pointer, _): &(String, String)| pointer.ends_with("/externalAuth");
    let experimental = match channel {
        Channel::Standard => false,
        Channel::Experimental | Channel::ElderExperimental => true,
        Channel::Unsaid => admission.experimental.iter().any(knows),
    };
    if channel == Channel::ElderExperimental {
        let taken_out = |refusal: &Refusal| TAKEN_OUT.iter().any(|t| refusal.pointer.ends_with(t));
        admission.refusals.retain(|refusal| !taken_out(refusal));
    }
    if let Some(kind) = kind {
        rules::check(kind, object, experimental, &mut admission.refusals);
    }
    crd_rules::check(root, object, &mut admission);
    if let Some(kind) = kind.filter(|kind| kgateway::own(*kind).is_some()) {
        let (unsure, sure) = std::mem::take(&mut admission.refusals)
            .into_iter()
            .partition(|refusal| of_another_version(kind, refusal));
        admission.refusals = sure;
        admission.doubted = unsure;
    }
    if channel == Channel::Standard {
        for (pointer, what) in std::mem::take(&mut admission.experimental) {
            let message = format!("{what} only in the experimental channel of the Gateway API");
            let (gate, instead) = (Gate::UnknownField, None);
            admission.refusals.push(Refusal { gate, pointer, message, instead });
        }
    } else if experimental {
        admission.experimental.clear();
    }
    admission.refusals.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    admission
}

/// Whether a field may be one of another version of kgateway than the table's: it is like no field
/// that this one has. TrafficPolicy's parts are known of all versions.
fn of_another_version(kind: Kind, refusal: &Refusal) -> bool {
    let is_part = refusal.pointer.matches('/').count() <= 2;
    refusal.gate == Gate::UnknownField
        && !refusal.message.contains("did you mean")
        && !(kind == Kind::TrafficPolicy && is_part)
}

fn table_of(kind: Kind, object: &Value) -> Option<&'static Type> {
    if object["kind"] == "HTTPListenerPolicy" {
        return Some(&kgateway::HTTP_LISTENER_POLICY);
    }
    Some(match kind {
        Kind::GatewayClass => &gateway::GATEWAY_CLASS,
        Kind::Gateway => &gateway::GATEWAY,
        Kind::ListenerSet => &gateway::LISTENER_SET,
        Kind::ReferenceGrant => &gateway::REFERENCE_GRANT,
        Kind::HttpRoute => &http_route::HTTP_ROUTE,
        Kind::Service => &kgateway::SERVICE,
        Kind::EndpointSlice => &kgateway::ENDPOINT_SLICE,
        Kind::BackendTlsPolicy => return gateway_api::own(object),
        kind => return kgateway::own(kind),
    })
}
