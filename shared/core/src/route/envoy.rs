//! What Envoy refuses. In kgateway's default validation mode one refused value makes it refuse
//! the whole route table of the port, while every condition stays True (seen).

use super::expression::{Regex, compiles_nowhere, regex};
use crate::facts::views::*;
use crate::pointer;
use crate::text::{clean, clip};

/// A value that Envoy refuses or might refuse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedValue {
    /// Pointer into the HTTPRoute.
    pub pointer: String,
    pub rule: usize,
    /// Whether it is a matcher (a strict controller drops it) rather than an action.
    pub matcher: bool,
    /// What Envoy rejects about it.
    pub says: String,
    /// Whether we know that Envoy refuses it.
    pub certain: bool,
    /// Whether no dialect of regular expressions compiles it.
    pub hopeless: bool,
    /// Whether it is a character that no header of HTTP may have.
    pub unsendable: bool,
    /// What to write instead, where only one thing can be meant.
    pub instead: Option<String>,
}

/// All values of a route that Envoy would refuse.
pub fn refuses(route: &HttpRoute) -> Vec<RefusedValue> {
    let mut out = Vec::new();
    for (i, rule) in route.rules.iter().enumerate() {
        for (j, one) in rule.matches.iter().enumerate() {
            let mut regex = |place: &str, pattern: &str, shown: &str| {
                let (certain, says) = match regex(pattern) {
                    Regex::Good(_) => return,
                    Regex::Bad(says) => (true, says),
                    Regex::Unsure(says) => (false, says),
                };
                let named = format!("regular expression {}", clip(&clean(shown), 60));
                let says = says.replacen("regular expression", &named, 1);
                let pointer = pointer!["spec", "rules", i, "matches", j] + place;
                let hopeless = certain && compiles_nowhere(pattern).is_some();
                out.push(RefusedValue {
                    pointer,
                    rule: i,
                    matcher: true,
                    says,
                    certain,
                    hopeless,
                    ..RefusedValue::default()
                });
            };
            if one.path.kind == PathType::RegularExpression {
                regex("/path/value", &one.path.value, &one.path.value);
            }
            for (list, name) in [(&one.headers, "headers"), (&one.query_params, "queryParams")] {
                for (k, own) in list.iter().enumerate() {
                    if own.kind == ValueType::RegularExpression {
                        let at = format!("/{name}/{k}/value");
                        regex(&at, &own.value, crate::mask::value(&own.name, &own.value));
                    }
                }
            }
        }
        let at = || pointer!["spec", "rules", i];
        header_filters(&rule.filters, at, i, &mut out);
        for (j, backend) in rule.backend_refs.iter().enumerate() {
            header_filters(&backend.filters, || at() + &format!("/backendRefs/{j}"), i, &mut out);
        }
    }
    out
}

fn header_filters(
    filters: &[Filter],
    at: impl Fn() -> String,
    rule: usize,
    out: &mut Vec<RefusedValue>,
) {
    for (i, filter) in filters.iter().enumerate() {
        let (change, member) = match filter {
            Filter::RequestHeaderModifier { change } => (change, "requestHeaderModifier"),
            Filter::ResponseHeaderModifier { change } => (change, "responseHeaderModifier"),
            _ => continue,
        };
        let at = at();
        let refused = |pointer: String, says: String| RefusedValue {
            pointer,
            rule,
            says,
            certain: true,
            ..RefusedValue::default()
        };
        for (list, verb) in [(&change.set, "set"), (&change.add, "add")] {
            for (j, header) in list.iter().enumerate() {
                let at = format!("{at}/filters/{i}/{member}/{verb}/{j}");
                if is_reserved(&header.name) {
                    let says = format!("Envoy does not let a filter change header {}", header.name);
                    out.push(refused(format!("{at}/name"), says));
                }
                let unsendable = header.value.contains(['\n', '\r', '\0']);
                let at = format!("{at}/value");
                match header_value(&header.value) {
                    Format::Good => {}
                    Format::Bad(says) => {
                        let instead = doubled(&header.value);
                        out.push(RefusedValue { unsendable, instead, ..refused(at, says) });
                    }
                    Format::Unsure(says) => {
                        let certain = false;
                        out.push(RefusedValue { unsendable, certain, ..refused(at, says) });
                    }
                }
            }
        }
        for (j, name) in change.remove.iter().enumerate() {
            if is_reserved(name) {
                let at = format!("{at}/filters/{i}/{member}/remove/{j}");
                let says = format!("Envoy does not let a filter remove header {name}");
                out.push(refused(at, says));
            }
        }
    }
}

