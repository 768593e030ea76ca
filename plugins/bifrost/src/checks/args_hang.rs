//! # The arguments keep Bifrost from starting
//!
//! ## What it means
//! The image's entry point reads its settings from variables (`APP_DIR`, `APP_PORT`, `APP_HOST`,
//! `LOG_LEVEL`, `LOG_STYLE`). With two or more arguments it looks for `-port` and `-host`, and
//! loops forever on any other argument. With `command: ["/app/main"]` Bifrost itself reads the
//! flags, and listens on localhost unless `-host` is set.
//!
//! ## Why it matters
//! The pod is Running, writes no output, keeps one CPU at 100 %, and its port is closed: the
//! gateway in front answers 503.
//!
//! ## Example
//! `args: ["-app-dir", "/app/data"]`: remove them. The directory is `APP_DIR`, and `/app/data` is
//! its default.
//!
//! ## Fix safety
//! Safe: remove `args`, and set `APP_DIR` if the directory is a different one; unsafe to listen on all
//! addresses instead of localhost.
//!
//! ## Sources
//! Entry points of Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3 under dash and ash, as observed.
//! The guide has these arguments.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::launch::Launch;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::bifrost::said::BifrostSaid;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;
use serde_json::Value;

pub static CHECK: Check = Check {
    code: "IGW0701",
    name: "args-hang",
    severity: Severity::Error,
    needs: &[Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let given =
            instance.workload.is_some() || facts.store.said.of::<BifrostSaid>().args.is_some();
        let path = match instance.container() {
            Some(container) if container.args.is_some() => instance.container_path("/args"),
            Some(container) if container.command.is_some() => instance.container_path("/command"),
            Some(_) => instance.container_path(""),
            None => String::new(),
        };
        match &instance.launch {
            Launch::Hangs(argument) => {
                let title = format!(
                    "the entry point hangs on argument {}",
                    igw_core::text::clip(argument, 40)
                );
                out.finding(
                    instance
                        .at_workload(path, title)
                        .explain("With two or more arguments the entry point looks for -port and -host and loops forever on any other argument: no output, one CPU at 100 %, port closed. Remove args; the variable APP_DIR sets the directory.")
                        .effect(503, 1.0, "every request through a gateway")
                        .guide("2", Some("its Deployment has these arguments"))
                        .repair(by_variables(instance)),
                );
            }
            Launch::Exits(says) => {
                let title = format!("Bifrost exits at once: {}", igw_core::text::clip(says, 80));
                out.finding(instance.at_workload(path, title));
            }
            Launch::Runs(flags) if flags.local_only && given => {
                let title = "Bifrost listens on localhost only";
                out.finding(
                    instance
                        .at_workload(path, title)
                        .explain("Without -host it listens on localhost, and connections through its Service are refused. Add -host 0.0.0.0, or set the variable BIFROST_HOST.")
                        .effect(503, 1.0, "every request through a gateway")
                        .repair(everywhere(instance)),
                );
            }
            Launch::Runs(_) => out.passed(),
            Launch::Unknown(why) => {
                let why = Why::not_given(why.clone());
                out.not_checked(Kind::Workload, &instance.namespace, why);
            }
        }
    }
}

/// What an argument of the binary is as a variable of the entry point.
const VARIABLES: [(&str, &str); 3] =
    [("app-dir", "APP_DIR"), ("log-level", "LOG_LEVEL"), ("log-style", "LOG_STYLE")];

/// The variables that say what the arguments were to say.
fn by_variables(instance: &Instance) -> Option<Fix> {
    let container = instance.container().filter(|own| own.command.is_none())?;
    let words: Vec<&str> = container.args.iter().flatten().map(|word| word.reveal()).collect();
    let (mut kept, mut sets, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let flag = word.strip_prefix('-').map(|own| own.trim_start_matches('-'))?;
        let (flag, value) = match flag.split_once('=') {
            Some((flag, value)) => (flag, value),
            None => (flag, *rest.next()?),
        };
        if ["port", "host"].contains(&flag) {
            kept.extend([format!("-{flag}"), value.to_owned()]);
            continue;
        }
        let (_, name) = VARIABLES.iter().find(|(own, _)| *own == flag)?;
        let default = *name == "APP_DIR" && value.trim_end_matches('/') == "/app/data";
        if container.env.iter().any(|own| own.name == *name) {
            return None;
        }
        if !default {
            sets.push(instance.variable(name, &value.into()));
            names.push(format!("{name}={}", igw_core::text::clip(value, 60)));
        }
    }
    let at = instance.container_path("/args");
    let kept: Vec<Value> = kept.into_iter().map(Value::from).collect();
    sets.push(if kept.is_empty() { Set::Drop(at) } else { Set::Put(at, kept.into()) });
    let title = match names.is_empty() {
        true => "remove args".to_owned(),
        false => format!("set {} in the place of args", igw_core::text::list(&names)),
    };
    instance.edit_pod(Fix::safe(title), sets)
}

/// The variable that makes the binary listen everywhere.
fn everywhere(instance: &Instance) -> Option<Fix> {
    let container = instance.container()?;
    let words = [&container.command, &container.args].into_iter().flatten().flatten();
    let said =
        words.into_iter().any(|word| word.reveal().trim_start_matches('-').starts_with("host"));
    let set = container.env.iter().any(|own| own.name == "BIFROST_HOST");
    let why = "it opens the port to the network";
    let fix = Fix::unsafe_as(why, "set BIFROST_HOST to 0.0.0.0");
    let sets = vec![instance.variable("BIFROST_HOST", &"0.0.0.0".into())];
    instance.edit_pod(fix, sets).filter(|_| !said && !set)
}
