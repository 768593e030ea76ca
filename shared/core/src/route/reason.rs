//! What kgateway means by the reason of a condition, which it often writes without a message
//! (seen), and what a client gets then.

use crate::facts::views::WrittenCondition;
use crate::text;

/// What happens to requests when a condition is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonHarm {
    Status(u16),
    /// Requests for a certain backend get this status.
    Part(u16),
    /// The connection is refused or reset.
    Refused,
}

/// The reason of a condition of an HTTPRoute, a Gateway or one of its listeners, as a clause.
pub fn meaning(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "NoMatchingParent" => {
            "no listener that allows the route has the sectionName and port of its parentRef"
        }
        "NotAllowedByListeners" => "no listener allows routes of its namespace or kind",
        "NoMatchingListenerHostname" => "none of its hostnames matches the hostname of a listener",
        "RefNotPermitted" => "a reference to another namespace is not permitted there",
        "BackendNotFound" => "a Service, one of its ports, or another backend does not exist",
        "InvalidKind" => "a backend is of a kind that the controller does not support",
        "RouteRuleReplaced" => "a rule is replaced with a direct response",
        "RouteRuleDropped" => "a rule is dropped",
        "InvalidParameters" => {
            "its GatewayParameters cannot be used, so no proxy is created or changed"
        }
        "GatewayReplaced" => "an invalid policy replaces all its routes with a direct response",
        "UnsupportedAddress" => "an address in its spec is of a type that is not supported",
        "ListenersNotValid" => "a listener is not valid",
        "ListenersNotResolved" => "a reference of a listener does not resolve",
        "InvalidCertificateRef" => "a certificate is missing or cannot be used",
        "InvalidRouteKinds" => "a kind in allowedRoutes is not supported",
        "ProtocolConflict" => "another listener has the port with a different protocol",
        "HostnameConflict" => "another listener has the port with the same hostname",
        "UnsupportedProtocol" => "its protocol is not supported",
        "Pending" => "the controller has not processed it yet",
        _ => return None,
    })
}

/// The message of a condition, or the meaning of its reason.
pub fn said(seen: &WrittenCondition) -> String {
    let message: Vec<&str> = seen.message.split_whitespace().collect();
    let message = text::clip(&text::clean(&message.join(" ")), 300);
    match (message.is_empty(), meaning(&seen.reason)) {
        (false, _) => {
            let end = if message.ends_with(['.', '!', '?', '…']) { "" } else { "." };
            format!("The condition says: {message}{end}")
        }
        (true, Some(meaning)) => {
            format!("The condition has no message; its reason means that {meaning}.")
        }
        (true, None) => "The condition has no message.".to_owned(),
    }
}

/// Effect of an HTTPRoute's condition on its requests at this parent; `None`: no effect.
pub fn of_route(kind: &str, status: &str, reason: &str) -> Option<ReasonHarm> {
    if status != "False" {
        return None;
    }
    Some(match (kind, reason) {
        (_, "RouteRuleReplaced") => ReasonHarm::Part(500),
        (_, "RouteRuleDropped") => ReasonHarm::Part(404),
        ("Accepted", _) => ReasonHarm::Status(404),
        ("ResolvedRefs", _) => ReasonHarm::Part(500),
        _ => return None,
    })
}

/// Effect of a Gateway's or (`listener`) a listener's condition on all its requests.
pub fn of_gateway(listener: bool, kind: &str, status: &str, reason: &str) -> Option<ReasonHarm> {
    match (kind, status) {
        ("Accepted", "False") if reason == "GatewayReplaced" => Some(ReasonHarm::Status(500)),
        ("Accepted", "False") => Some(ReasonHarm::Refused),
        ("Programmed", "False") if listener => Some(ReasonHarm::Refused),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_message_is_explained() {
        let mut seen =
            WrittenCondition { reason: "NoMatchingParent".into(), ..WrittenCondition::default() };
        assert_eq!(
            said(&seen),
            "The condition has no message; its reason means that no listener that allows the route has the sectionName and port of its parentRef."
        );
        seen.message = "a\u{202e} line\n  and  another".into();
        assert_eq!(said(&seen), "The condition says: a\u{fffd} line and another.");
        let unknown = WrittenCondition { reason: "Whatever".into(), ..WrittenCondition::default() };
        assert_eq!(said(&unknown), "The condition has no message.");
    }
}
