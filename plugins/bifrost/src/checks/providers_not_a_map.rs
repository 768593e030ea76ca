//! # A list where Bifrost expects a map, or a map where it expects a list
//!
//! ## What it means
//! `providers` is a map from the name of a provider to its settings; `keys` and `plugins` are
//! lists. Go's decoder refuses the wrong form, even if it is empty.
//!
//! ## Why it matters
//! Bifrost does not start: `json: cannot unmarshal array into Go struct field
//! TempConfigData.providers ...`. This is not just about what the UI displays.
//!
//! ## Example
//! `"providers": [{"name": "openai", "keys": [...]}]` instead of `"providers": {"openai": {"keys":
//! [...]}}`.
//!
//! ## Fix safety
//! Unsafe: the map is built from the `name` or `provider` of each entry, which you have to review.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide says that such providers
//! are not displayed.

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
    code: "IGW0202",
    name: "providers-not-a-map",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    common::refused(facts, Cause::WrongContainer, out, finding);
}

fn finding(instance: &Instance, found: &Prediction) -> Finding {
    let id = found.place.unwrap_or(Json::ROOT);
    let shape = instance.config().map(|config| {
        let key = igw_core::text::clip(config.json.key(id), 40);
        (key, config.json.kind(id).word())
    });
    let title = match shape {
        Some((key, word)) if !key.is_empty() => {
            format!("{key} is {}, which Bifrost cannot decode", igw_core::text::a(word))
        }
        _ => "a value has the wrong type".to_owned(),
    };
    let place = instance.at_key(id, title.clone());
    place
        .unwrap_or_else(|| instance.at_workload("", title))
        .explain(format!("Bifrost exits at start: {}.", found.says))
        .evidence("what Bifrost says", found.says.clone())
        .guide("2", Some("it says that the providers are not displayed in the UI"))
}
