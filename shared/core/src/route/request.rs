//! A request as a client sends it, byte for byte.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Method, upper case as given.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The Host header; may be empty, may have a port.
    pub host: String,
    /// The name in TLS's server name indication (https).
    #[serde(skip)]
    pub sni: String,
    /// The port that the client connects to: the listener's.
    pub port: u16,
    /// The URL as it was given.
    #[serde(skip)]
    pub typed: String,
    /// The path, at least `/`.
    pub path: String,
    /// The query without `?`.
    #[serde(serialize_with = "mask_query")]
    pub query: Option<String>,
    /// Headers besides Host, names as given.
    #[serde(serialize_with = "masked_headers")]
    pub headers: Vec<(String, String)>,
    /// No rule looks at it.
    #[serde(skip)]
    pub body: Option<String>,
}

/// Masks headers: a pasted curl command may contain a token, and traces end up in tickets.
fn masked_headers<S: serde::Serializer>(
    headers: &[(String, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(headers.iter().map(|(name, value)| (name, crate::mask::value(name, value))))
}

/// Why a request as written is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRequest(pub String);

impl Request {
    /// Takes a URL apart without normalising anything.
    ///
    /// # Errors
    /// When it is no http or https URL with a host and a port that exists.
    pub fn parse(
        method: &str,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<Self, BadRequest> {
        let bad = |what: &str| BadRequest(what.to_owned());
        if method.is_empty() || !method.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') {
            return Err(BadRequest(format!("\"{method}\" is not an HTTP method")));
        }
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err(BadRequest(format!("scheme \"{scheme}\" is not http or https")));
        }
        // A fragment never leaves the client.
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let name = super::hostname::without_port(authority);
        let port = match authority.strip_prefix(name).unwrap_or_default() {
            "" => {
                if scheme == "https" {
                    443
                } else {
                    80
                }
            }
            port => match port[1..].parse() {
                Ok(port) if port > 0 => port,
                _ => return Err(BadRequest(format!("\"{}\" is not a port", &port[1..]))),
            },
        };
        let own_host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let in_brackets = name.starts_with('[') && name.ends_with(']');
        if name.contains(':') && !in_brackets {
            return Err(BadRequest(format!("\"{name}\" is not a host and a port")));
        }
        // `http://:80/` is how an empty Host is written.
        if authority.is_empty() && own_host.is_none() {
            return Err(bad("the URL has no host"));
        }
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let default_port = if scheme == "https" { 443 } else { 80 };
        // Clients leave the scheme's own port out of the Host header.
        let host = if port == default_port { name.to_owned() } else { format!("{name}:{port}") };
        Ok(Request {
            typed: shown(url),
            method: method.to_owned(),
            host: own_host.map_or(host, |(_, value)| value.clone()),
            sni: name.to_ascii_lowercase(),
            scheme,
            port,
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query,
            body: None,
            headers: headers
                .iter()
                .filter(|(name, _)| !name.eq_ignore_ascii_case("host"))
                .cloned()
                .collect(),
        })
    }

    /// The same with a body, of this type where no header says another.
    #[must_use]
    pub fn with_body(mut self, body: String, content_type: &str) -> Self {
        if self.header_values("content-type").next().is_none() {
            self.headers.push(("content-type".to_owned(), content_type.to_owned()));
        }
        self.body = Some(body);
        self
    }

    /// The same to another host.
    pub fn with_host(&self, host: &str) -> Self {
        let port = self.host.strip_prefix(super::hostname::without_port(&self.host));
        let host_header = format!("{host}{}", port.unwrap_or_default());
        Request { host: host_header, sni: host.to_owned(), ..self.clone() }
    }

    /// The values of a header, one a line.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let is_host = name.eq_ignore_ascii_case("host") || name == ":authority";
        let host = is_host.then_some(self.host.as_str());
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .chain(host)
    }

    /// The first value of a query parameter, not decoded (Envoy, seen).
    pub fn query_value(&self, name: &str) -> Option<&str> {
        let query = self.query.as_deref()?;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then_some(value)
        })
    }

    /// Path and query, as people may read them.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{}", self.path, crate::mask::query(query)),
            None => self.path.clone(),
        }
    }

    /// Whether its method is one that sends a body.
    pub fn may_have_body(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    pub fn is_preflight(&self) -> bool {
        let has = |name| self.header_values(name).next().is_some();
        self.method == "OPTIONS" && has("origin") && has("access-control-request-method")
    }

    pub fn is_grpc(&self) -> bool {
        let grpc = |value: &str| value.starts_with("application/grpc");
        self.method == "POST" && self.header_values("content-type").any(grpc)
    }
}

/// A URL without the password in it and without the values of secret parameters.
fn shown(url: &str) -> String {
    let (start, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let target = match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", crate::mask::query(query)),
        None => target.to_owned(),
    };
    format!("{start}{host}{target}")
}

/// Serializes a query without the values of secret parameters.
pub fn mask_query<S: serde::Serializer>(query: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    query.as_deref().map(crate::mask::query).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_apart_byte_for_byte() {
        let request = Request::parse("GET", "https://API.example.com:8443//a/../b?x=%20#f", &[]);
        let request = request.expect("a good URL");
        assert_eq!((request.scheme.as_str(), request.port), ("https", 8443));
        assert_eq!(request.host, "API.example.com:8443");
        assert_eq!(request.sni, "api.example.com");
        assert_eq!((request.path.as_str(), request.query.as_deref()), ("//a/../b", Some("x=%20")));
    }

    #[test]
    fn host_header_replaces() {
        let headers = [("Host".to_owned(), String::new()), ("A".to_owned(), "b".to_owned())];
        let request = Request::parse("GET", "10.0.0.1/x", &headers).expect("a good URL");
        assert_eq!((request.host.as_str(), request.sni.as_str()), ("", "10.0.0.1"));
        assert_eq!(request.headers, [("A".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |url| Request::parse("GET", url, &[]).expect_err("bad").0;
        assert_eq!(error("ftp://x/"), "scheme \"ftp\" is not http or https");
        assert_eq!(error("http://x:99999/"), "\"99999\" is not a port");
        assert_eq!(error("http:///x"), "the URL has no host");
    }
}
