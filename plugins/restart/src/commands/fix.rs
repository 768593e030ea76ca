//! `restart fix`.

use clap::Args;
use igw::repair::FixArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be changed so that a restart can end? nothing is changed
  kubectl igw restart fix -f manifests/ --dry-run

  # set the strategy of a workload whose restart would hang
  kubectl igw restart fix deployment/bifrost -n gateway --only IGW1005 --yes --unsafe")]
pub struct RestartFixCommand {
    /// Workloads: NAME, NAMESPACE/NAME or TYPE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: FixArgs,
}
