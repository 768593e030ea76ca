//! `kubectl igw check`: everything, judged on one look.

use clap::Args;
use igw::check::{self, CheckArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};

use crate::TOGETHER;

#[derive(Debug, Clone, Default, Args)]
pub struct IgwCheckArgs {
    /// Report this client host if no route matches it (repeatable)
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    #[command(flatten)]
    pub check: CheckArgs,
}

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
    pub args: IgwCheckArgs,
}

pub fn run(mut args: IgwCheckArgs, names: &[String], console: &Console) -> Result<Exit, Failure> {
    args.check.scope.widest(&args.check.input);
    check::run(&TOGETHER, &args.check, names, console, |said| {
        igw_routes::hosts::say(&args.host, said)
    })
}
