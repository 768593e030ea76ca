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
//! Safe where a text says the number, the switch or the one name of a list that is wanted. Otherwise there
//! is none: the right value is not known.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::prediction::Prediction;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::gojson::{Id, Json};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use serde_json::{Value, json};

use crate::common;

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
        .repair(of_its_type(instance, id, &found.says))
}

/// The value that a text says, where a number, a switch or a list of names is wanted.
fn of_its_type(instance: &Instance, id: Id, says: &str) -> Option<Fix> {
    let json = &instance.config()?.json;
    let (_, wanted) = says.rsplit_once(" of type ")?;
    let (at, text) = (json.pointer(id), json.text(id)?);
    let read: Option<Value> = serde_json::from_str(&text).ok();
    let (value, what) = match wanted {
        "bool" => (read.filter(Value::is_boolean)?, "a switch"),
        "float64" | "int" | "*float64" | "*int" | "int64" => {
            (read.filter(Value::is_number)?, "a number")
        }
        "[]string" | "schemas.WhiteList" => (json!([text]), "a list"),
        _ => return None,
    };
    let title = format!("make {what} of {}", pointer::dotted(&at));
    instance.edit(Fix::safe(title), vec![Set::Put(at, value)])
}
