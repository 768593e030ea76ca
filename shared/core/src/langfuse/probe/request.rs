//! The requests of the ladder.

use super::export::INGESTION_VERSION;
use super::key::ExporterKey;
use super::otlp::ProbeSpan;
use crate::kube::Hidden;
use crate::wire::Outgoing;

/// Where requests to a server go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub tls: bool,
    /// The Host header.
    pub authority: String,
    /// The host alone.
    pub name: String,
    pub port: u16,
}

impl Server {
    /// The server and the path with query of an `http` or `https` URL.
    pub fn of(url: &str) -> Option<(Server, String)> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let (name, port) = match authority.strip_prefix('[').and_then(|own| own.split_once(']')) {
            Some((name, port)) => (name, port.strip_prefix(':')),
            None => match authority.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (authority, None),
            },
        };
        let own_port = if tls { 443 } else { 80 };
        let port = match port {
            None | Some("") => own_port,
            Some(port) => port.parse().ok().filter(|port| *port > 0)?,
        };
        let bare = !name.is_empty() && !name.contains(['/', ' ']) && !authority.contains(' ');
        let server = Server {
            tls,
            authority: authority.to_ascii_lowercase(),
            name: name.to_ascii_lowercase(),
            port,
        };
        let target = match target.starts_with('/') {
            true => target.to_owned(),
            false => format!("/{target}"),
        };
        bare.then_some((server, target))
    }

    pub fn origin(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    pub fn get(&self, target: String, key: Option<&ExporterKey>) -> Outgoing {
        let accept = ("accept".to_owned(), Hidden::new("application/json"));
        let mut request = self.request("GET", target, vec![accept], Vec::new());
        request.headers.extend(key.map(authorization));
        request
    }

    /// An export, as an exporter with these headers sends it; without a span no bytes at all.
    pub fn export(
        &self,
        target: String,
        own: &[(String, Hidden)],
        key: Option<&ExporterKey>,
        span: Option<&ProbeSpan>,
    ) -> Outgoing {
        let kind = ("content-type".to_owned(), Hidden::new("application/x-protobuf"));
        let mut request = self.request("POST", target, vec![kind], Vec::new());
        let fits = |name: &String| !ON_THE_WIRE.contains(&name.to_ascii_lowercase().as_str());
        request.headers.extend(own.iter().filter(|(name, _)| fits(name)).cloned());
        request.headers.extend(key.map(authorization));
        request.body = span.map(ProbeSpan::export).unwrap_or_default();
        request
    }

    /// One small chat request that continues the trace of a span.
    pub fn chat(&self, target: String, model: &str, span: &ProbeSpan) -> Outgoing {
        let body = serde_json::json!({
            "model": model,
            "max_tokens": 1,
            "messages": [{ "role": "user", "content": "Reply with OK." }],
        });
        let headers =
            [("content-type", "application/json".to_owned()), ("traceparent", span.traceparent())];
        let headers = headers.map(|(name, value)| (name.to_owned(), Hidden::new(value)));
        self.request("POST", target, headers.to_vec(), body.to_string().into_bytes())
    }

    fn request(
        &self,
        method: &'static str,
        target: String,
        headers: Vec<(String, Hidden)>,
        body: Vec<u8>,
    ) -> Outgoing {
        let Server { tls, authority, name, port } = self.clone();
        Outgoing { method, tls, authority, name, port, target, headers, body }
    }
}

/// Headers of an exporter that the connection decides, or the key.
const ON_THE_WIRE: [&str; 8] = [
    "authorization",
    "content-type",
    "content-length",
    "content-encoding",
    "host",
    "connection",
    "transfer-encoding",
    "accept-encoding",
];

fn authorization(key: &ExporterKey) -> (String, Hidden) {
    ("authorization".to_owned(), key.header().clone())
}

/// The exporter's version of ingestion, among its headers.
pub fn ingestion_version(headers: &[(String, Hidden)]) -> Option<&str> {
    let is_it = |name: &str| name.to_ascii_lowercase().replace('_', "-") == INGESTION_VERSION;
    headers.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.reveal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_as_it_is() {
        let of = |url: &str| Server::of(url).map(|(own, target)| (own.origin(), own.port, target));
        let some =
            |origin: &str, port, target: &str| Some((origin.to_owned(), port, target.to_owned()));
        assert_eq!(of("http://A.b:3000/x//y/?q"), some("http://a.b:3000", 3000, "/x//y/?q"));
        assert_eq!(of("https://u:p@h"), some("https://h", 443, "/"));
        assert_eq!(of("http://[::1]:8/x"), some("http://[::1]:8", 8, "/x"));
        assert_eq!(of("grpc://h:1"), None);
        assert_eq!(of("http://h:0/"), None);
        assert_eq!(of("h:4317"), None);
        assert_eq!(of("http:///x"), None);
    }
}
