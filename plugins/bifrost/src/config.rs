//! `bifrost config`: a configuration as Go's decoder would see it, secrets masked.

use clap::Args;
use igw::cli::{Common, Output};
use igw::exit::{Exit, Failure};
use igw::output;
use igw_core::bifrost::decode::{Struct, fold};
use igw_core::bifrost::instance;
use igw_core::bifrost::json::{Id, Json, Kind};
use igw_core::bifrost::masked;
use igw_core::bifrost::table;
use igw_core::facts::Cx;
use serde_json::{Map, Value};

use crate::{Pod, input};

/// The effective configuration: names in Bifrost's own spelling, repeated keys merged as it does,
/// keys that it does not read left out, secrets masked.
#[derive(Debug, Args)]
pub struct Config {
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Output::Json)]
    output: Output,
}

/// Runs `config`.
pub fn run(common: &Common, pod: &Pod, args: &Config) -> Result<Exit, Failure> {
    let loaded = input::read(common, pod)?;
    let broken = loaded.complain();
    let scope = common.scope(&[])?;
    let cx = Cx::new(&loaded.store, &scope);
    let mut shown = Vec::new();
    let mut exit = if broken { Exit::Usage } else { Exit::Good };
    for found in instance::all(&cx) {
        let Some(document) = &found.document else { continue };
        match &document.config {
            Ok(_) if !document.sound => {
                let title = found.subject.title();
                let failure = Failure::usage(format!("{title}: Bifrost does not decode it"));
                eprintln!(
                    "{}",
                    failure.hint("kubectl igw bifrost check says which value it refuses")
                );
                exit = Exit::Usage;
            }
            Ok(config) => shown.push((found.subject.title(), effective(&config.json))),
            Err(fault) => {
                let title = found.subject.title();
                eprintln!("{}", Failure::usage(format!("{title}: {}", fault.says)));
                exit = Exit::Usage;
            }
        }
    }
    match (shown.len(), exit) {
        (0, Exit::Good) => {
            return Err(Failure::usage("there is no configuration of Bifrost in the input"));
        }
        (0, _) => {}
        (1, _) => output::document(&shown.swap_remove(0).1, machine(args.output))?,
        _ => {
            let all: Map<String, Value> = shown.into_iter().collect();
            output::document(&Value::Object(all), machine(args.output))?;
        }
    }
    Ok(exit)
}

fn machine(output: Output) -> Output {
    if output == Output::Human { Output::Json } else { output }
}

/// The sections of the file that are shown, as they are decoded.
fn effective(json: &Json) -> Value {
    let root = Struct::root(json);
    let mut out = Map::new();
    for field in table::ROOT.fields {
        let entries = root.entries(field.name);
        let Some(last) = entries.last() else { continue };
        let value = match field.name {
            "providers" => providers(json, &root),
            name => {
                let inside = root.inside(name);
                match inside.is_given() {
                    true => merged(json, name, &root),
                    false => value(json, *last, field.name),
                }
            }
        };
        out.insert(field.name.to_owned(), value);
    }
    Value::Object(out)
}

/// An object that was decoded from several.
fn merged(json: &Json, name: &str, parent: &Struct) -> Value {
    let mut out = Map::new();
    for (key, id) in parent.map(name) {
        let folded = fold(&key);
        out.insert(key, value(json, id, &folded));
    }
    Value::Object(out)
}

fn providers(json: &Json, root: &Struct) -> Value {
    let mut out = Map::new();
    for (name, id) in root.map("providers") {
        let given = Struct::of(json, id);
        let mut provider = Map::new();
        for field in table::PROVIDER.fields {
            let Some(last) = given.entries(field.name).last().copied() else { continue };
            let shown = match given.inside(field.name).is_given() {
                true => merged(json, field.name, &given),
                false => value(json, last, field.name),
            };
            provider.insert(field.name.to_owned(), shown);
        }
        out.insert(name.to_lowercase(), Value::Object(provider));
    }
    Value::Object(out)
}

/// The members whose texts are shown.
const SHOWN: [&str; 17] = [
    "$schema",
    "base_provider_type",
    "cel_expression",
    "model",
    "model_id",
    "model_name",
    "models",
    "name",
    "path",
    "protocol",
    "provider",
    "scope",
    "service_name",
    "source_of_truth",
    "trace_type",
    "type",
    "blacklisted_models",
];

fn value(json: &Json, id: Id, key: &str) -> Value {
    match json.kind(id) {
        Kind::Null => Value::Null,
        Kind::Bool(flag) => Value::Bool(flag),
        Kind::Number => json.spelled(id).parse().map_or(Value::Null, Value::Number),
        Kind::List => json.children(id).map(|child| value(json, child, key)).collect(),
        Kind::Object => {
            let members = json.children(id).map(|child| {
                let name = json.key(child).to_owned();
                let folded = fold(&name);
                (name, value(json, child, &folded))
            });
            Value::Object(members.collect())
        }
        Kind::Text => {
            let text = json.text(id).unwrap_or_default();
            let address = ["base_url", "collector_url", "url", "pricing_url"].contains(&key);
            // The name of a variable is no secret; what it holds is not looked at.
            let variable = text.strip_prefix("env.").is_some_and(|name| {
                name.len() < 80 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            });
            match (SHOWN.contains(&key) || variable, address) {
                (_, true) => Value::String(masked::url(&text)),
                (true, _) => Value::String(text.into_owned()),
                _ if text.is_empty() => Value::String(String::new()),
                _ => Value::String("<masked>".to_owned()),
            }
        }
    }
}
