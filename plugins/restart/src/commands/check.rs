//! `restart check`: what runs with an old configuration, and what a restart does.

use clap::Args;
use igw::check::{self, CheckArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};

use crate::RESTART;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # one workload only
  kubectl igw restart check deployment/bifrost -n gateway

  # manifests with their pods and ConfigMaps, as they are stored
  kubectl get deploy,sts,pods,cm,pvc,nodes -A -o yaml --show-managed-fields > dump.yaml
  kubectl igw restart check -f dump.yaml")]
pub struct RestartCheckCommand {
    /// Workloads to check: TYPE/NAME, NAME or NAMESPACE/NAME; default: all of the gateway
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: CheckArgs,
}

pub fn run(args: &CheckArgs, names: &[String], console: &Console) -> Result<Exit, Failure> {
    check::run(&RESTART, args, names, console, |_| Ok(()))
}
