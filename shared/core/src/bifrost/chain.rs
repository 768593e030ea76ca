//! The names of a model on its way: client, Bifrost, upstream. Field names are machine output:
//! contract.md, "Bifrost".

use serde::Serialize;

use crate::facts::{Cx, Release};

use super::config::{Config, Provider};
use super::env::{Environment, Var};
use super::instance::{Instance, Way};
use super::keys::{self, Worth};
use super::masked;
use super::paths::{self, Entry, Operation};
use super::route_rule::{self, Rewrite};
use super::rules::{self, Rules as _};
use super::served::{self, Said};
use super::start::{self, Circumstances, Outage, Start};
use super::target::{Target, Url, target};

/// The whole way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// What the client sends.
    pub request: Asked,
    /// The name at each hop.
    pub hops: Vec<Hop>,
    /// What the upstream gets; `None` where Bifrost answers itself.
    pub upstream: Option<Upstream>,
    /// What the client reads.
    pub verdict: Verdict,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// `model` of the body.
    pub model: String,
    /// The path.
    pub path: String,
}

/// A hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// `client`, `litellm`, `classifier`, `bifrost` or `upstream`.
    pub stage: &'static str,
    /// The name there.
    pub name: String,
    /// What becomes of it.
    pub says: String,
    /// The object and field that decide; empty where none does.
    pub at: String,
}

/// What the upstream gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// The address.
    pub url: String,
    /// The model.
    pub model: String,
    /// The name of the key.
    pub key: Option<String>,
}

/// What the client reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The status; `None` where there is no answer or it is not known.
    pub status: Option<u16>,
    /// Who answers: `bifrost`, `upstream`, or `none`.
    pub by: &'static str,
    /// The fixed text of the answer.
    pub message: Option<String>,
    /// One sentence.
    pub says: String,
    /// Why it is not known.
    pub unknown: Option<String>,
    /// The check that tells the cause.
    pub code: Option<&'static str>,
}

impl Verdict {
    fn bifrost(status: u16, message: impl Into<String>, code: Option<&'static str>) -> Verdict {
        let message = message.into();
        let says = format!("Bifrost answers {status}: {message}");
        let message = Some(message);
        Verdict { status: Some(status), by: "bifrost", message, says, unknown: None, code }
    }

    fn says(mut self, says: impl Into<String>) -> Verdict {
        self.says = says.into();
        self
    }

    fn unknown(why: impl Into<String>) -> Verdict {
        let why = why.into();
        let says = format!("not known, because {why}");
        Verdict { status: None, by: "none", message: None, says, unknown: Some(why), code: None }
    }
}

/// A request to follow.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// `model` of the body.
    pub model: String,
    /// The path.
    pub path: String,
    /// Whether LiteLLM stands in between, which takes one prefix off.
    pub from_litellm: bool,
    /// What upstreams serve.
    pub served: Vec<Said>,
    /// What no file shows.
    pub around: Circumstances,
}

/// Follows a request through an instance, whatever of the possible versions it is.
pub fn follow(cx: &Cx, instance: &Instance, query: &Query) -> Chain {
    let mut chains: Vec<(Release, Chain)> = instance
        .releases()
        .into_iter()
        .map(|release| (release, Walk::new(cx, instance, query, release).run()))
        .collect();
    let (_, mut last) = match chains.pop() {
        Some(newest) => newest,
        None => return Walk::new(cx, instance, query, super::OBSERVED[2]).run(),
    };
    let differs: Vec<String> = chains
        .iter()
        .filter(|(_, chain)| chain.verdict.status != last.verdict.status)
        .map(|(release, chain)| match chain.verdict.status {
            Some(status) => format!("{status} by {release}"),
            None => format!("{} by {release}", chain.verdict.says),
        })
        .collect();
    if !differs.is_empty() {
        let newest = last.verdict.status.map_or("?".to_owned(), |status| status.to_string());
        last.verdict = Verdict::unknown(format!(
            "it depends on the version ({}, {newest} by 2.0); --assume bifrost=VERSION",
            differs.join(", ")
        ));
        last.upstream = None;
    }
    last
}

struct Walk<'a> {
    cx: &'a Cx<'a>,
    instance: &'a Instance,
    query: &'a Query,
    release: Release,
    hops: Vec<Hop>,
    upstream: Option<Upstream>,
}

type Stop = Verdict;

impl<'a> Walk<'a> {
    fn new(cx: &'a Cx<'a>, instance: &'a Instance, query: &'a Query, release: Release) -> Self {
        Walk { cx, instance, query, release, hops: Vec::new(), upstream: None }
    }

