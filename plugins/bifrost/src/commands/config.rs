//! `bifrost config`: a configuration as Go's decoder would see it, secrets masked.

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::document;
use igw::session::{self, Opening};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::shape::{GoType, Shape};
use igw_core::bifrost::{instances, table};
use igw_core::gojson::{GoStruct, Id, Json, JsonKind, fold};
use igw_core::mask;
use serde_json::{Map, Value};

use crate::BIFROST;

/// Print the configuration as Bifrost decodes it: names in Bifrost's spelling, repeated keys
/// merged, keys that it does not read left out, secrets masked.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Output::Json)]
    output: Output,
    #[command(flatten)]
    read: ReadFlags,
}

/// A configuration as it is decoded, or what is wrong with it.
type Decoded = Result<(String, Value), (String, Option<&'static str>)>;

pub fn run(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let mut session = session::open(Opening::of(&BIFROST, &args.read)?)?;
    let broken = session.complain(console);
    session.lay();
    let scope = session.scope(&args.read.scope, &[])?;
    let all = session.look(&scope, |facts| {
        instances::all(facts).iter().filter_map(decoded).collect::<Vec<Decoded>>()
    })?;
    let mut shown = Vec::new();
    let mut exit = if broken { Exit::Usage } else { Exit::Good };
    for one in all {
        match one {
            Ok(one) => shown.push(one),
            Err((message, hint)) => {
                let failure = Failure::usage(message);
                console.fail(&hint.into_iter().fold(failure, Failure::hint));
                exit = Exit::Usage;
            }
        }
    }
    match (shown.len(), exit) {
        (0, Exit::Good) => {
            let place = session.place();
            return Err(Failure::usage(format!("there is no Bifrost configuration in {place}")));
        }
        (0, _) => {}
        (1, _) => console.print(&document(&shown.swap_remove(0).1, args.output)?)?,
        _ => {
            let all: Map<String, Value> = shown.into_iter().collect();
            console.print(&document(&Value::Object(all), args.output)?)?;
        }
    }
    Ok(exit)
}

fn decoded(instance: &Instance) -> Option<Decoded> {
    let document = instance.document.as_ref()?;
    Some(match &document.config {
        Ok(_) if !document.sound => Err((
            format!("{}: Bifrost cannot decode it", instance.subject.title()),
            Some("kubectl igw bifrost check shows which value it refuses"),
        )),
        Ok(config) => Ok((instance.subject.title(), effective(&config.json))),
        Err(fault) => {
            let place = place(document.text.reveal(), fault.at);
            let title = document.object.title();
            let title = title.strip_prefix("File ").unwrap_or(&title);
            Err((format!("{title}:{place}: {}", fault.says), None))
        }
    })
}

/// `line:column`, as an editor counts.
fn place(text: &str, at: usize) -> String {
    let head = &text[..text.floor_char_boundary(at)];
    let start = head.rfind('\n').map_or(0, |newline| newline + 1);
    format!("{}:{}", head.matches('\n').count() + 1, head[start..].chars().count() + 1)
}

fn effective(json: &Json) -> Value {
    object(json, &GoStruct::root(json), &table::ROOT)
}

/// A struct: its fields in Bifrost's own spelling, and nothing else.
fn object(json: &Json, given: &GoStruct, shape: &'static GoType) -> Value {
    let mut out = Map::new();
    for field in shape.fields {
        let name = field.name;
        let Some(last) = given.entries(name).last().copied() else { continue };
        let each = |id: Id, shape| object(json, &GoStruct::of(json, id), shape);
        let inside = given.inside(name);
        let shown = match &field.shape {
            Shape::Struct(shape) if shape.complete && inside.is_given() => {
                object(json, &inside, shape)
            }
            Shape::Map(Shape::Struct(shape)) if inside.is_given() => {
                let members = given.map(name).into_iter();
                let members = members.map(|(key, id)| (key.to_lowercase(), each(id, shape)));
                Value::Object(members.collect())
            }
            Shape::List(Shape::Struct(shape)) if json.kind(last) == JsonKind::List => {
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
fn merged(json: &Json, name: &str, parent: &GoStruct) -> Value {
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
        JsonKind::Null => Value::Null,
        JsonKind::Bool(flag) => Value::Bool(flag),
        JsonKind::Number => json.spelled(id).parse().map_or(Value::Null, Value::Number),
        JsonKind::List => json.children(id).map(|child| value(json, child, key)).collect(),
        JsonKind::Object => {
            let members = json.children(id).map(|child| {
                let name = json.key(child).to_owned();
                let folded = fold(&name);
                (name, value(json, child, &folded))
            });
            Value::Object(members.collect())
        }
        JsonKind::Text => {
            let text = json.text(id).unwrap_or_default();
            let address = ["base_url", "collector_url", "url", "pricing_url"].contains(&key);
            // The name of a variable is no secret; what it holds is not looked at.
            let variable = text.strip_prefix("env.").is_some_and(|name| {
                name.len() < 80 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            });
            match (SHOWN.contains(&key) || variable, address) {
                (_, true) => Value::String(mask::address_or_key(&text)),
                (true, _) => Value::String(text.into_owned()),
                _ if text.is_empty() => Value::String(String::new()),
                _ => Value::String(mask::MASKED.to_owned()),
            }
        }
    }
}
