//! Rewrites of URLs: the specification's, and those of an HTTPRouteFilter.

use serde_json::Value;

use super::route_fault::RouteFault;
use crate::facts::views::{PathChange, Rewrite};
use crate::route::expression::{Regex, regex_anywhere};

const TWICE: &str = "the rule rewrites the URL more than once";

/// Which rewrites the filters of a rule have set so far.
#[derive(Debug, Default)]
pub struct Rewriting {
    path: Option<Rewriter>,
    host: Option<Rewriter>,
    /// Whether the host is taken out of the path.
    pub host_of_path: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rewriter {
    /// The filter URLRewrite.
    Core,
    /// An HTTPRouteFilter.
    Extension,
}

impl Rewriting {
    fn has(&self, by: Rewriter) -> bool {
        [self.path, self.host].contains(&Some(by))
    }

    /// `processURLRewriteFilter`.
    pub fn core(&mut self, rewrite: &Rewrite) -> Option<RouteFault> {
        let (path, host) = (rewrite.path.is_some(), rewrite.hostname.is_some());
        let twice = self.has(Rewriter::Core) && (path || host)
            || host && self.host == Some(Rewriter::Extension)
            || path && self.path == Some(Rewriter::Extension);
        if twice {
            return Some(RouteFault::refusal(TWICE));
        }
        if let Some(says) = rewrite.hostname.as_deref().and_then(bad_hostname) {
            return Some(RouteFault::refusal(says));
        }
        self.set(false, host, Rewriter::Core);
        if let Some(PathChange::Unsound(change)) = &rewrite.path {
            return Some(RouteFault::refusal(change.says()));
        }
        self.set(path, false, Rewriter::Core);
        None
    }

    /// `spec.urlRewrite` of an HTTPRouteFilter (`processExtensionRefHTTPFilter`).
    pub fn extension(&mut self, rewrite: &Value) -> Option<RouteFault> {
        let (path, host) = (&rewrite["path"], &rewrite["hostname"]);
        let (has_path, has_host) = (!path.is_null(), !host.is_null());
        let twice = self.has(Rewriter::Extension) && (has_path || has_host)
            || has_host && self.host == Some(Rewriter::Core)
            || has_path && self.path == Some(Rewriter::Core);
        if twice {
            return Some(RouteFault::refusal(TWICE));
        }
        let regex = path["type"] == "ReplaceRegexMatch";
        if regex && let Some(fault) = expression(&path["replaceRegexMatch"], false) {
            return Some(fault);
        }
        self.set(regex, false, Rewriter::Extension);
        match host["type"].as_str() {
            Some("Header") if host["header"].is_null() => {
                return Some(RouteFault::refusal("urlRewrite.hostname names no header"));
            }
            Some("PathRegex") => {
                if let Some(fault) = expression(&host["pathRegex"], true) {
                    return Some(fault);
                }
                self.host_of_path |= self.host.is_none();
            }
            _ => {}
        }
        self.set(false, has_host, Rewriter::Extension);
        None
    }

    fn set(&mut self, path: bool, host: bool, by: Rewriter) {
        for (place, sets) in [(&mut self.path, path), (&mut self.host, host)] {
            if sets && place.is_none() {
                *place = Some(by);
            }
        }
    }
}

/// What is wrong with a pattern and what replaces it.
fn expression(replace: &Value, needs_substitution: bool) -> Option<RouteFault> {
    let text = |name: &str| replace[name].as_str().unwrap_or_default();
    let pattern = text("pattern");
    if pattern.is_empty() || (needs_substitution && text("substitution").is_empty()) {
        return Some(RouteFault::refusal("urlRewrite has no pattern, or no substitution"));
    }
    match regex_anywhere(pattern) {
        Regex::Good(_) => None,
        Regex::Bad(says) => Some(RouteFault::refusal(says)),
        Regex::Unsure(says) => Some(RouteFault::unknown(true, says)),
    }
}

/// `validateHostname`: a name of DNS, and no address.
pub fn bad_hostname(name: &str) -> Option<String> {
    let shown = || crate::text::clean(name);
    if name.parse::<std::net::IpAddr>().is_ok() {
        return Some(format!("{} is an address, not a hostname", shown()));
    }
    let long = name.split('.').any(|label| label.len() > 63);
    (long || !is_subdomain(name)).then(|| format!("{} is not a hostname", shown()))
}

/// `IsDNS1123Subdomain` of Kubernetes: labels of lower case, without a limit of their length.
pub fn is_subdomain(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(inner)
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_rewrite_of_a_kind() {
        let host = Rewrite { hostname: Some("a.example".into()), path: None };
        let path = Rewrite {
            hostname: None,
            path: Some(PathChange::ReplaceFullPath { value: "/a".into() }),
        };
        let header = json!({ "hostname": { "type": "Header", "header": "x-host" } });
        let mut rewriting = Rewriting::default();
        assert_eq!(rewriting.core(&path), None);
        assert_eq!(rewriting.extension(&header), None, "another part of the URL");
        assert!(rewriting.core(&host).is_some(), "the specification's comes twice");
        assert!(rewriting.extension(&header).is_some(), "its own comes twice");
    }

    #[test]
    fn its_own_rewrites_are_checked() {
        for (rewrite, good) in [
            (json!({ "hostname": { "type": "Backend" } }), true),
            (json!({ "hostname": { "type": "Header" } }), false),
            (
                json!({ "hostname": { "type": "PathRegex", "pathRegex": { "pattern": "a" } } }),
                false,
            ),
            (
                json!({ "path": { "type": "ReplaceRegexMatch",
                    "replaceRegexMatch": { "pattern": "^/a(b", "substitution": "/c" } } }),
                false,
            ),
            (
                json!({ "path": { "type": "ReplaceRegexMatch",
                    "replaceRegexMatch": { "pattern": "^/a(b)", "substitution": "/c" } } }),
                true,
            ),
        ] {
            assert_eq!(Rewriting::default().extension(&rewrite).is_none(), good, "{rewrite}");
        }
    }

    #[test]
    fn a_hostname_is_no_address() {
        assert_eq!(bad_hostname("a.example.com"), None);
        assert!(bad_hostname("192.0.2.1").is_some());
        assert!(bad_hostname(&format!("{}.example", "a".repeat(64))).is_some());
    }
}
