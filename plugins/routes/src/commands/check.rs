//! `routes check`: all routes, judged.

use clap::Args;
use igw::check::{self, CheckArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};

use crate::ROUTES;
use crate::hosts;

#[derive(Debug, Clone, Default, Args)]
pub struct RoutesCheckArgs {
    /// Report this client host if no route matches it (repeatable)
    #[arg(long, value_name = "HOST")]
    pub host: Vec<String>,
    #[command(flatten)]
    pub check: CheckArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # two routes only
  kubectl igw routes check chat-route team-b/embed-route -f manifests/

  # one check only, as JSON
  kubectl igw routes check --only IGW0103 -f manifests/ -o json

  # what would this change do to the cluster? nothing is applied
  kubectl igw routes check -f change.yaml --overlay

  # in CI: fail on warnings, too
  kubectl igw routes check -f manifests/ --fail-on warning")]
pub struct RoutesCheckCommand {
    /// HTTPRoutes: NAME, NAMESPACE/NAME or httproute/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: RoutesCheckArgs,
}

pub fn run(args: &RoutesCheckArgs, names: &[String], console: &Console) -> Result<Exit, Failure> {
    check::run(&ROUTES, &args.check, names, console, |said| hosts::say(&args.host, said))
}
