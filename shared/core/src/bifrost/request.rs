//! One request through one release, up to the provider that takes it.

use super::cause::Cause;
use super::chain::{Asked, Chain, ChainVerdict};
use super::config::{Config, Provider, same_name};
use super::instance::Delivery;
use super::paths::{self, ClientPath, Operation};
use super::prediction::Start;
use super::route_rule::{self, RuleRewrite};
use super::rules::{self, Rules as _};
use super::virtual_key::{KeyCheck, Pass};
use super::walk::{ModelWalk, Stop};
use super::{base_url, keys, served, start};
use crate::gojson;
use crate::workload::Release;
use crate::workload::address::{self, Url};

impl ModelWalk<'_, '_> {
    pub(super) fn run(mut self) -> Chain {
        let verdict = match self.way() {
            Ok(verdict) | Err(verdict) => verdict,
        };
        // A status that Bifrost gives itself leaves no upstream; one that it cannot reach does.
        let request = Asked { model: self.query.model.clone(), path: self.query.path.clone() };
        Chain { request, hops: self.hops, upstream: self.upstream, verdict }
    }

    fn way(&mut self) -> Result<ChainVerdict, Stop> {
        let mut model = self.query.model.clone();
        self.hop("client", &model, "sends the name as written", String::new());
        if self.query.from_litellm {
            let Some((prefix, rest)) = model.split_once('/') else {
                return Err(ChainVerdict::unknown(
                    "LiteLLM sends a name without a provider only if its own list of models has it, and else nothing (\"LLM Provider NOT provided\"); write openai/ before it",
                ));
            };
            if prefix == "vllm" {
                return Err(ChainVerdict::not_sent(format!(
                    "LiteLLM does not send it: for LiteLLM, vllm/ is a vLLM in its own process; send openai/{model}"
                )));
            }
            let stripped = rest.to_owned();
            self.hop("litellm", &stripped, "removes one provider prefix", String::new());
            model = stripped;
        }
        let starts = start::of(self.instance, self.release, &self.query.around);
        if matches!(starts.start, Start::Exits | Start::Hangs) {
            let word = if starts.start == Start::Hangs { "hangs" } else { "exits" };
            let says = format!("nothing answers: Bifrost {word}: {}", starts.says);
            return Err(ChainVerdict {
                status: None,
                by: "none",
                message: None,
                says,
                unknown: None,
                cause: starts.cause,
                code: None,
            });
        }
        // Whether later releases have Anthropic's paths without a prefix is not known
        // (facts/bifrost-versions.md, 0).
        let moved = self.query.path == "/v1/messages" && self.release.since(2, 1, 0);
        let operation = match paths::entry(&self.query.path) {
            _ if moved => return Err(ChainVerdict::unknown("this path was not observed in 2.1")),
            ClientPath::Operation(operation) => operation,
            ClientPath::Redirect => {
                let says = "Bifrost redirects to the path without the trailing slash";
                return Err(ChainVerdict::bifrost(308, "", Some(Cause::ClientPath)).says(says));
            }
            ClientPath::NotAllowed => {
                return Err(ChainVerdict::bifrost(
                    405,
                    "Method Not Allowed",
                    Some(Cause::ClientPath),
                ));
            }
            ClientPath::Unknown => return Err(ChainVerdict::unknown("this path is not modelled")),
        };
        if let Delivery::Unknown(why) = &self.instance.delivery {
            return Err(ChainVerdict::unknown(why.clone()));
        }
        let served_here =
            !matches!(self.instance.delivery, Delivery::Elsewhere(_) | Delivery::Missing);
        match self.instance.config().filter(|_| served_here) {
            Some(config) => self.through(config, model, operation),
            None => {
                let empty = gojson::parse("{}");
                match empty {
                    Ok(json) => self.through(&Config::read(json), model, operation),
                    Err(fault) => Err(ChainVerdict::unknown(fault.says)),
                }
            }
        }
    }

