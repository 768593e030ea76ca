//! # Bifrost takes 15 seconds longer to start
//!
//! ## What it means
//! At start Bifrost lists the models of each provider and waits up to 15 seconds for the answer. A
//! provider that it does not know takes the whole time, and so does an upstream that accepts the
//! connection but does not answer.
//!
//! ## Why it matters
//! The port is closed during that time. A liveness probe that gives up earlier restarts the
//! container forever.
//!
//! ## Example
//! A provider `mycorp` without `custom_provider_config`, and a liveness probe that starts after 5
//! seconds.
//!
//! ## Fix safety
//! Unsafe: it is better to correct the provider.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::Provider;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::rules;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::Release;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0222",
    name: "slow-start",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, provider) in common::providers(facts) {
        match common::holds(instance, out, |release| waits(provider, release)) {
            Some(true) => {
                let name = common::named(&provider.name);
                let (severity, probe) = probe(instance);
                let title = format!("provider {name} delays the start by 15 s");
                out.finding_if(instance.at_key(provider.id, title).map(|f| {
                    f.only(severity).explain(format!("Listing its models times out, and the port stays closed until then. {probe}"))
                }));
            }
            Some(false) => out.passed(),
            None => {}
        }
    }
}

/// Whether listing the models of a provider times out.
fn waits(provider: &Provider, release: Release) -> bool {
    if rules::provider(release, &provider.name) == rules::KnownProvider::Has {
        return false;
    }
    match provider.custom.as_ref().and_then(|custom| custom.base.as_ref()) {
        None => provider.custom.is_none() && !provider.keys.is_empty(),
        // From 1.5 on such a provider is not made at all.
        Some((base, _)) => !rules::BASE_TYPES.contains(&base.as_str()) && !release.since(1, 5, 0),
    }
}

/// Whether the liveness probe waits as long.
fn probe(instance: &Instance) -> (Severity, &'static str) {
    let Some(container) = instance.container() else {
        return (Severity::Info, "A liveness probe must wait that long.");
    };
    match (&container.liveness_probe, &container.startup_probe) {
        (Some(probe), None) => {
            let failures = probe.failure_threshold.unwrap_or(3).saturating_sub(1);
            let patience = probe
                .initial_delay_seconds
                .unwrap_or(0)
                .saturating_add(probe.period_seconds.unwrap_or(10).saturating_mul(failures));
            match patience < 16 {
                true => (
                    Severity::Warning,
                    "The liveness probe gives up earlier and restarts the container.",
                ),
                false => (Severity::Info, "The liveness probe waits longer."),
            }
        }
        _ => (Severity::Info, "No liveness probe gives up earlier."),
    }
}
