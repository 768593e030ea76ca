//! # The configuration store is disabled
//!
//! ## What it means
//! `config_store.enabled: false` makes Bifrost read everything from the file at each start. That
//! works, except together with a `governance` section, which needs the store.
//!
//! ## Why it matters
//! With `governance` Bifrost exits: `failed to initialize governance handler: config store is
//! required`. Otherwise there are no virtual keys, two error lines at start that mean nothing else,
//! and from 1.5 on it needs the price sheet from the internet, or from a file, at every start.
//!
//! ## Example
//! `"config_store": {"enabled": false}, "governance": {"virtual_keys": [...]}`.
//!
//! ## Fix safety
//! Unsafe: without the store what was set in the UI is gone; with it the database keeps what the
//! file no longer has.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::start::has_price_file;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::common;

/// IGW0219.
pub struct ConfigStoreDisabled;

static META: Meta = Meta {
    code: "IGW0219",
    name: "config-store-disabled",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("config_store_disabled.rs"),
};

impl Check for ConfigStoreDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            let Some(id) = config.config_store.id.filter(|_| !config.has_database()) else {
                out.passed();
                continue;
            };
            if let Some(governance) = config.section("governance").id() {
                let title = "a governance section needs the configuration store, which is disabled";
                out.finding_if(instance.at_key(governance, title).map(|finding| {
                    finding.explain("Bifrost exits at start: failed to initialize governance handler: config store is required. Remove one of the two.")
                }));
                continue;
            }
            let needs = |release: igw_core::facts::Release| release.needs_prices();
            let internet = match common::holds(instance, out, needs) {
                Some(needs) => needs && !has_price_file(Some(config)),
                None => continue,
            };
            let (severity, text) = match internet {
                true => (
                    Severity::Warning,
                    "It works, but needs the price sheet from the internet at every start; framework.pricing with file: addresses cures that.",
                ),
                false => (
                    Severity::Info,
                    "It works; there are no virtual keys, and the error lines about governance and login mean nothing else.",
                ),
            };
            let title = "the configuration store is disabled";
            out.finding_if(instance.at_key(id, title).map(|f| f.only(severity).explain(text)));
        }
    }
}
