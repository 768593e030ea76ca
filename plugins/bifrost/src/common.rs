//! What the checks share.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::config::{ApiKey, Config, Provider, Setting};
use igw_core::bifrost::instance::{Delivery, Instance};
use igw_core::bifrost::prediction::{Circumstances, Prediction};
use igw_core::bifrost::rules::key_config;
use igw_core::bifrost::{instances, start};
use igw_core::check::Sink;
use igw_core::facts::{Facts, Why};
use igw_core::finding::Finding;
use igw_core::kube::Kind;
use igw_core::text;
use igw_core::workload::Release;
use igw_core::workload::address::{AddressTarget, Url, target};

use crate::foretold::seen;

/// The instances whose configuration Bifrost gets as far as using.
pub fn sound<'a>(facts: &'a Facts) -> impl Iterator<Item = (&'a Instance, &'a Config)> {
    instances::all(facts).iter().filter_map(|instance| {
        let sound = instance.document.as_ref().is_some_and(|document| document.sound);
        let read = sound && !matches!(instance.delivery, Delivery::Elsewhere(_));
        Some((instance, instance.config().filter(|_| read)?))
    })
}

/// The providers of these.
pub fn providers<'a>(facts: &'a Facts) -> impl Iterator<Item = (&'a Instance, &'a Provider)> {
    sound(facts).flat_map(|(own, config)| config.providers.iter().map(move |one| (own, one)))
}

/// Whether a rule of releases holds; where that depends on a version that is not known, it is not
/// checked.
pub fn holds(instance: &Instance, out: &mut Sink, rule: impl Fn(Release) -> bool) -> Option<bool> {
    let answer = instance.holds(rule);
    if answer.is_none() {
        version_gap(instance, out);
    }
    answer
}

pub fn version_gap(instance: &Instance, out: &mut Sink) {
    let why = "it depends on the version; --assume bifrost=VERSION";
    out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why.to_owned()));
}

/// Runs a check of configurations that a release in question refuses, at start, for this cause.
pub fn refused(
    facts: &Facts,
    cause: Cause,
    out: &mut Sink,
    finding: impl Fn(&Instance, &Prediction) -> Finding,
) {
    for instance in instances::all(facts) {
        let releases = instance.releases();
        let found = releases
            .iter()
            .map(|release| start::of(instance, *release, &Circumstances::default()))
            .find(|found| found.cause == Some(cause));
        match found {
            Some(found) => {
                out.finding(seen(facts, instance, cause, finding(instance, &found)));
            }
            None if instance.config().is_some() => out.passed(),
            None => {}
        }
    }
}

/// A name from the input, formatted for a sentence.
pub fn named(name: &str) -> String {
    text::clip(name, 80)
}

pub fn key_name(key: &ApiKey) -> String {
    match key.name.as_str() {
        "" => "a key without a name".to_owned(),
        name => format!("key {}", named(name)),
    }
}

pub fn addresses(provider: &Provider) -> Vec<&Setting> {
    match key_config(&provider.name) {
        Some(_) if provider.name == "vllm" || addressed(provider) => {
            let servers = provider.keys.iter().filter_map(|key| key.server.as_ref());
            servers.filter_map(|server| server.url.as_ref()).collect()
        }
        _ => provider.base_url.iter().collect(),
    }
}

/// Whether a key of a provider has an address of its own.
fn addressed(provider: &Provider) -> bool {
    let mut servers = provider.keys.iter().filter_map(|key| key.server.as_ref());
    servers.any(|server| server.url.is_some())
}

pub fn leads(
    facts: &Facts,
    instance: &Instance,
    address: &Setting,
) -> Option<(Url, AddressTarget)> {
    let url = Url::parse(address.text.reveal())?;
    let to = target(facts, &instance.namespace, &url);
    Some((url, to))
}

pub fn key_less(provider: &Provider) -> bool {
    provider.custom.as_ref().is_some_and(|custom| custom.key_less)
}

/// The port that it listens on.
pub fn port(instance: &Instance) -> Option<u16> {
    let words = instance.container()?.args.iter().flatten().map(|word| word.reveal());
    let words: Vec<&str> = words.collect();
    let named = |pair: &&[&str]| pair[0].trim_start_matches('-') == "port";
    let said = words.windows(2).find(named).map(|pair| pair[1].to_owned());
    let port = said.or_else(|| instance.env.text("APP_PORT")).unwrap_or_else(|| "8080".to_owned());
    port.parse().ok()
}