    fn run(mut self) -> Chain {
        let verdict = match self.way() {
            Ok(verdict) | Err(verdict) => verdict,
        };
        // A status that Bifrost gives itself leaves no upstream; one that it cannot reach does.
        let request = Asked { model: self.query.model.clone(), path: self.query.path.clone() };
        Chain { request, hops: self.hops, upstream: self.upstream, verdict }
    }

    fn hop(&mut self, stage: &'static str, name: &str, says: impl Into<String>, at: String) {
        self.hops.push(Hop { stage, name: name.to_owned(), says: says.into(), at });
    }

    fn at(&self, pointer: &str) -> String {
        let document = self.instance.document.as_ref();
        let object = document.map_or(self.instance.subject.title(), |d| d.object.title());
        format!("{object}, {pointer}")
    }

    fn way(&mut self) -> Result<Verdict, Stop> {
        let mut model = self.query.model.clone();
        self.hop("client", &model, "sends it as it is written", String::new());
        if self.query.from_litellm {
            let stripped = model.split_once('/').map_or(model.as_str(), |(_, rest)| rest);
            let stripped = stripped.to_owned();
            self.hop("litellm", &stripped, "takes one provider off the front", String::new());
            model = stripped;
        }
        let starts = start::of(self.instance, self.release, &self.query.around);
        if matches!(starts.start, Start::Exits | Start::Hangs) {
            let word = if starts.start == Start::Hangs { "hangs" } else { "exits" };
            let says = format!("nothing answers: Bifrost {word}: {}", starts.says);
            return Err(Verdict {
                status: None,
                by: "none",
                message: None,
                says,
                unknown: None,
                code: starts.code,
            });
        }
        let operation = match paths::entry(&self.query.path) {
            Entry::Operation(operation) => operation,
            Entry::Redirect => {
                let says = "Bifrost redirects to the path without the slash at its end";
                return Err(Verdict::bifrost(308, "", Some("IGW0225")).says(says));
            }
            Entry::NotAllowed => {
                return Err(Verdict::bifrost(405, "Method Not Allowed", Some("IGW0225")));
            }
            Entry::Unknown => return Err(Verdict::unknown("this path is not modelled")),
        };
        if let Way::Unknown(why) = &self.instance.way {
            return Err(Verdict::unknown(why.clone()));
        }
        let served_here = !matches!(self.instance.way, Way::Elsewhere(_) | Way::Missing);
        match self.instance.config().filter(|_| served_here) {
            Some(config) => self.through(config, model, operation),
            None => {
                let empty = super::json::Json::parse("{}");
                match empty {
                    Ok(json) => self.through(&Config::read(json), model, operation),
                    Err(fault) => Err(Verdict::unknown(fault.says)),
                }
            }
        }
    }

    fn through(
        &mut self,
        config: &Config,
        mut model: String,
        operation: Operation,
    ) -> Result<Verdict, Stop> {
        if config.enforces_keys.is_some() {
            let text = "virtual key is required. Provide a virtual key via the x-bf-vk header.";
            return Err(Verdict::bifrost(401, text, None));
        }
        if config.login.is_some() && !self.release.since(1, 5, 0) {
            return Err(Verdict::bifrost(401, "Unauthorized", None));
        }
        let known = |name: &str| self.is_provider(config, name);
        let (mut provider, mut rest) = split(&model, known);
        match route_rule::rewrite(config, provider.as_deref().unwrap_or_default(), &rest) {
            Rewrite::None => {}
            Rewrite::Unknown(why) => return Err(Verdict::unknown(why)),
            Rewrite::To { provider: to, model: named, rule } => {
                provider = Some(to).filter(|to| !to.is_empty()).or(provider);
                rest = Some(named).filter(|named| !named.is_empty()).unwrap_or(rest);
                model = format!("{}/{rest}", provider.as_deref().unwrap_or_default());
                let at = self.at(&config.json.pointer(rule));
                self.hop("bifrost", &model, "a routing rule rewrites it", at);
            }
        }
        let provider = match provider.or(operation.provider.map(str::to_owned)) {
            Some(provider) => provider,
            None => self.resolve(config, &rest)?,
        };
        if rest.is_empty() {
            return Err(match self.release.has_catalog() {
                true => Verdict::bifrost(
                    400,
                    "could not auto resolve a model for the request, please specify a model explicitly",
                    Some("IGW0301"),
                ),
                false => self.no_provider(),
            });
        }
        self.ask(config, &provider, &rest, operation)
    }

