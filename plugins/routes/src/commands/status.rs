//! `routes status`: the status that a controller would write.

use std::collections::HashSet;

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::document;
use igw::session::{self, Opening};
use igw_core::facts::{Facts, Refused, Store, Why};
use igw_core::kube::{Kind, ObjRef, full_name, pointer};
use igw_core::route::compare::differences;
use igw_core::route::status::predict_each;
use igw_core::{report, text};
use serde_json::{Value, json};

use crate::ROUTES;

/// Predict the status of Gateways, ListenerSets and routes as their controller would write it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # where does the written status differ from the predicted one? (exit code 1: somewhere)
  kubectl igw routes status

  # which conditions would kgateway write?
  kubectl igw routes status -f manifests/

  # the same for kgateway 2.3, for scripts
  kubectl igw routes status -f manifests/ --assume kgateway=2.3 -o json")]
pub struct StatusArgs {
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    output: Output,
    #[command(flatten)]
    read: ReadFlags,
}

const STATUSES_OF: [Kind; 3] = [Kind::Gateway, Kind::ListenerSet, Kind::HttpRoute];

pub fn run(args: &StatusArgs, console: &Console) -> Result<Exit, Failure> {
    let mut session =
        session::open(Opening { statuses_of: &STATUSES_OF, ..Opening::of(&ROUTES, &args.read)? })?;
    let broken = session.complain(console);
    let scope = session.scope(&args.read.scope, &[])?;
    session.lay();
    // A world of thousands of objects is text, and no values, before the next is predicted.
    let (human, live) = (matches!(args.output, Output::Human), session.home.is_some());
    let told = |facts: &Facts| {
        let mut out = Vec::new();
        predict_each(facts, &mut |name, mut item| {
            if live {
                beside(facts.store, &name, &mut item);
            }
            let differs = item["differs"].as_array().is_some_and(|all| !all.is_empty());
            out.push((name, if human { paragraph(&item).into() } else { item }, differs));
        });
        let said: HashSet<&ObjRef> = out.iter().map(|(name, ..)| name).collect();
        let judged = |own: &&Refused| {
            human
                && own.kind.is_some_and(|kind| STATUSES_OF.contains(&kind))
                && facts.scope.contains(&own.meta)
                && !(own.copy.is_some() && said.contains(&own.meta.reference()))
        };
        let refused: Vec<&Refused> = facts.store.refused.iter().filter(judged).collect();
        let put_aside = |own: &Refused| (own.meta.reference(), put_aside(own).into(), false);
        out.extend(refused.into_iter().map(put_aside));
        out
    };
    let (mut all, blind) = session.look(&scope, |facts| (told(facts), denied(facts)))?;
    let mut known: HashSet<ObjRef> = all.iter().map(|(name, ..)| name.clone()).collect();
    for world in 1..session.worlds.len() {
        session.enter(world);
        let more = session.look(&scope, told)?;
        all.extend(more.into_iter().filter(|(name, ..)| known.insert(name.clone())));
    }
    for why in &blind {
        console.note(&format!("not checked: {}", text::clean(&why.detail)));
        if let Some(command) = report::can_i(&why.detail, session.flags()) {
            console.note(&format!("       {command}"));
        }
    }
    let differs = all.iter().any(|(_, _, differs)| *differs);
    let items = all.into_iter().map(|(_, item, _)| item);
    let text = match args.output {
        Output::Human if items.len() == 0 => nothing_to_tell(&session.place()),
        Output::Human => items.fold(String::new(), |all, own| all + own.as_str().unwrap_or("")),
        machine => {
            let items: Vec<Value> = items.collect();
            document(&json!({ "apiVersion": "v1", "kind": "List", "items": items }), machine)?
        }
    };
    console.put(&text, args.output)?;
    let failed = blind.iter().any(|why| why.kind.is_failure());
    let exits = [(broken, Exit::Usage), (differs, Exit::Findings), (failed, Exit::Blind)];
    Ok(exits.iter().filter(|(is, _)| *is).fold(Exit::Good, |all, (_, one)| all.and(*one)))
}

