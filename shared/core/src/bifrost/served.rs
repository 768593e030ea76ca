//! Which names an upstream serves: as somebody says it, or as a workload shows it.

use crate::facts::Cx;
use crate::facts::views::{Service, Workload};

use super::target::{Target, Url};
use super::vllm;

/// `--served`: what an upstream serves. It speaks http unless its address says https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which upstream: all, those of a port, or those whose address begins so.
    pub upstream: Upstream,
    /// The names.
    pub names: Vec<String>,
}

/// Which upstream is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// Every one.
    Any,
    /// Those of a port.
    Port(u16),
    /// Those whose address begins so.
    Prefix(String),
}

impl Said {
    /// Reads `NAME,NAME`, `:8000=NAME` or `http://host:8000=NAME`.
    pub fn parse(text: &str) -> Option<Said> {
        let (upstream, names) = match text.rsplit_once('=') {
            Some((port, names)) if port.starts_with(':') => {
                (Upstream::Port(port[1..].parse().ok()?), names)
            }
            Some((url, names)) if url.contains("://") => {
                (Upstream::Prefix(url.trim_end_matches('/').to_owned()), names)
            }
            Some(_) => return None,
            None => (Upstream::Any, text),
        };
        let names: Vec<String> =
            names.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
        (!names.is_empty()).then_some(Said { upstream, names })
    }
}

/// An upstream as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serves {
    /// The names.
    pub names: Vec<String>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Whether it wants a key of its own.
    pub wants_key: bool,
    /// The path that it is known to answer below.
    pub prefix: String,
    /// Who says so.
    pub by: String,
}

/// What the upstream at an address serves, or why that is not known.
pub fn serves(
    cx: &Cx,
    said: &[Said],
    url: &str,
    at: &Url,
    target: &Target,
) -> Result<Serves, String> {
    let told = |names: &[String], tls, prefix: &str| Serves {
        names: names.to_vec(),
        tls,
        wants_key: false,
        prefix: prefix.to_owned(),
        by: "--served".to_owned(),
    };
    for one in said {
        match &one.upstream {
            Upstream::Any => return Ok(told(&one.names, at.tls, "")),
            Upstream::Port(port) if *port == at.port => return Ok(told(&one.names, false, "")),
            Upstream::Prefix(prefix) if url.starts_with(prefix.as_str()) => {
                let path = Url::parse(prefix).map(|url| url.path).unwrap_or_default();
                return Ok(told(&one.names, at.tls, &path));
            }
            _ => {}
        }
    }
    let Target::Service { namespace, name, .. } = target else {
        return Err(format!("what {} serves is in no manifest", at.host));
    };
    match behind(cx, namespace, name) {
        Some((workload, server)) => match &server.names {
            Some(names) => Ok(Serves {
                names: names.clone(),
                tls: server.tls,
                wants_key: server.wants_key,
                prefix: String::new(),
                by: workload.meta.title(),
            }),
            None => Err(format!("the arguments of {} name no model", workload.meta.title())),
        },
        None => Err(format!("no vLLM behind Service {namespace}/{name} is in the input")),
    }
}

/// The vLLM behind a Service.
pub fn behind<'a>(cx: &'a Cx, namespace: &str, name: &str) -> Option<(&'a Workload, vllm::Vllm)> {
    let service = cx.get::<Service>(namespace, name).known()?;
    let workloads = cx.list::<Workload>(Some(namespace)).items.into_iter();
    let mut behind = workloads.filter(|workload| service.selects(&workload.pod_labels));
    behind.find_map(|w| Some((w, vllm::of(w)?)))
}
