//! `gateway check`: controllers, classes, Gateways and proxies, judged.

use clap::Args;
use igw::check::{self, CheckArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};

use crate::GATEWAY;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # one Gateway only
  kubectl igw gateway check gw/public

  # one check only, as JSON
  kubectl igw gateway check --only IGW0601 -o json

  # what a bundle of a cluster shows
  kubectl igw gateway check --bundle incident.igw.gz")]
pub struct GatewayCheckCommand {
    /// Objects to check: NAME, NAMESPACE/NAME or TYPE/NAME; default: all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: CheckArgs,
}

pub fn run(args: &CheckArgs, names: &[String], console: &Console) -> Result<Exit, Failure> {
    check::run(&GATEWAY, args, names, console, |_| Ok(()))
}
