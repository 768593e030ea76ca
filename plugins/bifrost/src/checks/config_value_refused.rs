//! # A value that Bifrost refuses
//!
//! ## What it means
//! A value has another type than its field (`"weight": "1.0"`, `"models": "llama-8b"`, `"base_url":
//! 8000`), a store has a type that does not exist, or a database lies in a directory that nobody
//! makes.
//!
//! ## Why it matters
//! Bifrost exits while it loads its configuration. A misspelt key is ignored; a wrong type is not.
//!
//! ## Example
//! `"weight": "0.5"` on a key: `cannot unmarshal string into Go struct field
//! Key.providers.keys.weight of type float64`.
//!
//! ## Fix safety
//! Show only: the right value cannot be told.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::json::Json;
use igw_core::bifrost::start::Prediction;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

use super::common;

/// IGW0226.
pub struct ConfigValueRefused;

static META: Meta = Meta {
    code: "IGW0226",
    name: "config-value-refused",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("config_value_refused.rs"),
};

impl Check for ConfigValueRefused {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        common::refused(cx, META.code, out, finding);
    }
}

fn finding(instance: &Instance, found: &Prediction) -> Finding {
    let id = found.cause.unwrap_or(Json::ROOT);
    let key = instance.config().map(|config| match config.json.key(id) {
        "" => config.json.key(config.json.parent(id)).to_owned(),
        key => key.to_owned(),
    });
    let key = igw_core::words::clip(&key.unwrap_or_default(), 40);
    let title = format!("the value of {key} is one that Bifrost refuses");
    let place = instance.at(id, title.clone());
    place
        .unwrap_or_else(|| instance.at_workload("", title))
        .explain(format!("Bifrost exits at start: {}.", found.says))
        .evidence("what Bifrost says", found.says.clone())
}
