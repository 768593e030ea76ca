//! Which names an upstream serves: as somebody says it, or as a workload shows it.

use crate::facts::Facts;
use crate::workload::address::{AddressTarget, Url};
use crate::workload::vllm;

/// `--served`: what an upstream serves. It speaks http unless its address says https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedSaid {
    pub upstream: ServedBy,
    pub names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServedBy {
    Any,
    Port(u16),
    /// Those whose address starts with this.
    Prefix(String),
    /// One that was asked: its address in the configuration, and who answered.
    Asked {
        prefix: String,
        by: String,
    },
}

impl ServedSaid {
    /// Reads `NAME,NAME`, `:8000=NAME` or `http://host:8000=NAME`.
    pub fn parse(text: &str) -> Option<ServedSaid> {
        let (upstream, names) = match text.rsplit_once('=') {
            Some((port, names)) if port.starts_with(':') => {
                (ServedBy::Port(port[1..].parse().ok()?), names)
            }
            Some((url, names)) if url.contains("://") => {
                (ServedBy::Prefix(url.trim_end_matches('/').to_owned()), names)
            }
            Some(_) => return None,
            None => (ServedBy::Any, text),
        };
        let names: Vec<String> =
            names.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
        (!names.is_empty()).then_some(ServedSaid { upstream, names })
    }
}

/// What is known of an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    pub names: Vec<String>,
    pub tls: bool,
    pub wants_key: bool,
    /// The path below which it is known to answer.
    pub prefix: String,
    /// The source of this knowledge.
    pub by: String,
}

fn is_below(url: &str, base: &str) -> bool {
    url.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What the upstream at an address serves, or why that is not known.
pub fn serves(
    facts: &Facts,
    said: &[ServedSaid],
    url: &str,
    at: &Url,
    target: &AddressTarget,
) -> Result<Serving, String> {
    let told = |names: &[String], tls, prefix: &str| Serving {
        names: names.to_vec(),
        tls,
        wants_key: false,
        prefix: prefix.to_owned(),
        by: "--served".to_owned(),
    };
    for one in said {
        match &one.upstream {
            ServedBy::Any => return Ok(told(&one.names, at.tls, "")),
            ServedBy::Port(port) if *port == at.port => return Ok(told(&one.names, false, "")),
            ServedBy::Prefix(prefix) if url.starts_with(prefix.as_str()) => {
                let path = Url::parse(prefix).map(|url| url.path).unwrap_or_default();
                return Ok(told(&one.names, at.tls, &path));
            }
            ServedBy::Asked { prefix, by } if is_below(url, prefix) => {
                let path = Url::parse(prefix).map(|url| url.path).unwrap_or_default();
                return Ok(Serving { by: by.clone(), ..told(&one.names, at.tls, &path) });
            }
            _ => {}
        }
    }
    let AddressTarget::Service { namespace, name, .. } = target else {
        return Err(format!("no manifest shows what {} serves", at.host));
    };
    match vllm::behind(facts, namespace, name) {
        Some((workload, server)) => match &server.names {
            Some(names) => Ok(Serving {
                names: names.clone(),
                tls: server.tls,
                wants_key: server.wants_key,
                prefix: String::new(),
                by: workload.meta.title(),
            }),
            None => Err(format!("the arguments of {} name no model", workload.meta.title())),
        },
        None => Err(format!("the input has no vLLM behind Service {namespace}/{name}")),
    }
}
