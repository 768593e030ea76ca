//! `kubectl igw check`: everything, judged on one look.

use clap::Args;
use igw::check;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw_routes::RoutesCheckArgs;

use crate::TOGETHER;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # one check only, as JSON
  kubectl igw check --only IGW0103 -f manifests/ -o json

  # what would this change do to the cluster? nothing is applied
  kubectl igw check -f change.yaml --overlay

  # in CI: fail on warnings, too
  kubectl igw check -f manifests/ --fail-on warning")]
pub struct IgwCheckCommand {
    /// Objects to check: TYPE/NAME, NAME or NAMESPACE/NAME; default: all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: RoutesCheckArgs,
}

pub fn run(
    mut args: RoutesCheckArgs,
    names: &[String],
    console: &Console,
) -> Result<Exit, Failure> {
    args.check.scope.widest(&args.check.input);
    check::run(&TOGETHER, &args.check, names, console, |said| {
        igw_routes::hosts::say(&args.host, said)
    })
}
