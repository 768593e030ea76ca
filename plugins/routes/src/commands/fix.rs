//! `routes fix`.

use std::time::{Duration, Instant};

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::repair::{self, FixArgs};
use igw_core::report::{self, Detail};
use igw_core::route::trace::Trace;

use super::why;
use crate::ROUTES;
use crate::hosts;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be repaired, and how? nothing is changed
  kubectl igw routes fix -f manifests/ --dry-run

  # apply all safe repairs to the files
  kubectl igw routes fix -f manifests/ --yes

  # one route, one check, and the answer to its question
  kubectl igw routes fix chat -f manifests/ --only IGW0105 --set IGW0105.listener=https --yes --unsafe

  # the request that fails, before and after
  kubectl igw routes fix chat --send http://api.example.com/v1/models

  # from a pipe to a pipe
  kustomize build . | kubectl igw routes fix -f - --yes > repaired.yaml")]
pub struct RoutesFixCommand {
    /// HTTPRoutes: NAME, NAMESPACE/NAME or httproute/NAME; all if absent
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Also repair that no route matches this client host (repeatable)
    #[arg(long, value_name = "HOST", conflicts_with_all = ["save_plan", "plan"])]
    host: Vec<String>,
    /// Send this GET request before and after, and show both answers
    #[arg(long, value_name = "URL")]
    send: Option<String>,
    /// Send it to this address instead, such as a load balancer
    #[arg(long, value_name = "HOST:PORT", requires = "send")]
    address: Option<String>,
    #[command(flatten)]
    args: FixArgs,
}

/// How long a proxy may take to obey what its controller has accepted.
const OBEYS: Duration = Duration::from_secs(10);

pub fn run(args: &RoutesFixCommand, console: &Console) -> Result<Exit, Failure> {
    let fix = || {
        repair::run(&ROUTES, &args.args, &args.names, console, &|said| hosts::say(&args.host, said))
    };
    let Some(url) = &args.send else { return fix() };
    let read = &args.args.read;
    if read.input.demo || read.input.has_files() {
        let failure = Failure::usage("--send needs a cluster: files answer no request");
        return Err(failure.hint("kubectl igw routes why predicts the answer"));
    }
    let send = || why::sent(url, args.address.as_ref(), read, console);
    let say = |when: &str, trace: &Trace| {
        let text = report::trace(trace, None, &console.theme, Detail::Verdict);
        console.note(&format!("{when}:\n{}", text.trim_end()));
    };
    let (before, _) = send()?;
    say("before", &before);
    let exit = fix()?;
    if args.args.dry_run {
        return Ok(exit);
    }
    let begin = Instant::now();
    let (mut after, mut end) = send()?;
    let is_late =
        |trace: &Trace| trace.sent.as_ref().is_some_and(|own| own.as_predicted == Some(false));
    while is_late(&after) && begin.elapsed() < OBEYS {
        std::thread::sleep(Duration::from_millis(500));
        (after, end) = send()?;
    }
    say("after", &after);
    Ok(exit.and(end))
}