/// The lists that the predictions before rest on, and that the cluster does not give.
fn denied(facts: &Facts) -> Vec<Why> {
    let mut out: Vec<Why> = facts.blind().into_iter().map(|(.., why)| why).collect();
    out.sort();
    out.dedup();
    out
}

/// Puts what is written beside what is predicted (contract.md, "Status").
fn beside(store: &Store, name: &ObjRef, item: &mut Value) {
    let written = store.statuses.get(name);
    let written = written.filter(|written| !written.is_null()).cloned();
    let written = written.unwrap_or_else(|| json!({}));
    let home = name.namespace.as_deref().unwrap_or_default();
    item["differs"] = differences(home, &item["status"], &written).into();
    item["written"] = written;
}

fn nothing_to_tell(place: &str) -> String {
    let place = text::clean(place);
    format!(
        "Cannot predict a status: no controller is known for any Gateway, ListenerSet or route in {place}.\n"
    )
}

/// An object that has no status, because nothing stores it.
fn put_aside(refused: &Refused) -> String {
    let (title, why) = (text::clean(&refused.meta.title()), text::clean(&refused.why()));
    format!("{title}\n{}", refusal(&why))
}

fn refusal(why: &str) -> String {
    format!("  put aside: the API server refuses it: {why}\n")
}

/// An object; a condition a line.
fn paragraph(item: &Value) -> String {
    let text = |value: &Value| text::clean(value.as_str().unwrap_or_default());
    fn items(value: &Value) -> &[Value] {
        value.as_array().map_or(&[], Vec::as_slice)
    }
    let mut out = String::new();
    let meta = &item["metadata"];
    let status = &item["status"];
    let name = full_name(&text(&meta["namespace"]), &text(&meta["name"]));
    out.push_str(&format!("{} {name}\n", text(&item["kind"])));
    if item["refused"].is_string() {
        out.push_str(&refusal(&text(&item["refused"])));
        out.push_str("  a copy that is stored already gets:\n");
    }
    let conditions = |out: &mut String, indent: usize, value: &Value| {
        for c in items(value) {
            let line =
                format!("{}={} {}", text(&c["type"]), text(&c["status"]), text(&c["reason"]));
            out.push_str(&format!("{:indent$}{line}\n", ""));
        }
    };
    conditions(&mut out, 2, &status["conditions"]);
    for listener in items(&status["listeners"]) {
        let count = listener["attachedRoutes"].as_u64().unwrap_or(0) as usize;
        let routes = text::count(count, "attached route");
        out.push_str(&format!("  listener {}: {routes}\n", text(&listener["name"])));
        conditions(&mut out, 4, &listener["conditions"]);
    }
    for parent in items(&status["parents"]) {
        let reference = &parent["parentRef"];
        let section = match reference["sectionName"].as_str() {
            Some(name) => format!(", listener {}", text::clean(name)),
            None => String::new(),
        };
        let namespace = match reference["namespace"].as_str() {
            Some(namespace) => text::clean(namespace),
            None => text(&meta["namespace"]),
        };
        let (kind, name) = (text(&reference["kind"]), text(&reference["name"]));
        out.push_str(&format!("  to {kind} {}{section}\n", full_name(&namespace, &name)));
        conditions(&mut out, 4, &parent["conditions"]);
    }
    for differs in items(&item["differs"]) {
        let said = |value: &Value| match value {
            Value::Null => "nothing".to_owned(),
            value if value["type"].is_string() => {
                format!(
                    "{}={} {}",
                    text(&value["type"]),
                    text(&value["status"]),
                    text(&value["reason"])
                )
            }
            value => text::clip(&text::clean(&value.to_string()), 120),
        };
        let at = pointer::dotted(&text(&differs["path"]));
        let (ours, theirs) = (said(&differs["predicted"]), said(&differs["written"]));
        out.push_str(&format!("  differs at {at}: predicted {ours}, written {theirs}\n"));
    }
    if status.as_object().is_none_or(|status| status.is_empty()) {
        out.push_str("  no controller writes a status\n");
    }
    out
}