    /// Whether a name before the first slash is taken for a provider.
    fn is_provider(&self, config: &Config, name: &str) -> bool {
        rules::provider(self.release, name) == rules::Provider::Has
            || config.provider(name).is_some_and(|p| is_custom(p, self.release))
    }

    fn no_provider(&self) -> Verdict {
        let text = match self.release.has_catalog() {
            true => {
                "could not auto resolve a provider for the request, please specify a provider explicitly"
            }
            false => "model should be in provider/model format",
        };
        Verdict::bifrost(400, text, Some("IGW0301"))
    }

    /// The provider of a name without one: who lists it, or whose upstream does.
    fn resolve(&mut self, config: &Config, model: &str) -> Result<String, Stop> {
        if !self.release.has_catalog() {
            return Err(self.no_provider());
        }
        let mut found = Vec::new();
        let mut doubt = None;
        for provider in &config.providers {
            if !self.is_provider(config, &provider.name) {
                continue;
            }
            let listed = provider.keys.iter().any(|key| {
                key.models.iter().flatten().any(|(name, _)| super::config::same_name(name, model))
            });
            let open = provider
                .keys
                .iter()
                .any(|key| keys::lists(key, model, self.release, config.version_1))
                || provider.custom.as_ref().is_some_and(|custom| custom.key_less);
            match (listed, open) {
                (true, _) => found.push(provider.name.clone()),
                (false, false) => {}
                (false, true) => match self.serves(config, provider) {
                    Ok(serves) if serves.names.iter().any(|name| name == model) => {
                        found.push(provider.name.clone());
                    }
                    Ok(_) => {}
                    Err(why) => doubt = Some(why),
                },
            }
        }
        match (found.as_slice(), doubt) {
            ([only], _) => {
                let says = format!("no provider is named; {only} has it in the catalog");
                let name = format!("{only}/{model}");
                let at = self.at(&format!("/providers/{only}"));
                self.hop("bifrost", &name, says, at);
                Ok(only.clone())
            }
            ([], None) if is_public(model) => {
                Err(Verdict::unknown("the price sheet may name a provider for it"))
            }
            ([], None) => Err(self.no_provider()),
            ([], Some(why)) => Err(Verdict::unknown(why)),
            (several, _) => {
                let names = crate::words::list(several);
                Err(Verdict::unknown(format!("several providers have it: {names}")))
            }
        }
    }

    /// What the upstream of a provider serves, as far as its first key tells.
    fn serves(&self, config: &Config, provider: &Provider) -> Result<served::Serves, String> {
        let base = base_url(provider, provider.keys.first(), self.release, &self.instance.env)
            .map_err(|_| "its address is not known".to_owned())?;
        let _ = config;
        let url = Url::parse(&base).ok_or("its address has no scheme")?;
        let to = target(self.cx, &self.instance.namespace, &url);
        served::serves(self.cx, &self.query.served, &base, &url, &to)
    }

    fn ask(
        &mut self,
        config: &Config,
        name: &str,
        model: &str,
        operation: Operation,
    ) -> Result<Verdict, Stop> {
        let Some(provider) = config.provider(name) else {
            return Err(self.not_configured(config, name));
        };
        let pointer = config.json.pointer(provider.id);
        let key_less = provider.custom.as_ref().is_some_and(|custom| custom.key_less);
        let at = self.at(&pointer);
        if key_less {
            self.hop("bifrost", model, format!("provider {name} needs no key"), at);
            return self.send(provider, None, model, operation);
        }
        if provider.keys.is_empty() {
            let text = format!("no keys found for provider: {name} and model: {model}");
            return Err(Verdict::bifrost(400, text, Some("IGW0211")));
        }
        let mut takers = Vec::new();
        let mut doubts = Vec::new();
        let mut reasons = Vec::new();
        let needs_url = name == "vllm" && self.release.since(1, 5, 0);
        for key in &provider.keys {
            let addressed = key.server.as_ref().is_some_and(|server| server.url.is_some());
            if needs_url && !addressed {
                reasons.push(("IGW0205", format!("{} has no vllm_key_config.url", key.name)));
                continue;
            }
            match keys::worth(config, provider, key, model, self.release, &self.instance.env) {
                Worth::Takes(as_name) => takers.push((key, as_name)),
                Worth::No(code, why) => reasons.push((code, why)),
                Worth::Unknown(why) => doubts.push((key, why)),
            }
        }
        if let (true, Some((_, why))) = (takers.is_empty(), doubts.first()) {
            return Err(Verdict::unknown(why.clone()));
        }
        let Some((key, as_name)) = takers.first().cloned() else {
            let what = match name == "vllm" && !self.release.since(1, 5, 0) {
                true => "model/deployment",
                false => "model",
            };
            let code = reasons.first().map(|(code, _)| *code);
            let why: Vec<String> = reasons.into_iter().map(|(_, why)| why).collect();
            let text = format!("no keys found that support {what}: {model}");
            let says = format!("Bifrost answers 400: {text}; {}", why.join("; "));
            return Err(Verdict::bifrost(400, text, code).says(says));
        };
        let says = match as_name == model {
            true => format!("provider {name} has a key that lists it"),
            false => format!("provider {name} has an alias for it: {as_name}"),
        };
        self.hop("bifrost", &as_name, says, at);
        let first = self.send(provider, Some(key), &as_name, operation);
        let outcome = |result: &Result<Verdict, Stop>| match result {
            Ok(verdict) | Err(verdict) => verdict.status,
        };
        let (upstream, hops) = (self.upstream.clone(), self.hops.len());
        for (other, other_name) in takers.iter().skip(1) {
            let again = self.send(provider, Some(other), other_name, operation);
            if outcome(&again) != outcome(&first) {
                self.upstream = None;
                return Err(Verdict::unknown("several keys take it, and they do not agree"));
            }
        }
        self.hops.truncate(hops);
        self.upstream = upstream;
        first
    }

