//! From a key to an upstream, and what comes back.

use crate::facts::Release;

use super::chain::{Upstream, Verdict};
use super::config::{ApiKey, Provider};
use super::env::{Environment, Var};
use super::masked;
use super::paths::{self, Operation};
use super::rules::{self, Rules as _};
use super::served;
use super::start::Outage;
use super::target::{Target, Url, target};
use super::walk::{Stop, Walk};

const UNREACHABLE: &str = "network error occurred while connecting to provider API (DNS lookup, connection refused, etc.)";
const NOT_EXECUTED: &str = "failed to execute HTTP request to provider API";

impl Walk<'_> {
    fn network(&self, cause: &str, code: &'static str, says: String) -> Verdict {
        let status = if self.release.answers_502() { 502 } else { 400 };
        Verdict::bifrost(status, cause, Some(code))
            .says(format!("Bifrost answers {status}: {says}"))
    }

    /// A host outside of the cluster.
    pub(super) fn outside(&self, host: &str) -> Verdict {
        match self.query.around.internet {
            Some(false) => {
                self.network(UNREACHABLE, "IGW0206", format!("{host} cannot be reached"))
            }
            _ => Verdict::unknown(format!(
                "whether {host} can be reached, and what it answers, is in no manifest; --served or --assume internet=no"
            )),
        }
    }

    /// Sends a request to a provider. Where nothing was sent, Bifrost answers itself and there is no
    /// upstream (contract.md).
    pub(super) fn send(
        &mut self,
        provider: &Provider,
        key: Option<&ApiKey>,
        model: &str,
        operation: Operation,
    ) -> Result<Verdict, Stop> {
        let outcome = self.connect(provider, key, model, operation);
        if matches!(&outcome, Err(stop) if stop.by == "bifrost") {
            self.upstream = None;
        }
        outcome
    }

    fn connect(
        &mut self,
        provider: &Provider,
        key: Option<&super::config::ApiKey>,
        model: &str,
        operation: Operation,
    ) -> Result<Verdict, Stop> {
        let base = base_url(provider, key, self.release, &self.instance.env)?;
        let base_type = provider.custom.as_ref().and_then(|custom| custom.base.as_ref());
        let protocol = base_type.map_or(provider.name.as_str(), |(base, _)| base.as_str());
        if !["openai", "vllm", "sgl", "ollama"].contains(&protocol) {
            return Err(Verdict::unknown(format!("how {protocol} is asked is not modelled")));
        }
        let overrides = provider.custom.iter().flat_map(|custom| &custom.paths);
        let path = overrides
            .filter(|(name, _)| name == operation.name)
            .map(|(_, path)| path.as_str())
            .next()
            .unwrap_or(operation.upstream);
        let full = format!("{base}{path}");
        self.upstream = Some(Upstream {
            url: masked::url(&full),
            model: model.to_owned(),
            key: key.map(|key| crate::words::clip(&key.name, 80)),
        });
        let with = match key {
            Some(key) if !key.name.is_empty() => {
                format!(", key {}", crate::words::clip(&key.name, 80))
            }
            _ => String::new(),
        };
        let at = provider.network.and_then(|id| {
            let json = &self.instance.config()?.json;
            Some(self.at(&json.pointer(id)))
        });
        let says = format!("posted to {}{with}", masked::url(&full));
        self.hop("bifrost", model, says, at.unwrap_or_default());
        let Some(url) = Url::parse(&full) else {
            let cause = if self.release.answers_502() { NOT_EXECUTED } else { UNREACHABLE };
            let says = "the address has no http:// or https:// at its front".to_owned();
            return Err(self.network(cause, "IGW0205", says));
        };
        let to = target(self.cx, &self.instance.namespace, &url);
        self.reach(provider, &url, &to)?;
        if let Some(outage) = self.query.around.outage {
            return Ok(self.failing(outage));
        }
        match served::serves(self.cx, &self.query.served, &full, &url, &to) {
            Ok(serves) => self.answer(&url, &serves, model),
            Err(why) => Err(match to {
                Target::Public | Target::Unknown(_) => self.outside(&url.host),
                _ => Verdict::unknown(format!("{why}; --served NAME")),
            }),
        }
    }

    /// Whether a connection comes about.
    fn reach(&self, provider: &Provider, url: &Url, to: &Target) -> Result<(), Stop> {
        let guards = self.release.blocks_private();
        let around = &self.query.around;
        if around.unresolved.contains(&url.host) {
            let says = format!("{} does not resolve", url.host);
            return Err(self.network(UNREACHABLE, "IGW0206", says));
        }
        let closed = around.open_ports.as_ref().is_some_and(|open| !open.contains(&url.port));
        if closed && *to == Target::Loopback {
            let says = format!("nothing listens at {}:{}", url.host, url.port);
            return Err(self.network(UNREACHABLE, "IGW0206", says));
        }
        match to {
            Target::NoService { namespace, name, .. } => Err(self.network(
                UNREACHABLE,
                "IGW0206",
                format!("{} does not resolve: there is no Service {namespace}/{name}", url.host),
            )),
            Target::LinkLocal(ip) if guards => {
                let says = format!("connection to link-local IP {ip} is not allowed");
                Err(self.network(NOT_EXECUTED, "IGW0207", says))
            }
            Target::Private(ip) if guards && !provider.allow_private => {
                let says = format!("connection to private IP {ip} is not allowed");
                Err(self.network(NOT_EXECUTED, "IGW0207", says))
            }
            Target::Service { private: true, name, address, .. }
                if guards && !provider.allow_private =>
            {
                let shown = address.clone().unwrap_or_else(|| format!("of Service {name}"));
                let says = format!("connection to private IP {shown} is not allowed");
                Err(self.network(NOT_EXECUTED, "IGW0207", says))
            }
            // A name that does not resolve gets the same status.
            Target::NotGiven { namespace, name, .. } if guards && !provider.allow_private => {
                let says = format!(
                    "connection to the private IP of Service {namespace}/{name} is not allowed"
                );
                Err(self.network(NOT_EXECUTED, "IGW0207", says))
            }
            Target::Service { has_port: false, namespace, name, .. } => {
                Err(Verdict::unknown(format!(
                    "Service {namespace}/{name} has no port {}: the connection is refused or times out",
                    url.port
                )))
            }
            _ => Ok(()),
        }
    }

    /// What a client reads of an upstream that fails.
    fn failing(&self, outage: Outage) -> Verdict {
        let (status, by, message) = match outage {
            Outage::Status(status) => (status, "upstream", None),
            Outage::Html => (400, "bifrost", Some("HTML response received from provider")),
            Outage::Reset if self.release.answers_502() => (502, "bifrost", Some(NOT_EXECUTED)),
            Outage::Reset => (400, "bifrost", Some(NOT_EXECUTED)),
            Outage::Silent => (504, "bifrost", None),
        };
        let says = format!("the upstream fails, and the client gets {status}");
        let message = message.map(str::to_owned);
        Verdict { status: Some(status), by, message, says, unknown: None, code: None }
    }

    /// What a server that is known answers.
    fn answer(&mut self, url: &Url, serves: &served::Serves, model: &str) -> Result<Verdict, Stop> {
        if url.tls && !serves.tls {
            let says = "tls: first record does not look like a TLS handshake".to_owned();
            return Err(self.network(NOT_EXECUTED, "IGW0205", says));
        }
        if serves.tls && !url.tls {
            return Err(Verdict::unknown("the upstream speaks TLS, and the address says http"));
        }
        let upstream = |status, message: Option<String>, says: String, code| Verdict {
            status: Some(status),
            by: "upstream",
            message,
            says,
            unknown: None,
            code,
        };
        let path = url.path.strip_prefix(serves.prefix.as_str()).unwrap_or(&url.path);
        if !paths::vllm_answers(path) {
            let text = "provider API error (status 404)".to_owned();
            let says = format!("the upstream has no path {}", crate::words::clip(&url.path, 120));
            return Ok(upstream(404, Some(text), says, Some("IGW0205")));
        }
        if serves.wants_key {
            return Err(Verdict::unknown("the upstream wants a key, which is not compared"));
        }
        let by = serves.by.clone();
        let served = crate::words::some_of(&serves.names, 5);
        self.hop("upstream", model, format!("serves {served}"), by);
        match serves.names.iter().any(|name| name == model) {
            true => Ok(upstream(200, None, format!("the upstream serves {model}"), None)),
            false => {
                let text = format!("The model `{model}` does not exist.");
                let says = format!("the upstream serves {served}, and not {model}");
                Ok(upstream(404, Some(text), says, Some("IGW0301")))
            }
        }
    }
}

