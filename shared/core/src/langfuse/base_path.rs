//! Below which path an image of Langfuse serves.

use super::installations::Installation;
use super::part::LangfusePart;

/// The base path of a web server's build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BasePath {
    /// The prebuilt image: `/`.
    Stock,
    /// An image of its own that is said to be built for this path.
    Built(String),
    /// An image of its own; nothing says for which path.
    Unsaid,
}

impl BasePath {
    /// The path that is put before all others; empty for `/`. Unsaid counts as `/`.
    pub fn path(&self) -> &str {
        match self {
            BasePath::Built(path) => path,
            _ => "",
        }
    }
}

/// By the image and what is set for it. The variable decides only when the image is built, but who
/// builds an image with it usually sets it, too.
pub fn base_path(web: &LangfusePart) -> BasePath {
    if web.is_stock() {
        return BasePath::Stock;
    }
    if let Some(value) = web.text("NEXT_PUBLIC_BASE_PATH") {
        let path = value.trim_end_matches('/');
        if path.starts_with('/') {
            return BasePath::Built(path.to_owned());
        }
    }
    let container = web.container();
    let probes = [&container.startup_probe, &container.liveness_probe, &container.readiness_probe];
    let below = probes.into_iter().flatten().filter_map(|probe| probe.http_get.as_ref());
    let mut below = below.filter_map(|get| {
        let ends = ["/api/public/health", "/api/public/ready"];
        ends.iter().find_map(|end| get.path.strip_suffix(end))
    });
    match below.next() {
        Some("") => BasePath::Unsaid,
        Some(path) => BasePath::Built(path.to_owned()),
        None => BasePath::Unsaid,
    }
}

/// The base path of an installation; without a known web server, unsaid.
pub fn of(own: Option<&Installation>) -> BasePath {
    own.and_then(|own| own.web.as_ref()).map_or(BasePath::Unsaid, base_path)
}
