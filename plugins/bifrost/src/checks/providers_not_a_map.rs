//! # A list stands where Bifrost wants a map, or a map where it wants a list
//!
//! ## What it means
//! `providers` is a map from the name of a provider to its settings; `keys` and `plugins` are
//! lists. Go's decoder refuses the other form, and an empty one, too.
//!
//! ## Why it matters
//! Bifrost does not start: `json: cannot unmarshal array into Go struct field
//! TempConfigData.providers ...`. It is no matter of what the UI displays.
//!
//! ## Example
//! `"providers": [{"name": "openai", "keys": [...]}]` instead of `"providers": {"openai": {"keys":
//! [...]}}`.
//!
//! ## Fix safety
//! Unsafe: the map is built from the `name` or `provider` of each entry, which has to be looked at.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen. The guide says that such providers are
//! not displayed.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::json::Json;
use igw_core::bifrost::start::Prediction;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

use super::common;

/// IGW0202.
pub struct ProvidersNotAMap;

static META: Meta = Meta {
    code: "IGW0202",
    name: "providers-not-a-map",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("providers_not_a_map.rs"),
};

impl Check for ProvidersNotAMap {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        common::refused(cx, META.code, out, finding);
    }
}

fn finding(instance: &Instance, found: &Prediction) -> Finding {
    let id = found.cause.unwrap_or(Json::ROOT);
    let shape = instance.config().map(|config| {
        let key = igw_core::words::clip(config.json.key(id), 40);
        (key, config.json.kind(id).word())
    });
    let title = match shape {
        Some((key, word)) if !key.is_empty() => {
            format!("{key} is {}, which is not what Bifrost decodes", igw_core::words::a(word))
        }
        _ => "a value has the wrong form".to_owned(),
    };
    let place = instance.at_key(id, title.clone());
    place
        .unwrap_or_else(|| instance.at_workload("", title))
        .explain(format!("Bifrost exits at start: {}.", found.says))
        .evidence("what Bifrost says", found.says.clone())
        .guide("2", Some("it says that the providers are not displayed in the UI"))
}
