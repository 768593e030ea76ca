//! The address that a provider's requests go to.

use super::cause::Cause;
use super::chain::ChainVerdict;
use super::config::{ApiKey, Provider};
use super::rules;
use crate::workload::Release;
use crate::workload::env::{Environment, Var};

/// The address that a provider's requests go to, without a slash at its end.
pub(super) fn of(
    provider: &Provider,
    key: Option<&ApiKey>,
    release: Release,
    env: &Environment,
) -> Result<String, ChainVerdict> {
    // Before 1.5, ollama and sgl have the address of other providers (facts/bifrost-versions.md, 3).
    let own = provider.name != "vllm" && !release.since(1, 5, 0);
    if rules::key_config(&provider.name).is_some() && !own {
        let url = key.and_then(|key| key.server.as_ref()).and_then(|server| server.url.as_ref());
        return match url.map(|url| (url.variable(), url.text.reveal())) {
            Some((None, url)) => Ok(url.trim_end_matches('/').to_owned()),
            Some((Some(name), _)) => match env.get(name) {
                Var::Set(url) => Ok(url.reveal().trim_end_matches('/').to_owned()),
                _ => {
                    Err(ChainVerdict::unknown(format!("the value of variable {name} is not known")))
                }
            },
            None if provider.name == "vllm" && !release.since(1, 5, 0) => {
                let text = "no base URL configured: set vllm_key_config.url on the key";
                Err(ChainVerdict::bifrost(500, text, Some(Cause::BaseUrl)))
            }
            None => Err(ChainVerdict::unknown("the key has no address of its own")),
        };
    }
    let given = provider.base_url.as_ref().map(|url| url.text.reveal()).unwrap_or_default();
    match (given, provider.name.as_str(), &provider.custom) {
        ("", "openai", _) => Ok("https://api.openai.com".to_owned()),
        ("", _, Some(custom)) if custom.base.as_ref().is_some_and(|(b, _)| b == "openai") => {
            Ok("https://api.openai.com".to_owned())
        }
        ("", ..) => Err(ChainVerdict::unknown("the provider's public address is not modelled")),
        (url, ..) => Ok(url.trim_end_matches('/').to_owned()),
    }
}
