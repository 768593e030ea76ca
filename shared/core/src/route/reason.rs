//! What kgateway means by the reason of a condition, which it often writes without a message
//! (seen), and what a client gets then.

use crate::facts::views::Seen;
use crate::words;

/// What becomes of requests where a condition is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// They get this status.
    Status(u16),
    /// Those that a certain backend would get, get this status.
    Part(u16),
    /// Nobody answers: the connection is refused or reset.
    Refused,
}

/// The reason of a condition of an HTTPRoute, a Gateway or one of its listeners, as a clause.
pub fn meaning(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "NoMatchingParent" => {
            "none of the listeners that let the route in has the sectionName and port of its parentRef"
        }
        "NotAllowedByListeners" => "no listener lets routes of its namespace or kind in",
        "NoMatchingListenerHostname" => "none of its hostnames fits the hostname of a listener",
        "RefNotPermitted" => "a reference into another namespace is not permitted there",
        "BackendNotFound" => "a Service, a port of it, or another backend does not exist",
        "InvalidKind" => "a backend is of a kind that the controller does not take",
        "RouteRuleReplaced" => "a rule is replaced by a direct response",
        "RouteRuleDropped" => "a rule is left out",
        "InvalidParameters" => {
            "its GatewayParameters cannot be used, so no proxy is made or changed"
        }
        "GatewayReplaced" => "an invalid policy makes a direct response of all its routes",
        "UnsupportedAddress" => "an address in its spec is of a type that is not taken",
        "ListenersNotValid" => "some listener is not valid",
        "ListenersNotResolved" => "a reference of some listener does not resolve",
        "InvalidCertificateRef" => "a certificate is missing or cannot be used",
        "InvalidRouteKinds" => "a kind in allowedRoutes is not taken",
        "ProtocolConflict" => "another listener has the port with another protocol",
        "HostnameConflict" => "another listener has the port with the same hostname",
        "UnsupportedProtocol" => "its protocol is not taken",
        "Pending" => "the controller has not come to it",
        _ => return None,
    })
}

/// What the controller says with a condition: its message, or what its reason means.
pub fn said(seen: &Seen) -> String {
    let message: Vec<&str> = seen.message.split_whitespace().collect();
    let message = words::clip(&words::clean(&message.join(" ")), 300);
    match (message.is_empty(), meaning(&seen.reason)) {
        (false, _) => format!("It says: {message}"),
        (true, Some(meaning)) => format!("It says no more; the reason means that {meaning}."),
        (true, None) => "It says no more.".to_owned(),
    }
}

/// What an HTTPRoute's condition does to its requests at this parent; `None`: nothing.
pub fn of_route(kind: &str, status: &str, reason: &str) -> Option<Harm> {
    if status != "False" {
        return None;
    }
    Some(match (kind, reason) {
        (_, "RouteRuleReplaced") => Harm::Part(500),
        (_, "RouteRuleDropped") => Harm::Part(404),
        ("Accepted", _) => Harm::Status(404),
        ("ResolvedRefs", _) => Harm::Part(500),
        _ => return None,
    })
}

/// What a Gateway's condition, or (`listener`) that of a listener, does to all its requests.
pub fn of_gateway(listener: bool, kind: &str, status: &str, reason: &str) -> Option<Harm> {
    match (kind, status) {
        ("Accepted", "False") if reason == "GatewayReplaced" => Some(Harm::Status(500)),
        ("Accepted", "False") => Some(Harm::Refused),
        ("Programmed", "False") if listener => Some(Harm::Refused),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_message_is_explained() {
        let mut seen = Seen { reason: "NoMatchingParent".into(), ..Seen::default() };
        assert_eq!(
            said(&seen),
            "It says no more; the reason means that none of the listeners that let the route in has the sectionName and port of its parentRef."
        );
        seen.message = "a\u{202e} line\n  and  another".into();
        assert_eq!(said(&seen), "It says: a\u{fffd} line and another");
        let unknown = Seen { reason: "Whatever".into(), ..Seen::default() };
        assert_eq!(said(&unknown), "It says no more.");
    }
}
