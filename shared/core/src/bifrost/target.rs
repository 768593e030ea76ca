//! Where an address leads from inside a pod.

use std::net::IpAddr;

use crate::facts::views::{Namespace, Service};
use crate::facts::{Cx, Fact};

/// The parts of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Whether it is https.
    pub tls: bool,
    /// The host, lower case, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path, without a slash at its end.
    pub path: String,
}

impl Url {
    /// Reads `http://host:port/path`; `None` without a scheme, a host or a valid port.
    pub fn parse(url: &str) -> Option<Url> {
        let (scheme, rest) = url.split_once("://")?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = match authority.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None => match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = match port {
            None | Some("") => {
                if tls {
                    443
                } else {
                    80
                }
            }
            Some(port) => port.parse().ok()?,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let host = host.to_ascii_lowercase();
        (!host.is_empty()).then(|| Url { tls, host, port, path: path.to_owned() })
    }
}

/// What a host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The pod itself.
    Loopback,
    /// An address of the link: never allowed where private ones are looked at.
    LinkLocal(String),
    /// A private address.
    Private(String),
    /// A public address.
    Public,
    /// A Service of the cluster.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// Its address is private, or most likely so.
        private: bool,
        /// The address, where it is given.
        address: Option<String>,
        /// Whether it has the port.
        has_port: bool,
    },
    /// No Service of this name: the name does not resolve.
    NoService {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// Namespaces that have a Service of this name.
        elsewhere: Vec<String>,
    },
    /// A Service of a namespace that is not in the input. If it is there its address is private,
    /// else the name does not resolve.
    NotGiven {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// Why it is not known.
        why: String,
    },
    /// Not known, and why.
    Unknown(String),
}

/// Where an address leads from a pod in `namespace`.
pub fn target(cx: &Cx, namespace: &str, url: &Url) -> Target {
    if url.host == "localhost" {
        return Target::Loopback;
    }
    if let Ok(address) = url.host.parse::<IpAddr>() {
        return of_address(address);
    }
    let host = url.host.trim_end_matches('.');
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [name] => service(cx, name, namespace, url.port),
        [name, "svc"] => service(cx, name, "svc", url.port),
        [name, space] => match cx.get::<Service>(space, name) {
            Fact::Unknown(_) if !knows(cx, space) => {
                Target::Unknown(format!("what {host} resolves to is in no manifest"))
            }
            _ => service(cx, name, space, url.port),
        },
        [name, space, "svc"] | [name, space, "svc", "cluster", "local"] => {
            service(cx, name, space, url.port)
        }
        _ => Target::Unknown(format!("what {host} resolves to is in no manifest")),
    }
}

/// Whether a Namespace object is given.
fn knows(cx: &Cx, namespace: &str) -> bool {
    cx.get::<Namespace>("", namespace).known().is_some()
}

fn of_address(address: IpAddr) -> Target {
    match address {
        IpAddr::V4(v4) if v4.is_loopback() => Target::Loopback,
        IpAddr::V4(v4) if v4.is_link_local() => Target::LinkLocal(v4.to_string()),
        IpAddr::V4(v4) if v4.is_private() => Target::Private(v4.to_string()),
        IpAddr::V6(v6) if v6.is_loopback() => Target::Loopback,
        IpAddr::V6(v6) if v6.is_unicast_link_local() => Target::LinkLocal(v6.to_string()),
        IpAddr::V6(v6) if v6.is_unique_local() => Target::Private(v6.to_string()),
        _ => Target::Public,
    }
}

fn service(cx: &Cx, name: &str, namespace: &str, port: u16) -> Target {
    match cx.get::<Service>(namespace, name) {
        Fact::Known(found) if found.kind == "ExternalName" => {
            Target::Unknown(format!("Service {namespace}/{name} stands for a name elsewhere"))
        }
        Fact::Known(found) => {
            let address = found.cluster_ip.clone().filter(|ip| ip != "None" && !ip.is_empty());
            let parsed = address.as_ref().and_then(|ip| ip.parse::<IpAddr>().ok());
            // Pods of a headless Service, and addresses that nobody wrote down, are private.
            let private = parsed.is_none_or(|ip| matches!(of_address(ip), Target::Private(_)));
            Target::Service {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                private,
                has_port: found.ports.is_empty()
                    || found.ports.iter().any(|p| p.port == port)
                    || found.cluster_ip.as_deref() == Some("None"),
                address,
            }
        }
        Fact::Absent => {
            let all = cx.list::<Service>(None).items;
            let same = all.into_iter().filter(|service| service.meta.name == name);
            Target::NoService {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                elsewhere: same.map(|service| service.meta.namespace.clone()).collect(),
            }
        }
        Fact::Unknown(why) => Target::NotGiven {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            why: why.detail,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let url = |text: &str| Url::parse(text).map(|u| (u.tls, u.host, u.port, u.path));
        let plain = |host: &str, port, path: &str| Some((false, host.into(), port, path.into()));
        assert_eq!(url("http://A:8000/v1/"), plain("a", 8000, "/v1"));
        assert_eq!(url("http://u:p@[fd00::1]:80/x?y"), plain("fd00::1", 80, "/x"));
        assert_eq!(url("https://a"), Some((true, "a".into(), 443, String::new())));
        assert_eq!(url("a:8000"), None);
        assert_eq!(url("http://a:x"), None);
    }
}
