//! `routes status`: the status that a controller would write.

use std::collections::BTreeMap;

use clap::Args;
use igw::cli::{Common, Output};
use igw::exit::{Exit, Failure};
use igw::{load, output};
use igw_core::facts::{Cx, ObjRef, Store, Why, pointer};
use igw_core::report;
use igw_core::route::compare::differences;
use igw_core::route::status::predict;
use igw_core::words;
use serde_json::{Value, json};

/// The status of Gateways, ListenerSets and HTTPRoutes as their controller would write it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # where does what the controller wrote differ from what the rules say?
  kubectl igw routes status

  # which conditions would kgateway write?
  kubectl igw routes status -f manifests/

  # the same for kgateway 2.3, for scripts
  kubectl igw routes status -f manifests/ --assume kgateway=2.3 -o json")]
pub struct Status {
    /// Output format
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// Runs `status`.
pub fn run(common: &Common, args: &Status) -> Result<Exit, Failure> {
    let mut loaded = load::load(common, crate::DEMO)?;
    let broken = loaded.complain();
    let scope = loaded.scope(common, &[])?;
    if loaded.live.is_some() {
        loaded.store.statuses = Some(BTreeMap::new());
    }
    loaded.lay();
    let (mut list, blind) = loaded.look(&scope, |cx| (predict(cx), denied(cx)))?;
    if loaded.home.is_some() {
        beside(&loaded.store, &mut list);
    }
    for why in &blind {
        eprintln!("not looked at: {}", words::clean(&why.detail));
        if let Some(command) = report::can_i(&why.detail, loaded.flags()) {
            eprintln!("       {command}");
        }
    }
    match args.output {
        Output::Human => output::print(&human(&list, &loaded.place()))?,
        machine => output::document(&list, machine)?,
    }
    let failed = blind.iter().any(|why| why.kind.is_failure());
    let exit = if failed { Exit::Blind } else { Exit::Good };
    Ok(if broken { Exit::Usage } else { exit })
}

/// The lists that the predictions before rest on, and that the cluster does not give.
fn denied(cx: &Cx) -> Vec<Why> {
    let mut out: Vec<Why> = cx.blind().into_iter().map(|(.., why)| why).collect();
    out.sort();
    out.dedup();
    out
}

/// Puts what is written beside what is predicted (contract.md, "Status").
fn beside(store: &Store, list: &mut Value) {
    let items = list["items"].as_array_mut().into_iter().flatten();
    for item in items {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = ObjRef {
            api_version: text(&item["apiVersion"]),
            kind: text(&item["kind"]),
            namespace: item["metadata"]["namespace"].as_str().map(str::to_owned),
            name: text(&item["metadata"]["name"]),
        };
        let written = store.statuses.as_ref().and_then(|statuses| statuses.get(&name));
        let written = written.filter(|written| !written.is_null()).cloned();
        let written = written.unwrap_or_else(|| json!({}));
        let home = name.namespace.as_deref().unwrap_or_default();
        item["differs"] = differences(home, &item["status"], &written).into();
        item["written"] = written;
    }
}

/// An object a paragraph, a condition a line.
fn human(list: &serde_json::Value, place: &str) -> String {
    let text = |value: &serde_json::Value| words::clean(value.as_str().unwrap_or_default());
    let items = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let mut out = String::new();
    if items(&list["items"]).is_empty() {
        out.push_str(&format!("No status can be told: of no Gateway, ListenerSet or HTTPRoute in {} it is known who serves it.\n", words::clean(place)));
    }
    for item in items(&list["items"]) {
        let meta = &item["metadata"];
        let status = &item["status"];
        let name = format!("{}/{}", text(&meta["namespace"]), text(&meta["name"]));
        out.push_str(&format!("{} {name}\n", text(&item["kind"])));
        let conditions = |out: &mut String, indent: usize, value: &serde_json::Value| {
            for c in items(value) {
                let line =
                    format!("{}={} {}", text(&c["type"]), text(&c["status"]), text(&c["reason"]));
                out.push_str(&format!("{:indent$}{line}\n", ""));
            }
        };
        conditions(&mut out, 2, &status["conditions"]);
        for listener in items(&status["listeners"]) {
            let count = listener["attachedRoutes"].as_u64().unwrap_or(0) as usize;
            let routes = words::count(count, "attached route");
            out.push_str(&format!("  listener {}: {routes}\n", text(&listener["name"])));
            conditions(&mut out, 4, &listener["conditions"]);
        }
        for parent in items(&status["parents"]) {
            let reference = &parent["parentRef"];
            let section = match reference["sectionName"].as_str() {
                Some(name) => format!(", listener {}", words::clean(name)),
                None => String::new(),
            };
            let namespace = match reference["namespace"].as_str() {
                Some(namespace) => words::clean(namespace),
                None => text(&meta["namespace"]),
            };
            let (kind, name) = (text(&reference["kind"]), text(&reference["name"]));
            out.push_str(&format!("  to {kind} {namespace}/{name}{section}\n"));
            conditions(&mut out, 4, &parent["conditions"]);
        }
        for differs in items(&item["differs"]) {
            let said = |value: &serde_json::Value| match value {
                serde_json::Value::Null => "nothing".to_owned(),
                value if value["type"].is_string() => {
                    format!(
                        "{}={} {}",
                        text(&value["type"]),
                        text(&value["status"]),
                        text(&value["reason"])
                    )
                }
                value => words::clip(&words::clean(&value.to_string()), 120),
            };
            let at = pointer::dotted(&text(&differs["path"]));
            let (ours, theirs) = (said(&differs["predicted"]), said(&differs["written"]));
            out.push_str(&format!("  differs at {at}: predicted {ours}, written {theirs}\n"));
        }
        if status.as_object().is_none_or(|status| status.is_empty()) {
            out.push_str("  no controller writes a status\n");
        }
    }
    out
}