/// The address that a provider's requests go to, without a slash at its end.
pub(super) fn base_url(
    provider: &Provider,
    key: Option<&ApiKey>,
    release: Release,
    env: &Environment,
) -> Result<String, Verdict> {
    if rules::key_config(&provider.name).is_some() {
        let url = key.and_then(|key| key.server.as_ref()).and_then(|server| server.url.as_ref());
        return match url.map(|url| (url.variable(), url.text.reveal())) {
            Some((None, url)) => Ok(url.trim_end_matches('/').to_owned()),
            Some((Some(name), _)) => match env.get(name) {
                Var::Set(url) => Ok(url.reveal().trim_end_matches('/').to_owned()),
                _ => Err(Verdict::unknown(format!("variable {name} is not known"))),
            },
            None if provider.name == "vllm" && !release.since(1, 5, 0) => {
                let text = "no base URL configured: set vllm_key_config.url on the key";
                Err(Verdict::bifrost(500, text, Some("IGW0205")))
            }
            None => Err(Verdict::unknown("the key has no address of its own")),
        };
    }
    let given = provider.base_url.as_ref().map(|url| url.text.reveal()).unwrap_or_default();
    match (given, provider.name.as_str(), &provider.custom) {
        ("", "openai", _) => Ok("https://api.openai.com".to_owned()),
        ("", _, Some(custom)) if custom.base.as_ref().is_some_and(|(b, _)| b == "openai") => {
            Ok("https://api.openai.com".to_owned())
        }
        ("", ..) => Err(Verdict::unknown("the provider's public address is not modelled")),
        (url, ..) => Ok(url.trim_end_matches('/').to_owned()),
    }
}