    /// A provider that the file does not have; with no provider at all Bifrost looks for keys in
    /// its environment.
    fn not_configured(&mut self, config: &Config, name: &str) -> Verdict {
        let variable = match name {
            "openai" => "OPENAI_API_KEY",
            "anthropic" => "ANTHROPIC_API_KEY",
            "mistral" => "MISTRAL_API_KEY",
            _ => "",
        };
        let found = match variable {
            "" => Var::Unset,
            variable => self.instance.env.get(variable),
        };
        if config.providers.is_empty() && !matches!(found, Var::Unset) {
            return self.outside("the public API of the provider");
        }
        let text = match self.release.has_catalog() {
            true => format!("failed to get config for provider {name}: not found"),
            false => "failed to get config for provider: not found".to_owned(),
        };
        Verdict::bifrost(400, text, Some("IGW0203"))
    }

    fn network(&self, cause: &str, code: &'static str, says: String) -> Verdict {
        let status = if self.release.answers_502() { 502 } else { 400 };
        Verdict::bifrost(status, cause, Some(code))
            .says(format!("Bifrost answers {status}: {says}"))
    }

    /// A host outside of the cluster.
    fn outside(&self, host: &str) -> Verdict {
        match self.query.around.internet {
            Some(false) => {
                self.network(UNREACHABLE, "IGW0206", format!("{host} cannot be reached"))
            }
            _ => Verdict::unknown(format!(
                "whether {host} can be reached, and what it answers, is in no manifest; --served or --assume internet=no"
            )),
        }
    }

    fn send(
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

const UNREACHABLE: &str = "network error occurred while connecting to provider API (DNS lookup, connection refused, etc.)";
const NOT_EXECUTED: &str = "failed to execute HTTP request to provider API";

/// Takes the provider off a name: what stands before the first slash, if it is one.
fn split(model: &str, known: impl Fn(&str) -> bool) -> (Option<String>, String) {
    match model.split_once('/') {
        Some((provider, rest)) if known(provider) => (Some(provider.to_owned()), rest.to_owned()),
        _ => (None, model.to_owned()),
    }
}

/// Whether a provider of the file is a custom one that a release accepts.
pub fn is_custom(provider: &Provider, release: Release) -> bool {
    let base = provider.custom.as_ref().and_then(|custom| custom.base.as_ref());
    let standard = rules::provider(release, &provider.name) == rules::Provider::Has;
    match base {
        Some((base, _)) => {
            rules::BASE_TYPES.contains(&base.as_str()) && (!standard || !release.since(1, 5, 0))
        }
        None => false,
    }
}

/// The address that a provider's requests go to, without a slash at its end.
fn base_url(
    provider: &Provider,
    key: Option<&super::config::ApiKey>,
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

/// Whether a name looks like one of a public model, which the price sheet may list.
fn is_public(model: &str) -> bool {
    ["gpt-", "o1", "o3", "o4", "claude-", "gemini-", "mistral-", "command-", "text-embedding-"]
        .iter()
        .any(|start| model.starts_with(start))
}
