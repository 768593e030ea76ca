//! `gateway fix`.

use clap::Args;
use igw::repair::FixArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be repaired, and how? nothing is changed
  kubectl igw gateway fix -A --dry-run

  # the same for manifests: the files are edited, comments stay
  kubectl igw gateway fix -f manifests/

  # which parameters are meant
  kubectl igw gateway fix -f manifests/ --only IGW0604 --yes --unsafe --set IGW0604.parameters=edge/small")]
pub struct GatewayFixCommand {
    /// Objects to repair: NAME, NAMESPACE/NAME or TYPE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: FixArgs,
}
