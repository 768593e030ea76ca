//! `langfuse fix`.

use clap::Args;
use igw::repair::FixArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be repaired, and how? nothing is changed
  kubectl igw langfuse fix -f manifests/ --dry-run

  # apply all safe repairs to the files
  kubectl igw langfuse fix -f manifests/ --yes

  # one repair, in the cluster
  kubectl igw langfuse fix -n tracing --only IGW0501")]
pub struct LangfuseFixCommand {
    /// Workloads, routes or ConfigMaps: NAME, NAMESPACE/NAME or TYPE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: FixArgs,
}
