//! # The configuration store is disabled
//!
//! ## What it means
//! With `config_store.enabled: false` Bifrost reads everything from the file at each start. That
//! works, unless there is a `governance` section, which needs the store.
//!
//! ## Why it matters
//! With `governance` Bifrost exits: `failed to initialize governance handler: config store is
//! required`. Otherwise there are no virtual keys, two error lines at start mean only that, and
//! from 1.5 on Bifrost needs the price sheet from the internet, or from a file, at every start.
//!
//! ## Example
//! `"config_store": {"enabled": false}, "governance": {"virtual_keys": [...]}`.
//!
//! ## Fix safety
//! Unsafe: without the store, what was set in the UI is lost; with it, the database keeps what the
//! file no longer has.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::start::has_price_file;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::gojson::Id;
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0219",
    name: "config-store-disabled",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        let Some(id) = config.config_store.id.filter(|_| !config.has_database()) else {
            out.passed();
            continue;
        };
        if let Some(governance) = config.section("governance").id() {
            let title = "a governance section needs the configuration store, which is disabled";
            out.finding_if(instance.at_key(governance, title).map(|finding| {
                finding
                    .explain("Bifrost exits at start: failed to initialize governance handler: config store is required. Remove one of the two.")
                    .repair(enabled(instance, id))
            }));
            continue;
        }
        let needs = |release: igw_core::workload::Release| release.needs_prices();
        let internet = match common::holds(instance, out, needs) {
            Some(needs) => needs && !has_price_file(Some(config)),
            None => continue,
        };
        let (severity, text) = match internet {
            true => (
                Severity::Warning,
                "It works, but Bifrost needs the price sheet from the internet at every start. To avoid that, use file: URLs in framework.pricing.",
            ),
            false => (
                Severity::Info,
                "It works, but there are no virtual keys; the error lines about governance and login mean only that.",
            ),
        };
        let title = "the configuration store is disabled";
        out.finding_if(instance.at_key(id, title).map(|f| f.only(severity).explain(text)));
    }
}

fn enabled(instance: &Instance, store: Id) -> Option<Fix> {
    let at = instance.member(store, &["enabled"]);
    let why = "the database keeps what the file no longer has";
    let fix = Fix::unsafe_as(why, repairs::set_to(&at, "true"));
    instance.edit(fix, vec![Set::Put(at, true.into())])
}
