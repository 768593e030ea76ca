//! Which key of a provider takes a request.

use super::cause::Cause;
use super::chain::ChainVerdict;
use super::config::{ApiKey, Config};
use super::keys::{self, KeyOutcome};
use super::paths::Operation;
use super::reference::{Held, held};
use super::request::is_dropped;
use super::rules::{Rules as _, key_config};
use super::walk::{ModelWalk, Stop};
use crate::workload::env::Var;

impl ModelWalk<'_, '_> {
    pub(super) fn ask(
        &mut self,
        config: &Config,
        name: &str,
        model: &str,
        operation: Operation,
    ) -> Result<ChainVerdict, Stop> {
        let loaded = config.provider(name).filter(|own| !is_dropped(own, self.release));
        let Some(provider) = loaded else {
            return Err(self.not_configured(config, name));
        };
        let pointer = config.json.pointer(provider.id);
        let key_less = provider.custom.as_ref().is_some_and(|custom| custom.key_less);
        let at = self.at(&pointer);
        if key_less {
            self.hop("bifrost", model, format!("provider {name} needs no key"), at);
            return self.send(provider, None, model, operation);
        }
        let only = self.only_keys.clone();
        let allowed = |key: &&ApiKey| only.as_ref().is_none_or(|only| only.contains(&key.id));
        let keys: Vec<&ApiKey> = provider.keys.iter().filter(allowed).collect();
        if keys.is_empty() {
            let text = format!("no keys found for provider: {name} and model: {model}");
            let cause = match provider.keys.is_empty() {
                true => Cause::NoKey,
                false => Cause::VirtualKey,
            };
            return Err(ChainVerdict::bifrost(400, text, Some(cause)));
        }
        let mut takers = Vec::new();
        let mut doubts = Vec::new();
        let mut reasons = Vec::new();
        // 1.5 and later skip such a key (facts/bifrost-versions.md, 4).
        let needed = key_config(name).filter(|_| self.release.since(1, 5, 0));
        for key in keys {
            if let Some(member) = needed {
                let url = key.server.as_ref().and_then(|server| server.url.as_ref());
                let name = crate::text::clip(&key.name, 60);
                match held(url, &self.instance.env) {
                    Held::Empty => {
                        reasons.push((Cause::BaseUrl, format!("{name} has no {member}.url")));
                        continue;
                    }
                    Held::NotSet(variable) => {
                        let variable = crate::text::clip(&variable, 60);
                        let says = format!(
                            "{name} takes its {member}.url from {variable}, which is not set"
                        );
                        reasons.push((Cause::VariableNotSet, says));
                        continue;
                    }
                    Held::Text(_) | Held::Unseen | Held::Unknown(_) => {}
                }
            }
            match keys::judge(config, provider, key, model, self.release, &self.instance.env) {
                KeyOutcome::Takes(as_name) => takers.push((key, as_name)),
                KeyOutcome::No(cause, why) => reasons.push((cause, why)),
                KeyOutcome::Unknown(why) => doubts.push((key, why)),
            }
        }
        if let (true, Some((_, why))) = (takers.is_empty(), doubts.first()) {
            return Err(ChainVerdict::unknown(why.clone()));
        }
        let Some((key, as_name)) = takers.first().cloned() else {
            let what = match name == "vllm" && !self.release.since(1, 5, 0) {
                true => "model/deployment",
                false => "model",
            };
            let cause = reasons.first().map(|(cause, _)| *cause);
            let why: Vec<String> = reasons.into_iter().map(|(_, why)| why).collect();
            let text = format!("no keys found that support {what}: {model}");
            let says = format!("Bifrost answers 400: {text}; {}", why.join("; "));
            return Err(ChainVerdict::bifrost(400, text, cause).says(says));
        };
        let says = match as_name == model {
            true => format!("provider {name} has a key that lists it"),
            false => format!("provider {name} has an alias for it: {as_name}"),
        };
        self.hop("bifrost", &as_name, says, at);
        let first = self.send(provider, Some(key), &as_name, operation);
        let outcome = |result: &Result<ChainVerdict, Stop>| match result {
            Ok(verdict) | Err(verdict) => verdict.status,
        };
        let (upstream, hops) = (self.upstream.clone(), self.hops.len());
        for (other, other_name) in takers.iter().skip(1) {
            let again = self.send(provider, Some(other), other_name, operation);
            if outcome(&again) != outcome(&first) {
                self.upstream = None;
                return Err(ChainVerdict::unknown(
                    "several keys allow it, with different outcomes",
                ));
            }
        }
        self.hops.truncate(hops);
        self.upstream = upstream;
        first
    }

    /// A provider that the file does not have; with no provider at all Bifrost looks for keys in
    /// its environment.
    fn not_configured(&mut self, config: &Config, name: &str) -> ChainVerdict {
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
        ChainVerdict::bifrost(400, text, Some(Cause::UnknownProvider))
    }
}
