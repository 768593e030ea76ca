//! `kubectl igw fix`: the repairs of all products, in one loop.

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::repair::{self, FixArgs};
use igw_core::facts::Said;

use crate::TOGETHER;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be repaired, and how? nothing is changed
  kubectl igw fix --dry-run

  # the same for manifests: the files are edited, comments stay
  kubectl igw fix -f manifests/

  # apply all safe repairs
  kubectl igw fix -f manifests/ --yes")]
pub struct IgwFixCommand {
    /// Objects to repair: TYPE/NAME, NAME or NAMESPACE/NAME; default: all
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Also repair that no route matches this client host (repeatable)
    #[arg(long, value_name = "HOST", conflicts_with_all = ["save_plan", "plan"])]
    host: Vec<String>,
    #[command(flatten)]
    args: FixArgs,
}

pub fn run(mut fix: IgwFixCommand, console: &Console) -> Result<Exit, Failure> {
    fix.args.read.scope.widest(&fix.args.read.input);
    let say = |said: &mut Said| igw_routes::hosts::say(&fix.host, said);
    repair::run(&TOGETHER, &fix.args, &fix.names, console, &say)
}
