//! # Bifrost refuses a value of its configuration
//!
//! ## What it means
//! A value has a different type from its field (`"weight": "1.0"`, `"models": "llama-8b"`,
//! `"base_url": 8000`), a store has a type that does not exist, or a database is in a directory
//! that nothing creates.
//!
//! ## Why it matters
//! Bifrost exits while it loads its configuration. It ignores a misspelt key, but not a wrong type.
//!
//! ## Example
//! `"weight": "0.5"` on a key: `cannot unmarshal string into Go struct field
//! Key.providers.keys.weight of type float64`.
//!
//! ## Fix safety
//! Show only: the right value is not known.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::prediction::Prediction;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::gojson::Json;
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;
use crate::place::Place as _;

pub static CHECK: Check = Check {
    code: "IGW0226",
    name: "config-value-refused",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    common::refused(facts, Cause::ValueRefused, out, finding);
}

fn finding(instance: &Instance, found: &Prediction) -> Finding {
    let id = found.place.unwrap_or(Json::ROOT);
    let key = instance.config().map(|config| match config.json.key(id) {
        "" => config.json.key(config.json.parent(id)).to_owned(),
        key => key.to_owned(),
    });
    let key = igw_core::text::clip(&key.unwrap_or_default(), 40);
    let title = format!("Bifrost refuses the value of {key}");
    let place = instance.at(id, title.clone());
    place
        .unwrap_or_else(|| instance.at_workload("", title))
        .explain(format!("Bifrost exits at start: {}.", found.says))
        .evidence("what Bifrost says", found.says.clone())
}
