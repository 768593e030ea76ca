//! # The database keeps its values, whatever the file says
//!
//! ## What it means
//! With a database that outlives the pod, a provider or key that is removed from the file stays, a
//! renamed key exists twice, and an entry of `plugins` that is already in the database is not read
//! again (up to 2.0). `source_of_truth: "config.json"` (from 1.5.14 on), or a `version` of 2 or
//! more on the plugin's entry, lets the file win.
//!
//! ## Why it matters
//! A change to the Authorization header or the URL of the otel plugin has no effect, even after a
//! restart of the pod.
//!
//! ## Example
//! `{"name": "otel", "enabled": true, "version": 2, "config": {...}}`.
//!
//! ## Fix safety
//! Unsafe for `version`, which drops what was set in the UI; safe for an unknown `source_of_truth`, which
//! is `split`.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed; change notes of 2.1.0. The guide says
//! that a restart is enough.

use igw_core::bifrost::config::Config;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::Rules as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::volume::Data;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0221",
    name: "database-beats-file",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        truth(instance, config, out);
        let kept = match config.config_store.is("postgres") {
            true => true,
            false => matches!(instance.data, Data::Claim { .. }) && config.has_database(),
        };
        let truth = config.source_of_truth.as_ref().is_some_and(|(text, _)| text == "config.json");
        let Some(plugin) = otel::plugin(config).filter(|plugin| kept && plugin.version <= 1.0)
        else {
            out.passed();
            continue;
        };
        let ignored = |release: igw_core::workload::Release| {
            !(release.plugins_follow_file() || truth && release.has_source_of_truth())
        };
        match common::holds(instance, out, ignored) {
            Some(true) => {
                let title = "later edits of the otel entry have no effect: the database keeps the first version";
                let at = instance.member(plugin.id, &["version"]);
                let why = "what is set for the plugin in the UI is lost at each start";
                let fix = Fix::unsafe_as(why, repairs::set_to(&at, "2"));
                let fix = instance.edit(fix, vec![Set::Put(at, 2.into())]);
                out.finding_if(instance.at(plugin.id, title).map(|f| told(f).repair(fix)));
            }
            Some(false) => out.passed(),
            None => {}
        }
    }
}

fn told(finding: Finding) -> Finding {
    finding
        .only(Severity::Info)
        .explain("With \"version\": 2 on the entry the file wins at every start; from 1.5.14 on source_of_truth config.json does the same for the whole file.")
        .guide("10", Some("it says that a restart is enough"))
}

/// A `source_of_truth` that is not read or has an unknown value.
fn truth(instance: &Instance, config: &Config, out: &mut Sink) {
    let Some((text, id)) = &config.source_of_truth else { return };
    if !["split", "config.json"].contains(&text.as_str()) {
        let title =
            format!("source_of_truth {} does not exist, so split is used", common::named(text));
        let at = config.json.pointer(*id);
        let fix = Fix::safe(repairs::set_to(&at, "split"));
        let fix = instance.edit(fix, vec![Set::Put(at, "split".into())]);
        out.finding_if(
            instance
                .at(*id, title)
                .map(|f| f.explain("Valid values are split and config.json.").repair(fix)),
        );
        return;
    }
    if common::holds(instance, out, |release| release.has_source_of_truth()) == Some(false) {
        let title = format!("{} does not read source_of_truth", instance.title());
        out.finding_if(instance.at(*id, title).map(|f| f.explain("Bifrost reads it from 1.5.14 on; in earlier versions the database keeps what the file no longer has.")));
    }
}
