//! The path of an address, as Langfuse's web server judges it (observed with 4.16.0).

use super::TRACES_BASE;
use super::TRACES_PATH;

/// What a POST of traces to a path comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// `POST /`: 405, `Method Not Allowed`.
    Root,
    /// A slash at the end or two in a row: 308 to the path without.
    Slashes,
    /// `/v1/traces` twice: 404, a page of HTML.
    Doubled,
    /// Part of the path is missing: 404.
    Short,
    /// The path for other signals, or of none: 404.
    Other,
    /// The base path of the image is missing, or is one too many: 404.
    BasePath,
}

impl PathFault {
    /// The status that a client gets.
    pub fn status(self) -> u16 {
        match self {
            PathFault::Root => 405,
            PathFault::Slashes => 308,
            _ => 404,
        }
    }
}

/// Judges a path of a Langfuse that serves below `base`, which is empty for `/`.
pub fn fault_of(path: &str, base: &str) -> Option<PathFault> {
    let right = format!("{base}{TRACES_PATH}");
    if path == right {
        return None;
    }
    if path.is_empty() || path == "/" {
        return Some(PathFault::Root);
    }
    let plain = without_slashes(path);
    if plain != path && (plain == right || fault_of(&plain, base) == Some(PathFault::Root)) {
        return Some(PathFault::Slashes);
    }
    let path = plain.as_str();
    if path.matches("/v1/traces").count() > 1 || path.matches(TRACES_BASE).count() > 1 {
        return Some(PathFault::Doubled);
    }
    if path == TRACES_PATH || !base.is_empty() && !path.starts_with(base) {
        return Some(PathFault::BasePath);
    }
    if base.is_empty() && path.ends_with(TRACES_PATH) {
        return Some(PathFault::BasePath);
    }
    match right.starts_with(path) && path.len() < right.len() || path == "/v1/traces" {
        true => Some(PathFault::Short),
        false => Some(PathFault::Other),
    }
}

/// A path without slashes at its end and without two in a row.
pub fn without_slashes(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

/// The path of a URL byte for byte, which routing and Langfuse look at; empty where there is none.
pub fn raw_path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    match rest[..end].find('/') {
        Some(at) => &rest[at..end],
        None => "",
    }
}

/// A URL with another path.
pub fn with_path(url: &str, path: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    format!("{}{path}", &url[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_judged_as_observed() {
        let of = |path| fault_of(path, "");
        assert_eq!(of("/api/public/otel/v1/traces"), None);
        assert_eq!(of(""), Some(PathFault::Root));
        assert_eq!(of("/api/public/otel/v1/traces/"), Some(PathFault::Slashes));
        assert_eq!(of("//api/public/otel/v1/traces"), Some(PathFault::Slashes));
        assert_eq!(of("/api/public/otel"), Some(PathFault::Short));
        assert_eq!(of("/api/public/otel/v1"), Some(PathFault::Short));
        assert_eq!(of("/v1/traces"), Some(PathFault::Short));
        assert_eq!(of("/api/public/otel/v1/traces/v1/traces"), Some(PathFault::Doubled));
        assert_eq!(of("/langfuse/api/public/otel/v1/traces"), Some(PathFault::BasePath));
        assert_eq!(of("/API/public/otel/v1/traces"), Some(PathFault::Other));
        assert_eq!(of("/api/public/otel/v1/logs"), Some(PathFault::Other));
        assert_eq!(fault_of("/langfuse/api/public/otel/v1/traces", "/langfuse"), None);
        assert_eq!(fault_of(TRACES_PATH, "/langfuse"), Some(PathFault::BasePath));
    }

    #[test]
    fn paths_of_urls() {
        assert_eq!(raw_path("http://a:3000//x/?y"), "//x/");
        assert_eq!(raw_path("http://a"), "");
        assert_eq!(with_path("http://a:3000/x/?y", "/z"), "http://a:3000/z");
    }
}
