//! What the checks share.

use igw_core::bifrost::config::{ApiKey, Config, Provider, Setting};
use igw_core::bifrost::instance::{self, Instance, Way};
use igw_core::bifrost::rules::key_config;
use igw_core::bifrost::start::{self, Circumstances, Prediction};
use igw_core::bifrost::target::{Target, Url, target};
use igw_core::check::Sink;
use igw_core::facts::{Cx, Kind, Release, Why};
use igw_core::finding::Finding;
use igw_core::words;

/// The instances with a configuration that Bifrost gets as far as using.
pub fn sound<'a>(cx: &'a Cx) -> impl Iterator<Item = (&'a Instance, &'a Config)> {
    instance::all(cx).iter().filter_map(|instance| {
        let sound = instance.document.as_ref().is_some_and(|document| document.sound);
        let read = sound && !matches!(instance.way, Way::Elsewhere(_));
        Some((instance, instance.config().filter(|_| read)?))
    })
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

/// Says that the version would have to be known.
pub fn version_gap(instance: &Instance, out: &mut Sink) {
    let why = "it depends on the version; --assume bifrost=VERSION";
    out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why.to_owned()));
}

/// Runs a check of configurations that a release in question refuses, at start, with this code.
pub fn refused(
    cx: &Cx,
    code: &str,
    out: &mut Sink,
    finding: impl Fn(&Instance, &Prediction) -> Finding,
) {
    for instance in instance::all(cx) {
        let releases = instance.releases();
        let found = releases
            .iter()
            .map(|release| start::of(instance, *release, &Circumstances::default()))
            .find(|found| found.code == Some(code));
        match found {
            Some(found) => out.finding(finding(instance, &found)),
            None if instance.config().is_some() => out.passed(),
            None => {}
        }
    }
}

/// A name of the input in a sentence.
pub fn named(name: &str) -> String {
    words::clip(name, 80)
}

/// The name of a key in a sentence.
pub fn key_name(key: &ApiKey) -> String {
    match key.name.as_str() {
        "" => "a key without a name".to_owned(),
        name => format!("key {}", named(name)),
    }
}

/// The addresses that a provider's requests go to.
pub fn addresses(provider: &Provider) -> Vec<&Setting> {
    match key_config(&provider.name) {
        Some(_) => {
            let servers = provider.keys.iter().filter_map(|key| key.server.as_ref());
            servers.filter_map(|server| server.url.as_ref()).collect()
        }
        None => provider.base_url.iter().collect(),
    }
}

/// Where an address leads, if it is one.
pub fn leads(cx: &Cx, instance: &Instance, address: &Setting) -> Option<(Url, Target)> {
    let url = Url::parse(address.text.reveal())?;
    let to = target(cx, &instance.namespace, &url);
    Some((url, to))
}

/// Whether a provider needs no key.
pub fn key_less(provider: &Provider) -> bool {
    provider.custom.as_ref().is_some_and(|custom| custom.key_less)
}
