//! What is probed: an address, and what an exporter sends with its requests.

use igw_core::kube::Hidden;
use igw_core::langfuse::probe::judgement::ProbeTarget;
use igw_core::langfuse::probe::key::ExporterKey;
use igw_core::langfuse::probe::plan::NoKey;
use igw_core::langfuse::probe::request::Server;
use igw_core::mask;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// The whole address, as it is used.
    pub url: Hidden,
    /// The exporter, as `Kind namespace/name`.
    pub exporter: Option<String>,
    /// The namespace in which a short name is resolved.
    pub namespace: Option<String>,
    /// Its headers besides Authorization.
    pub headers: Vec<(String, Hidden)>,
    /// What it sends as Authorization.
    pub key: Result<ExporterKey, NoKey>,
}

impl Aim {
    /// An address that the user gives.
    pub fn of_url(url: &str) -> Aim {
        let why = "no key was given: --key-from env or secret/NAME".to_owned();
        Aim {
            url: Hidden::new(url),
            exporter: None,
            namespace: None,
            headers: Vec::new(),
            key: Err(NoKey::NotGiven(why)),
        }
    }

    pub fn shown(&self) -> String {
        mask::address_or_key(self.url.reveal())
    }

    /// The server of the address and the path with query; `None`: it is no http URL.
    pub fn server(&self) -> Option<(Server, String)> {
        Server::of(self.url.reveal())
    }
}

/// The parts of an address that sentences name.
pub fn target(server: &Server, path_and_query: &str, forwarded: bool) -> ProbeTarget {
    let path = path_and_query.split('?').next().unwrap_or_default();
    let base = path.find("/api/public").map_or("", |at| path[..at].trim_end_matches('/'));
    ProbeTarget { origin: server.origin(), base: base.to_owned(), path: path.to_owned(), forwarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_stands_before_the_api() {
        for (url, base) in [
            ("http://h/api/public/otel/v1/traces", ""),
            ("http://h/langfuse/api/public/otel/v1/traces?x=/api/public", "/langfuse"),
            ("http://h//api/public/otel/v1/traces", ""),
            ("http://h/v1/traces", ""),
        ] {
            let (server, path) = Aim::of_url(url).server().expect("a URL");
            assert_eq!(target(&server, &path, false).base, base, "{url}");
        }
    }
}
