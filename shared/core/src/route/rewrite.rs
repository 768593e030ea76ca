//! Rewrites and redirects: what the backend or the client gets to see.

use super::hostname;
use super::path::trimmed_prefix;
use super::request::Request;
use crate::facts::views::*;
use crate::route::profile::Profile;

/// The path (without query) after a path modifier, `None` when it stays as it is.
///
/// `matched` is the rule's PathPrefix. Rows of hr:1151-1205 for the specification; for others
/// what their Envoy does with `prefix_rewrite` (seen).
pub fn change_path(
    change: &PathChange,
    matched: &str,
    path: &str,
    profile: &Profile,
    redirect: bool,
) -> Option<String> {
    match change {
        PathChange::ReplaceFullPath { value } => Some(value.clone()),
        PathChange::ReplacePrefixMatch { value } if profile.is_kgateway() => {
            let plain = profile.kgateway_before(2, 3) && matched.ends_with('/');
            let prefix = if plain { matched } else { trimmed_prefix(matched) };
            let rest = path.strip_prefix(prefix)?;
            match value.as_str() {
                "" => None,
                // A rewrite to `/` is done with an expression that gets the slashes right; a
                // redirect to `/` is not.
                "/" if !redirect => {
                    let rest = rest.trim_start_matches('/');
                    Some(format!("/{rest}"))
                }
                _ => Some(format!("{value}{rest}")),
            }
        }
        // An expression takes the prefix as it is written, so it misses `/a` of `/a/` (seen);
        // `prefix_rewrite` joins without a look at slashes (seen: `/xyzbar`).
        PathChange::ReplacePrefixMatch { value } if *profile == Profile::EnvoyGateway => {
            match value.as_str() {
                "" | "/" => {
                    let rest = path.strip_prefix(matched)?.trim_start_matches('/');
                    Some(format!("/{rest}"))
                }
                _ => {
                    let rest = path.strip_prefix(trimmed_prefix(matched))?;
                    let value = if redirect { value } else { trimmed_prefix(value) };
                    Some(format!("{value}{rest}"))
                }
            }
        }
        PathChange::ReplacePrefixMatch { value } => {
            let prefix = trimmed_prefix(matched);
            let rest = if prefix == "/" { path } else { path.strip_prefix(prefix)? };
            let new = match trimmed_prefix(value) {
                "/" => "",
                trimmed => trimmed,
            };
            let joined = format!("{new}{rest}");
            Some(match joined.as_str() {
                "" => "/".to_owned(),
                _ if joined.starts_with('/') => joined,
                _ => format!("/{joined}"),
            })
        }
        // A redirect takes the value of its type, whatever stands beside it (Envoy Gateway's
        // `processRedirectFilter`); what others do is not known, and rewrites do not get here.
        PathChange::Unsound(own) if redirect => {
            let value = match own.kind.as_str() {
                "ReplaceFullPath" => {
                    let value = own.replace_full_path.clone()?;
                    PathChange::ReplaceFullPath { value }
                }
                "ReplacePrefixMatch" => {
                    let value = own.replace_prefix_match.clone()?;
                    PathChange::ReplacePrefixMatch { value }
                }
                _ => return None,
            };
            change_path(&value, matched, path, profile, redirect)
        }
        PathChange::Unsound(_) => None,
    }
}

/// Why it is not known what a change makes of a path: the specification has no row for the prefix
/// `/`, and implementations that hand prefix and replacement to their proxy join them without a
/// slash (istio/istio#60182).
pub fn is_open(change: &PathChange, matched: &str, profile: &Profile) -> Option<String> {
    let PathChange::ReplacePrefixMatch { value } = change else { return None };
    let open = *profile == Profile::Specification
        && trimmed_prefix(matched) == "/"
        && !value.is_empty()
        && !value.ends_with('/');
    open.then(|| {
        format!("what ReplacePrefixMatch {value} makes of the prefix / depends on the implementation: {value}/x or {value}x")
    })
}

/// A path that may itself contain a `?` (a ReplaceFullPath value may), split at the first one;
/// the request's own query comes after it.
pub fn with_query(path: &str, query: Option<&str>) -> (String, Option<String>) {
    let whole = match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    match whole.split_once('?') {
        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
        None => (whole, None),
    }
}

