//! Fields of policies that are not modelled, and that decide about no status.

use super::request::Request;
use crate::facts::Other;

/// How it is attached.
const TARGETS: [&str; 3] = ["targetRef", "targetRefs", "targetSelectors"];

/// Of Envoy Gateway's ClientTrafficPolicy: how connections are kept, and what is told about them.
/// (api/v1alpha1/clienttrafficpolicy_types.go.) Not among them: headers that are changed before
/// routes are looked for, what is done to paths, the PROXY protocol, certificates of clients.
const CLIENT_TRAFFIC: [&str; 18] = [
    "clientIPDetection",
    "connection",
    "headers.disableRateLimitHeaders",
    "headers.enableEnvoyHeaders",
    "headers.lateResponseHeaders",
    "headers.preserveXRequestID",
    "headers.requestID",
    "http1",
    "http2",
    "http3",
    "tcpKeepalive",
    "timeout",
    "tls.alpnProtocols",
    "tls.ciphers",
    "tls.ecdhCurves",
    "tls.maxVersion",
    "tls.minVersion",
    "tls.signatureAlgorithms",
];

/// Of its BackendTrafficPolicy: which endpoint is taken, how often and how long it is tried
/// (backendtrafficpolicy_types.go). Not among them: what answers itself (rate limits, faults,
/// overridden responses) or changes what the backend understands.
const BACKEND_TRAFFIC: [&str; 13] = [
    "circuitBreaker",
    "compression",
    "compressor",
    "connection",
    "dns",
    "healthCheck",
    "http2",
    "httpUpgrade",
    "loadBalancer",
    "mergeType",
    "retry",
    "tcpKeepalive",
    "timeout",
];

/// Whether an object that points at something on the way of a request leaves its status as it is.
pub fn is_bystander(other: &Other, request: &Request) -> bool {
    let (group, kind) = (other.meta.group(), other.meta.kind.as_ref());
    let own: &[&str] = match (group, kind) {
        ("gateway.envoyproxy.io", "ClientTrafficPolicy") => &CLIENT_TRAFFIC,
        ("gateway.envoyproxy.io", "BackendTrafficPolicy") => &BACKEND_TRAFFIC,
        _ => return false,
    };
    other.fields.iter().all(|field| {
        let outer = field.split('.').next().unwrap_or_default();
        let known = |list: &[&str]| list.contains(&outer) || list.contains(&field.as_str());
        known(&TARGETS) || known(own) || (!request.may_have_body() && outer == "requestBuffer")
    })
}
