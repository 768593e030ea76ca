//! `bifrost config`: a configuration as Go's decoder would see it, secrets masked.

use clap::Args;
use igw::cli::{Common, Output};
use igw::exit::{Exit, Failure};
use igw::output;
use igw_core::bifrost::decode::{Struct, fold};
use igw_core::bifrost::instance;
use igw_core::bifrost::json::{Id, Json, Kind};
use igw_core::bifrost::masked;
use igw_core::bifrost::shape::{Shape, Type};
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
                let place = place(document.text.reveal(), fault.at);
                let title = document.object.title();
                let title = title.strip_prefix("File ").unwrap_or(&title);
                let failure = Failure::usage(format!("{title}:{place}: {}", fault.says));
                eprintln!("{failure}");
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

/// `line:column`, as an editor counts.
fn place(text: &str, at: usize) -> String {
    let head = &text[..text.floor_char_boundary(at)];
    let start = head.rfind('\n').map_or(0, |newline| newline + 1);
    format!("{}:{}", head.matches('\n').count() + 1, head[start..].chars().count() + 1)
}

fn machine(output: Output) -> Output {
    if output == Output::Human { Output::Json } else { output }
}

/// The file as it is decoded.
fn effective(json: &Json) -> Value {
    object(json, &Struct::root(json), &table::ROOT)
}

/// A struct: its fields in Bifrost's own spelling, and nothing else.
fn object(json: &Json, given: &Struct, shape: &'static Type) -> Value {
    let mut out = Map::new();
    for field in shape.fields {
        let name = field.name;
        let Some(last) = given.entries(name).last().copied() else { continue };
        let each = |id: Id, shape| object(json, &Struct::of(json, id), shape);
        let inside = given.inside(name);
        let shown = match &field.shape {
            Shape::Struct(shape) if inside.is_given() => object(json, &inside, shape),
            Shape::Map(Shape::Struct(shape)) if inside.is_given() => {
                let members = given.map(name).into_iter();
                let members = members.map(|(key, id)| (key.to_lowercase(), each(id, shape)));
                Value::Object(members.collect())
            }
            Shape::List(Shape::Struct(shape)) if json.kind(last) == Kind::List => {
                given.list(name).into_iter().map(|id| each(id, shape)).collect()
            }
            _ if inside.is_given() => merged(json, name, given),
            _ => value(json, given.last(name).unwrap_or(last), name),
        };
        out.insert(name.to_owned(), shown);
    }
    Value::Object(out)
}

/// An object of which the fields are not known here, as it is decoded from one or several.
fn merged(json: &Json, name: &str, parent: &Struct) -> Value {
    let members = parent.map(name).into_iter().map(|(key, id)| {
        let folded = fold(&key);
        (key, value(json, id, &folded))
    });
    Value::Object(members.collect())
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
