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
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::prediction::Prediction;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::gojson::{Id, Json, fold};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use serde_json::{Map, Value};

use crate::common;

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
        .repair(rebuilt(instance, id))
        .explain(format!("Bifrost exits at start: {}.", found.says))
        .evidence("what Bifrost says", found.says.clone())
        .guide("2", Some("it says that the providers are not displayed in the UI"))
}

/// The container that Bifrost wants, with what is in the other one: a map of the providers by their
/// names, a list of keys or plugins that have names.
fn rebuilt(instance: &Instance, id: Id) -> Option<Fix> {
    let json = &instance.config()?.json;
    let (key, is): (String, Value) =
        (fold(json.key(id)), serde_json::from_str(json.spelled(id)).ok()?);
    let (at, why) = (json.pointer(id), "the names are those of the entries: review them");
    let (to, title) = match (key.as_str(), is) {
        ("providers", Value::Array(items)) => (Value::Object(by_name(items)?), "make a map of"),
        ("keys" | "plugins", Value::Object(members)) => {
            let named = members.into_iter().map(|(name, value)| with_name(name, value));
            (Value::Array(named.collect::<Option<_>>()?), "make a list of")
        }
        _ => return None,
    };
    let title = format!("{title} {}", pointer::dotted(&at));
    instance.edit(Fix::unsafe_as(why, title), vec![Set::Put(at, to)])
}

fn by_name(items: Vec<Value>) -> Option<Map<String, Value>> {
    let mut out = Map::new();
    for item in items {
        let Value::Object(mut provider) = item else { return None };
        let says = |own: &&str| provider.get(*own).is_some_and(Value::is_string);
        let member = ["name", "provider"].into_iter().find(says)?;
        let name = provider.shift_remove(member)?.as_str()?.to_lowercase();
        // Two of one name would become one.
        if name.is_empty() || out.insert(name, Value::Object(provider)).is_some() {
            return None;
        }
    }
    Some(out)
}

fn with_name(name: String, value: Value) -> Option<Value> {
    let Value::Object(members) = value else { return None };
    let mut out = Map::from_iter([("name".to_owned(), Value::from(name))]);
    out.extend(members);
    Some(Value::Object(out))
}
