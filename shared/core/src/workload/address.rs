//! Where an address leads from inside a pod.

use std::net::IpAddr;

use crate::facts::views::{Namespace, Service};
use crate::facts::{Fact, Facts, Openness};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    pub tls: bool,
    /// The host, lower case, without brackets.
    pub host: String,
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
pub enum AddressTarget {
    /// The pod itself.
    Loopback,
    /// A link-local address: never allowed where private ones are checked.
    LinkLocal(String),
    Private(String),
    Public,
    Service {
        namespace: String,
        name: String,
        /// Whether its address is private, or most likely so.
        private: bool,
        address: Option<String>,
        has_port: bool,
    },
    /// No Service of this name: the name does not resolve.
    NoService {
        namespace: String,
        name: String,
        /// Namespaces that have a Service of this name.
        elsewhere: Vec<String>,
    },
    /// A Service of a namespace that is not in the input. If it is there its address is private,
    /// else the name does not resolve.
    NotGiven {
        namespace: String,
        name: String,
        why: String,
    },
    Unknown(String),
}

/// Where an address leads from a pod in `namespace`.
pub fn target(facts: &Facts, namespace: &str, url: &Url) -> AddressTarget {
    if url.host == "localhost" {
        return AddressTarget::Loopback;
    }
    if let Ok(address) = url.host.parse::<IpAddr>() {
        return of_address(address);
    }
    let host = url.host.trim_end_matches('.');
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [name] => service(facts, name, namespace, url.port),
        [name, "svc"] => service(facts, name, "svc", url.port),
        [name, space] => match facts.get::<Service>(space, name) {
            Fact::Unknown(_) if !knows(facts, space) => {
                AddressTarget::Unknown(format!("no manifest shows what {host} resolves to"))
            }
            _ => service(facts, name, space, url.port),
        },
        [name, space, "svc"] | [name, space, "svc", "cluster", "local"] => {
            service(facts, name, space, url.port)
        }
        _ => AddressTarget::Unknown(format!("no manifest shows what {host} resolves to")),
    }
}

/// Whether a Namespace object is given.
fn knows(facts: &Facts, namespace: &str) -> bool {
    facts.get::<Namespace>("", namespace).known().is_some()
}

fn of_address(address: IpAddr) -> AddressTarget {
    match address {
        IpAddr::V4(v4) if v4.is_loopback() => AddressTarget::Loopback,
        IpAddr::V4(v4) if v4.is_link_local() => AddressTarget::LinkLocal(v4.to_string()),
        IpAddr::V4(v4) if v4.is_private() => AddressTarget::Private(v4.to_string()),
        IpAddr::V6(v6) if v6.is_loopback() => AddressTarget::Loopback,
        IpAddr::V6(v6) if v6.is_unicast_link_local() => AddressTarget::LinkLocal(v6.to_string()),
        IpAddr::V6(v6) if v6.is_unique_local() => AddressTarget::Private(v6.to_string()),
        _ => AddressTarget::Public,
    }
}

/// What a short name leads to from a namespace that is not known: a Service of `default`, if one is
/// given.
fn from_somewhere(facts: &Facts, name: &str, port: u16) -> AddressTarget {
    if facts.get::<Service>("default", name).known().is_some() {
        return service(facts, name, "default", port);
    }
    let closed = facts.store.world.as_ref().is_some_and(|own| own.openness == Openness::Closed);
    let mut all = facts.store.known::<Service>();
    if closed && !all.any(|service| service.meta.name == name) {
        let name = name.to_owned();
        return AddressTarget::NoService { namespace: String::new(), name, elsewhere: Vec::new() };
    }
    AddressTarget::NotGiven {
        namespace: String::new(),
        name: name.to_owned(),
        why: "the namespace of this configuration is not known; -n NAMESPACE".to_owned(),
    }
}

fn service(facts: &Facts, name: &str, namespace: &str, port: u16) -> AddressTarget {
    if namespace.is_empty() {
        return from_somewhere(facts, name, port);
    }
    match facts.get::<Service>(namespace, name) {
        Fact::Known(found) if found.kind == "ExternalName" => {
            AddressTarget::Unknown(format!("Service {namespace}/{name} is an ExternalName Service"))
        }
        Fact::Known(found) => {
            let address = found.cluster_ip.clone().filter(|ip| ip != "None" && !ip.is_empty());
            let parsed = address.as_ref().and_then(|ip| ip.parse::<IpAddr>().ok());
            // Pods of a headless Service, and addresses that nobody wrote down, are private.
            let private =
                parsed.is_none_or(|ip| matches!(of_address(ip), AddressTarget::Private(_)));
            AddressTarget::Service {
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
            let all = facts.list::<Service>(None).items;
            let same = all.into_iter().filter(|service| service.meta.name == name);
            AddressTarget::NoService {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                elsewhere: same.map(|service| service.meta.namespace.clone()).collect(),
            }
        }
        Fact::Unknown(why) => AddressTarget::NotGiven {
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
