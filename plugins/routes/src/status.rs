//! `routes status`: the status that a controller would write.

use clap::Args;
use igw::cli::{Common, Output};
use igw::exit::{Exit, Failure};
use igw::{load, output};
use igw_core::route::status::predict;
use igw_core::words;

/// The status of Gateways, ListenerSets and HTTPRoutes as their controller would write it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
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
    let list = loaded.look(&scope, predict)?;
    match args.output {
        Output::Human => output::print(&human(&list))?,
        machine => output::document(&list, machine)?,
    }
    Ok(if broken { Exit::Usage } else { Exit::Good })
}

/// An object a paragraph, a condition a line.
fn human(list: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| words::clean(value.as_str().unwrap_or_default());
    let items = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let mut out = String::new();
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
        if status.as_object().is_none_or(|status| status.is_empty()) {
            out.push_str("  no controller writes a status\n");
        }
    }
    out
}