/// The Location header of a redirect.
pub fn location(
    redirect: &Redirect,
    matched: &str,
    request: &Request,
    profile: &Profile,
) -> String {
    let scheme = redirect.scheme.as_deref().unwrap_or(&request.scheme);
    let changed = redirect
        .path
        .as_ref()
        .and_then(|change| change_path(change, matched, &request.path, profile, true));
    let path = changed.as_deref().unwrap_or(&request.path);
    // Envoy drops the request's query when the new path has one of its own.
    let own_query = path.contains('?') && profile.is_kgateway();
    let query = request.query.as_deref().filter(|_| !own_query);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let authority = if profile.is_kgateway() {
        envoy_authority(redirect, scheme, request, profile)
    } else {
        spec_authority(redirect, scheme, request)
    };
    format!("{scheme}://{authority}{path}{query}")
}

/// hr:1207-1298: explicit port, else the scheme's when a scheme is set, else the listener's;
/// 80 and 443 are left out where they are the scheme's own.
fn spec_authority(redirect: &Redirect, scheme: &str, request: &Request) -> String {
    let host = redirect.hostname.as_deref().unwrap_or(hostname::without_port(&request.host));
    let default = if scheme == "https" { 443 } else { 80 };
    let port = match (redirect.port, &redirect.scheme) {
        (Some(port), _) => port,
        (None, Some(_)) => default,
        (None, None) => request.port,
    };
    if port == default { host.to_owned() } else { format!("{host}:{port}") }
}

/// Envoy's own composition: the request's Host keeps its port unless a port is set or the scheme
/// changes away from that port's (seen: `https://h:8080/`). kgateway up to 2.3 always sets the
/// listener's port (seen: `:80` in each Location).
fn envoy_authority(
    redirect: &Redirect,
    scheme: &str,
    request: &Request,
    profile: &Profile,
) -> String {
    let port = match (redirect.port, &redirect.scheme) {
        (Some(port), _) => Some(port),
        (None, Some(scheme)) if profile.kgateway_before(2, 4) => {
            Some(if scheme == "https" { 443 } else { 80 })
        }
        (None, None) if profile.kgateway_before(2, 4) => Some(request.port),
        (None, _) => None,
    };
    let host = match &redirect.hostname {
        Some(host) => host.as_str(),
        None => {
            let bare = hostname::without_port(&request.host);
            let given = request.host.strip_prefix(bare).unwrap_or_default();
            let stale = request.scheme != scheme
                && matches!((request.scheme.as_str(), given), ("http", ":80") | ("https", ":443"));
            if port.is_some() || stale { bare } else { &request.host }
        }
    };
    match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::profile::{Validation, Version};

    fn prefix(value: &str) -> PathChange {
        PathChange::ReplacePrefixMatch { value: value.to_owned() }
    }

    /// The specification's table (hr:1151-1205).
    #[test]
    fn specification_rows() {
        for (path, matched, value, expected) in [
            ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
            ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
            ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
            ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
            ("/foo", "/foo", "/xyz", "/xyz"),
            ("/foo/", "/foo", "/xyz", "/xyz/"),
            ("/foo/bar", "/foo", "", "/bar"),
            ("/foo/", "/foo", "", "/"),
            ("/foo", "/foo", "", "/"),
            ("/foo/", "/foo", "/", "/"),
            ("/foo", "/foo", "/", "/"),
            ("/a", "/", "/x", "/x/a"),
        ] {
            let got = change_path(&prefix(value), matched, path, &Profile::Specification, false);
            assert_eq!(got.as_deref(), Some(expected), "{path} {matched} -> {value:?}");
        }
    }

    /// kgateway-observed.md 4.
    #[test]
    fn kgateway_rows() {
        let version = |minor| Profile::Kgateway {
            version: Version { major: 2, minor },
            validation: Validation::Standard,
        };
        for (path, matched, value, expected) in [
            ("/foo/bar", "/foo", "/xyz", Some("/xyz/bar")),
            ("/foo", "/foo", "/xyz/", Some("/xyz/")),
            ("/foo/bar", "/foo", "/xyz/", Some("/xyz//bar")),
            ("/foo/", "/foo", "/xyz/", Some("/xyz//")),
            ("/foo/bar", "/foo", "", None),
            ("/foo", "/", "/xyz", Some("/xyzfoo")),
            ("/foo/bar", "/foo", "xyz", Some("xyz/bar")),
            ("/foo/", "/foo", "/", Some("/")),
            ("/foo/bar", "/foo/", "/xyz", Some("/xyz/bar")),
        ] {
            let got = change_path(&prefix(value), matched, path, &version(4), false);
            assert_eq!(got.as_deref(), expected, "{path} {matched} -> {value:?}");
        }
        let old = change_path(&prefix("/xyz"), "/foo/", "/foo/bar", &version(2), false);
        assert_eq!(old.as_deref(), Some("/xyzbar"));
        let redirect = change_path(&prefix("/"), "/bar", "/bar/a", &version(4), true);
        assert_eq!(redirect.as_deref(), Some("//a"));
    }
}
