//! The kinds of routes that a listener takes.

use crate::facts::views::*;
use crate::kube::GATEWAY_API;
use crate::route::profile::Profile;

/// The route kinds of a protocol, in the order in which kgateway reports them.
fn kinds_of_protocol(listener: &Listener, profile: &Profile) -> Option<&'static [&'static str]> {
    let terminates = |tls: &ListenerTls| tls.mode == "Terminate";
    match listener.protocol.as_str() {
        "HTTP" => Some(&["HTTPRoute", "GRPCRoute"]),
        // kgateway 2.2 (seen) reports HTTPRoute only for HTTPS.
        "HTTPS" if profile.kgateway_before(2, 3) => Some(&["HTTPRoute"]),
        "HTTPS" => Some(&["HTTPRoute", "GRPCRoute"]),
        "TLS" if profile.is_kgateway() => Some(&["TCPRoute", "TLSRoute"]),
        "TLS" if listener.tls.as_ref().is_some_and(terminates) => Some(&["TLSRoute", "TCPRoute"]),
        "TLS" => Some(&["TLSRoute"]),
        "TCP" => Some(&["TCPRoute"]),
        "UDP" if !profile.is_kgateway() => Some(&["UDPRoute"]),
        _ => None,
    }
}

/// Whether a listener takes routes of a kind. Even one of an unsupported protocol counts routes
/// (seen): kinds are asked by name.
pub fn takes_kind(listener: &Listener, profile: &Profile, kind: &str) -> bool {
    let wanted = &listener.allowed_routes.kinds;
    match kinds_of_protocol(listener, profile) {
        Some(protocol) => {
            let named = |own: &RouteKind| own.group() == GATEWAY_API && own.kind == kind;
            protocol.contains(&kind) && (wanted.is_empty() || wanted.iter().any(named))
        }
        None => wanted.is_empty() && profile.is_kgateway(),
    }
}

/// `supportedKinds` and whether `allowedRoutes.kinds` names one that is not (gw:1373-1386).
/// `None` for an unsupported protocol.
pub fn supported_kinds(
    listener: &Listener,
    profile: &Profile,
) -> Option<(Vec<(String, String)>, bool)> {
    let protocol = kinds_of_protocol(listener, profile)?;
    let pair = |kind: &str| (GATEWAY_API.to_owned(), kind.to_owned());
    let wanted = &listener.allowed_routes.kinds;
    if wanted.is_empty() {
        return Some((protocol.iter().map(|kind| pair(kind)).collect(), false));
    }
    let fits =
        |kind: &&RouteKind| kind.group() == GATEWAY_API && protocol.contains(&kind.kind.as_str());
    let kinds: Vec<_> = wanted.iter().filter(fits).map(|kind| pair(&kind.kind)).collect();
    let some_bad = wanted.iter().any(|kind| !fits(&kind));
    Some((kinds, some_bad))
}
