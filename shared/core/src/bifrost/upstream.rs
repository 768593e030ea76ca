//! From a key to an upstream, and what comes back.

use super::base_url;
use super::cause::Cause;
use super::chain::{ChainVerdict, Upstream};
use super::config::{ApiKey, Provider};
use super::paths::{self, Operation};
use super::prediction::Outage;
use super::rules::Rules as _;
use super::served::{self, Serving};
use super::walk::{ModelWalk, Stop};
use crate::kube::full_name;
use crate::mask;
use crate::workload::address::{self, AddressTarget, Url};

const UNREACHABLE: &str = "network error occurred while connecting to provider API (DNS lookup, connection refused, etc.)";
const NOT_EXECUTED: &str = "failed to execute HTTP request to provider API";

impl ModelWalk<'_, '_> {
    fn network(&self, message: &str, cause: Cause, says: String) -> ChainVerdict {
        let status = if self.release.answers_502() { 502 } else { 400 };
        ChainVerdict::bifrost(status, message, Some(cause))
            .says(format!("Bifrost answers {status}: {says}"))
    }

    /// The verdict for a host outside the cluster.
    pub(super) fn outside(&self, host: &str) -> ChainVerdict {
        match self.query.around.internet {
            Some(false) => {
                self.network(UNREACHABLE, Cause::Unreachable, format!("{host} cannot be reached"))
            }
            _ => ChainVerdict::unknown(format!(
                "no manifest shows whether {host} can be reached, and what it answers; --served or --assume internet=no"
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
    ) -> Result<ChainVerdict, Stop> {
        let outcome = self.connect(provider, key, model, operation);
        if matches!(&outcome, Err(stop) if stop.by == "bifrost") {
            self.upstream = None;
        }
        outcome
    }

    fn connect(
        &mut self,
        provider: &Provider,
        key: Option<&ApiKey>,
        model: &str,
        operation: Operation,
    ) -> Result<ChainVerdict, Stop> {
        let base = base_url::of(provider, key, self.release, &self.instance.env)?;
        let base_type = provider.custom.as_ref().and_then(|custom| custom.base.as_ref());
        let protocol = base_type.map_or(provider.name.as_str(), |(base, _)| base.as_str());
        if !["openai", "vllm", "sgl", "ollama"].contains(&protocol) {
            return Err(ChainVerdict::unknown(format!("the API of {protocol} is not modelled")));
        }
        let overrides = provider.custom.iter().flat_map(|custom| &custom.paths);
        let path = overrides
            .filter(|(name, _)| name == operation.name)
            .map(|(_, path)| path.as_str())
            .next()
            .unwrap_or(match protocol {
                // Source of 1.5.16: this provider has chat completions only.
                "vllm"
                    if operation.name == "responses"
                        && self.query.path.starts_with("/anthropic") =>
                {
                    "/v1/chat/completions"
                }
                _ => operation.upstream,
            });
        let full = format!("{base}{path}");
        self.upstream = Some(Upstream {
            url: mask::address_or_key(&full),
            model: model.to_owned(),
            key: key.map(|key| crate::text::clip(&key.name, 80)),
        });
        let with = match key {
            Some(key) if !key.name.is_empty() => {
                format!(", key {}", crate::text::clip(&key.name, 80))
            }
            _ => String::new(),
        };
        let at = provider.network.and_then(|id| {
            let json = &self.instance.config()?.json;
            Some(self.at(&json.pointer(id)))
        });
        let says = format!("posted to {}{with}", mask::address_or_key(&full));
        self.hop("bifrost", model, says, at.unwrap_or_default());
        let Some(url) = Url::parse(&full) else {
            let cause = if self.release.answers_502() { NOT_EXECUTED } else { UNREACHABLE };
            let says = "the address does not begin with http:// or https://".to_owned();
            return Err(self.network(cause, Cause::BaseUrl, says));
        };
        let to = address::target(self.facts, &self.instance.namespace, &url);
        self.reach(provider, &url, &to)?;
        if let Some(outage) = self.query.around.outage {
            return Ok(self.failing(outage));
        }
        match served::serves(self.facts, &self.query.served, &full, &url, &to) {
            Ok(serves) => self.answer(&url, &serves, model),
            Err(why) => Err(match to {
                AddressTarget::Public | AddressTarget::Unknown(_) => self.outside(&url.host),
                _ => ChainVerdict::unknown(format!("{why}; --served NAME")),
            }),
        }
    }

    /// Whether a connection succeeds.
    fn reach(&self, provider: &Provider, url: &Url, to: &AddressTarget) -> Result<(), Stop> {
        let guards = self.release.blocks_private();
        let around = &self.query.around;
        if around.unresolved.contains(&url.host) {
            let says = format!("{} does not resolve", url.host);
            return Err(self.network(UNREACHABLE, Cause::Unreachable, says));
        }
        let closed = around.open_ports.as_ref().is_some_and(|open| !open.contains(&url.port));
        if closed && *to == AddressTarget::Loopback {
            let says = format!("nothing listens at {}:{}", url.host, url.port);
            return Err(self.network(UNREACHABLE, Cause::Unreachable, says));
        }
        match to {
            AddressTarget::NoService { namespace, name, .. } => Err(self.network(
                UNREACHABLE,
                Cause::Unreachable,
                format!(
                    "{} does not resolve: there is no Service {}",
                    url.host,
                    full_name(namespace, name)
                ),
            )),
            AddressTarget::LinkLocal(ip) if guards => {
                let says = format!("connection to link-local IP {ip} is not allowed");
                Err(self.network(NOT_EXECUTED, Cause::PrivateNetwork, says))
            }
            AddressTarget::Private(ip) if guards && !provider.allow_private => {
                let says = format!("connection to private IP {ip} is not allowed");
                Err(self.network(NOT_EXECUTED, Cause::PrivateNetwork, says))
            }
            AddressTarget::Service { private: true, name, address, .. }
                if guards && !provider.allow_private =>
            {
                let shown = address.clone().unwrap_or_else(|| format!("of Service {name}"));
                let says = format!("connection to private IP {shown} is not allowed");
                Err(self.network(NOT_EXECUTED, Cause::PrivateNetwork, says))
            }
            // A name that does not resolve gets the same status.
            AddressTarget::NotGiven { namespace, name, .. }
                if guards && !provider.allow_private =>
            {
                let says = format!(
                    "connection to the private IP of Service {} is not allowed",
                    full_name(namespace, name)
                );
                Err(self.network(NOT_EXECUTED, Cause::PrivateNetwork, says))
            }
            AddressTarget::Service { has_port: false, namespace, name, .. } => {
                Err(ChainVerdict::unknown(format!(
                    "Service {namespace}/{name} has no port {}: the connection is refused or times out",
                    url.port
                )))
            }
            _ => Ok(()),
        }
    }

    /// What a client gets from an upstream that fails.
    fn failing(&self, outage: Outage) -> ChainVerdict {
        let (status, by, message) = match outage {
            Outage::Status(status) => (status, "upstream", None),
            Outage::Html => (400, "bifrost", Some("HTML response received from provider")),
            Outage::Reset if self.release.answers_502() => (502, "bifrost", Some(NOT_EXECUTED)),
            Outage::Reset => (400, "bifrost", Some(NOT_EXECUTED)),
            Outage::Silent => (504, "bifrost", None),
        };
        let says = format!("the upstream fails, and the client gets {status}");
        let message = message.map(str::to_owned);
        ChainVerdict {
            status: Some(status),
            by,
            message,
            says,
            unknown: None,
            cause: None,
            code: None,
        }
    }

    /// What a known server answers.
    fn answer(&mut self, url: &Url, serves: &Serving, model: &str) -> Result<ChainVerdict, Stop> {
        if url.tls && !serves.tls {
            let says = "tls: first record does not look like a TLS handshake".to_owned();
            return Err(self.network(NOT_EXECUTED, Cause::BaseUrl, says));
        }
        if serves.tls && !url.tls {
            return Err(ChainVerdict::unknown(
                "the upstream speaks TLS, but the address says http",
            ));
        }
        let upstream = |status, message: Option<String>, says: String, cause| ChainVerdict {
            status: Some(status),
            by: "upstream",
            message,
            says,
            unknown: None,
            cause,
            code: None,
        };
        let path = url.path.strip_prefix(serves.prefix.as_str()).unwrap_or(&url.path);
        if !paths::vllm_answers(path) {
            let text = "provider API error (status 404)".to_owned();
            let says = format!("the upstream has no path {}", crate::text::clip(&url.path, 120));
            return Ok(upstream(404, Some(text), says, Some(Cause::BaseUrl)));
        }
        if serves.wants_key {
            return Err(ChainVerdict::unknown("the upstream needs a key, which is not compared"));
        }
        let by = serves.by.clone();
        let served = crate::text::some_of(&serves.names, 5);
        self.hop("upstream", model, format!("serves {served}"), by);
        match serves.names.iter().any(|name| name == model) {
            true => Ok(upstream(200, None, format!("the upstream serves {model}"), None)),
            false => {
                let text = format!("The model `{model}` does not exist.");
                let says = format!("the upstream serves {served}, not {model}");
                Ok(upstream(404, Some(text), says, Some(Cause::NameMismatch)))
            }
        }
    }
}
