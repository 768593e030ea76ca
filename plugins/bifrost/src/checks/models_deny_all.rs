//! # A key that allows no model
//!
//! ## What it means
//! From 1.5 on an empty or missing `models` allows no model at all; before 1.5 it allowed all.
//! `"version": 1` at the top of the file restores the old meaning.
//!
//! ## Why it matters
//! The key is never used. If no other key of the provider allows the model, clients get 400 `no
//! keys found that support model: ...`.
//!
//! ## Example
//! `"models": []` after an upgrade from 1.4: use `"models": ["*"]`, or list the names.
//!
//! ## Fix safety
//! Safe: `["*"]` is what the list meant before 1.5.
//!
//! ## Sources
//! Bifrost 1.4.19 (allows all), 1.5.16 and 2.0.0-prerelease3 (deny all), as observed.

use igw_core::bifrost::config::ApiKey;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::Rules as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use serde_json::json;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0208",
    name: "models-deny-all",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for provider in config.providers.iter().filter(|p| !common::key_less(p)) {
            for key in &provider.keys {
                let empty = key.models.as_ref().is_none_or(Vec::is_empty);
                if !empty || config.version_1 {
                    out.passed();
                    continue;
                }
                match common::holds(instance, out, |release| release.white_list()) {
                    Some(true) => {
                        let others = provider
                            .keys
                            .iter()
                            .any(|k| k.models.as_ref().is_some_and(|m| !m.is_empty()));
                        let name = common::named(&provider.name);
                        let title = format!(
                            "{} of {name} lists no model, so it allows none",
                            common::key_name(key)
                        );
                        let severity = if others { Severity::Warning } else { Severity::Error };
                        out.finding_if(instance.at(key.id, title).map(|finding| {
                            finding
                                .only(severity)
                                .explain(
                                    "From 1.5 on the list must name the models, or be [\"*\"].",
                                )
                                .effect(400, 1.0, format!("model {name}/..."))
                                .repair(all(instance, key))
                        }));
                    }
                    Some(false) => out.passed(),
                    None => {}
                }
            }
        }
    }
}

fn all(instance: &Instance, key: &ApiKey) -> Option<Fix> {
    let at = instance.member(key.id, &["models"]);
    let fix = Fix::safe(repairs::set_to(&at, "[\"*\"]"));
    instance.edit(fix, vec![Set::Put(at, json!(["*"]))])
}