    fn through(
        &mut self,
        config: &Config,
        mut model: String,
        operation: Operation,
    ) -> Result<ChainVerdict, Stop> {
        if config.login.is_some() && !self.release.since(1, 5, 0) {
            return Err(ChainVerdict::bifrost(401, "Unauthorized", None));
        }
        let known = |name: &str| self.is_provider(config, name);
        let (mut provider, mut rest) = split(&model, known);
        let shown = self.query.virtual_key.as_ref();
        let check = KeyCheck { config, release: self.release, env: &self.instance.env };
        match check.judge(shown, provider.as_deref(), &rest) {
            Pass::On { provider: named, keys } => {
                provider = provider.or(named);
                self.only_keys = keys;
            }
            Pass::Denied(status, text) => return Err(ChainVerdict::bifrost(status, text, None)),
            Pass::Unknown(why) => return Err(ChainVerdict::unknown(why)),
        }
        match route_rule::rewrite(config, provider.as_deref().unwrap_or_default(), &rest) {
            RuleRewrite::None => {}
            RuleRewrite::Unknown(why) => return Err(ChainVerdict::unknown(why)),
            RuleRewrite::To { provider: to, model: named, rule } => {
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
                true => ChainVerdict::bifrost(
                    400,
                    "could not auto resolve a model for the request, please specify a model explicitly",
                    Some(Cause::NameMismatch),
                ),
                false => self.no_provider(),
            });
        }
        self.ask(config, &provider, &rest, operation)
    }

    /// Whether a name before the first slash is taken for a provider.
    fn is_provider(&self, config: &Config, name: &str) -> bool {
        rules::provider(self.release, name) == rules::KnownProvider::Has
            || config.provider(name).is_some_and(|p| is_custom(p, self.release))
    }

    fn no_provider(&self) -> ChainVerdict {
        let text = match self.release.has_catalog() {
            true => {
                "could not auto resolve a provider for the request, please specify a provider explicitly"
            }
            false => "model should be in provider/model format",
        };
        ChainVerdict::bifrost(400, text, Some(Cause::NameMismatch))
    }

    /// The provider of a name without one: one that lists it, or whose upstream serves it.
    fn resolve(&mut self, config: &Config, model: &str) -> Result<String, Stop> {
        if !self.release.has_catalog() {
            return Err(self.no_provider());
        }
        let mut found = Vec::new();
        let mut doubt = None;
        for provider in &config.providers {
            if !self.is_provider(config, &provider.name) || is_dropped(provider, self.release) {
                continue;
            }
            let listed = provider
                .keys
                .iter()
                .any(|key| key.models.iter().flatten().any(|(name, _)| same_name(name, model)));
            let open = provider
                .keys
                .iter()
                .any(|key| keys::lists(key, model, self.release, config.version_1))
                || provider.custom.as_ref().is_some_and(|custom| custom.key_less);
            match (listed, open) {
                (true, _) => found.push(provider.name.clone()),
                (false, false) => {}
                (false, true) => match self.serves(provider) {
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
                Err(ChainVerdict::unknown("the price sheet may name a provider for it"))
            }
            ([], None) => Err(self.no_provider()),
            ([], Some(why)) => Err(ChainVerdict::unknown(why)),
            (several, _) => {
                let names = crate::text::list(several);
                Err(ChainVerdict::unknown(format!("several providers have it: {names}")))
            }
        }
    }

    /// What the upstream of a provider serves, as far as its first key tells.
    fn serves(&self, provider: &Provider) -> Result<served::Serving, String> {
        let base = base_url::of(provider, provider.keys.first(), self.release, &self.instance.env)
            .map_err(|_| "its address is not known".to_owned())?;
        let url = Url::parse(&base).ok_or("its address has no scheme")?;
        let to = address::target(self.facts, &self.instance.namespace, &url);
        served::serves(self.facts, &self.query.served, &base, &url, &to)
    }
}

/// Splits the provider off a name: the part before the first slash, if it is one.
fn split(model: &str, known: impl Fn(&str) -> bool) -> (Option<String>, String) {
    match model.split_once('/') {
        Some((provider, rest)) if known(provider) => (Some(provider.to_owned()), rest.to_owned()),
        _ => (None, model.to_owned()),
    }
}

/// Whether a provider of the file is a custom one that a release accepts.
pub fn is_custom(provider: &Provider, release: Release) -> bool {
    let base = provider.custom.as_ref().and_then(|custom| custom.base.as_ref());
    let standard = rules::provider(release, &provider.name) == rules::KnownProvider::Has;
    match base {
        Some((base, _)) => {
            rules::BASE_TYPES.contains(&base.as_str()) && (!standard || !release.since(1, 5, 0))
        }
        None => false,
    }
}

/// Whether a release drops a provider because of its `custom_provider_config`: seen from 1.5 on, with
/// a warning in the log.
pub(super) fn is_dropped(provider: &Provider, release: Release) -> bool {
    provider.custom.is_some() && release.since(1, 5, 0) && !is_custom(provider, release)
}

/// Whether a name looks like one of a public model, which the price sheet may list.
fn is_public(model: &str) -> bool {
    ["gpt-", "o1", "o3", "o4", "claude-", "gemini-", "mistral-", "command-", "text-embedding-"]
        .iter()
        .any(|start| model.starts_with(start))
}
