//! Rules of the experimental channel's HTTPRoute, as far as the standard one has no like.

use serde_json::Value;

use super::refuse::{Out, items, needs_port, refuse, text};

/// Checks the ExternalAuth filter: the protocol and its settings must match.
pub fn external_auth(auth: &Value, at: &str, out: &mut Out) {
    if auth.is_null() {
        return;
    }
    for (protocol, member) in [("GRPC", "grpc"), ("HTTP", "http")] {
        let (is, has) = (text(auth, "protocol") == protocol, !auth[member].is_null());
        if is && !has {
            let rule = format!("{member} must be specified when protocol is set to '{protocol}'");
            refuse(out, at.to_owned(), rule);
        } else if has && !is {
            let rule = format!("protocol must be '{protocol}' when {member} is set");
            refuse(out, at.to_owned(), rule);
        }
    }
    needs_port(&auth["backendRef"], &format!("{at}/backendRef"), out);
}

/// Checks `sessionPersistence` and, with `experimental`, header values.
pub fn rule(rule: &Value, at: &str, experimental: bool, out: &mut Out) {
    let session = &rule["sessionPersistence"];
    let cookie = &session["cookieConfig"];
    if text(cookie, "lifetimeType") == "Permanent" && session["absoluteTimeout"].is_null() {
        let rule = "absoluteTimeout must be specified when cookie lifetimeType is Permanent";
        refuse(out, format!("{at}/sessionPersistence"), rule);
    }
    if !cookie.is_null() && text(session, "type") != "Cookie" {
        let rule = "cookieConfig can only be set with type Cookie";
        refuse(out, format!("{at}/sessionPersistence"), rule);
    }
    if experimental {
        header_values(rule, at, out);
    }
}

/// The values of headers, which the standard channel leaves alone.
fn header_values(rule: &Value, at: &str, out: &mut Out) {
    for (i, one) in items(&rule["matches"]).iter().enumerate() {
        values(&one["headers"], &format!("{at}/matches/{i}/headers"), out);
    }
    changed_values(&rule["filters"], at, out);
    for (i, backend) in items(&rule["backendRefs"]).iter().enumerate() {
        changed_values(&backend["filters"], &format!("{at}/backendRefs/{i}"), out);
    }
}

fn changed_values(filters: &Value, at: &str, out: &mut Out) {
    for (i, filter) in items(filters).iter().enumerate() {
        for member in ["requestHeaderModifier", "responseHeaderModifier"] {
            for list in ["set", "add"] {
                let place = format!("{at}/filters/{i}/{member}/{list}");
                values(&filter[member][list], &place, out);
            }
        }
    }
}

fn values(headers: &Value, at: &str, out: &mut Out) {
    for (i, header) in items(headers).iter().enumerate() {
        if header["value"].as_str().is_some_and(|value| !is_header_value(value)) {
            let rule = r"should match '^[!-~]+([\t ]?[!-~]+)*$'";
            refuse(out, format!("{at}/{i}/value"), rule);
        }
    }
}

/// Printable ASCII words, separated by a single space or tab.
fn is_header_value(text: &str) -> bool {
    text.split([' ', '\t'])
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic()))
}