fn is_reserved(name: &str) -> bool {
    name.eq_ignore_ascii_case("host") || name.starts_with(':')
}

enum Format {
    Good,
    Bad(String),
    Unsure(String),
}

/// The commands of Envoy's header formats (`%COMMAND(…)%`), Envoy 1.40 documentation.
const COMMANDS: [&str; 40] = [
    "REQ",
    "RESP",
    "TRAILER",
    "PROTOCOL",
    "RESPONSE_CODE",
    "RESPONSE_FLAGS",
    "ROUTE_NAME",
    "START_TIME",
    "DURATION",
    "HOSTNAME",
    "ENVIRONMENT",
    "UPSTREAM_HOST",
    "UPSTREAM_CLUSTER",
    "UPSTREAM_METADATA",
    "DYNAMIC_METADATA",
    "FILTER_STATE",
    "REQUESTED_SERVER_NAME",
    "VIRTUAL_CLUSTER_NAME",
    "BYTES_RECEIVED",
    "BYTES_SENT",
    "CONNECTION_ID",
    "STREAM_ID",
    "DOWNSTREAM_REMOTE_ADDRESS",
    "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_DIRECT_REMOTE_ADDRESS",
    "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_LOCAL_ADDRESS",
    "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_LOCAL_PORT",
    "DOWNSTREAM_LOCAL_URI_SAN",
    "DOWNSTREAM_PEER_URI_SAN",
    "DOWNSTREAM_LOCAL_SUBJECT",
    "DOWNSTREAM_PEER_SUBJECT",
    "DOWNSTREAM_PEER_ISSUER",
    "DOWNSTREAM_PEER_SERIAL",
    "DOWNSTREAM_PEER_FINGERPRINT_256",
    "DOWNSTREAM_PEER_CERT",
    "DOWNSTREAM_TLS_VERSION",
    "DOWNSTREAM_TLS_CIPHER",
    "CEL",
];

/// A header filter's value: Envoy reads it as a format, so `%` must be doubled or begin a command.
fn header_value(value: &str) -> Format {
    if let Some(bad) = value.chars().find(|c| matches!(c, '\n' | '\r' | '\0')) {
        let name = if bad == '\0' { "NUL character" } else { "line break" };
        return Format::Bad(format!("Envoy refuses a {name} in a header value"));
    }
    let mut rest = value;
    while let Some(start) = rest.find('%') {
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            rest = after;
            continue;
        }
        let Some((command, after)) = command(rest) else {
            return Format::Bad(bad_percent(value));
        };
        if !COMMANDS.contains(&command) {
            return Format::Unsure(format!("Envoy may not know the command %{command}%"));
        }
        rest = after;
    }
    Format::Good
}

/// The command that a text behind `%` begins with, and what follows its closing `%`.
fn command(rest: &str) -> Option<(&str, &str)> {
    let length = rest
        .bytes()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
        .count();
    let (command, mut tail) = rest.split_at(length);
    if let Some(inside) = tail.strip_prefix('(') {
        tail = inside.split_once(')')?.1;
    }
    if let Some(after) = tail.strip_prefix(':') {
        tail = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    Some((command, tail.strip_prefix('%').filter(|_| !command.is_empty())?))
}

/// A value with its only `%` doubled. Of several, some may be meant to begin a command.
fn doubled(value: &str) -> Option<String> {
    let new = value.replace('%', "%%");
    let only = value.matches('%').count() == 1;
    (only && matches!(header_value(&new), Format::Good)).then_some(new)
}

fn bad_percent(_value: &str) -> String {
    "Envoy reads % in a header value as the start of a command; a plain percent sign is %%"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values() {
        for good in ["on", "100%%", "%REQ(x-a)%", "%START_TIME(%s)%", "a %PROTOCOL% b"] {
            // `%s` inside of a command's argument is the command's business.
            assert!(matches!(header_value(good), Format::Good), "{good}");
        }
        for bad in ["100%", "%NOPE(", "50% of", "a\nb", "%%%"] {
            assert!(matches!(header_value(bad), Format::Bad(_)), "{bad}");
        }
        assert!(matches!(header_value("%NOPE%"), Format::Unsure(_)));
        assert_eq!(doubled("100% sure").as_deref(), Some("100%% sure"));
        for unclear in ["5%\n", "%%%", "a %x y %z"] {
            let new = doubled(unclear);
            assert_eq!(new, None, "{unclear}");
        }
    }
}
