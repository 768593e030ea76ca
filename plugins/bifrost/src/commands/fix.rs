//! `bifrost fix`.

use clap::Args;
use igw::repair::FixArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be repaired, and how? nothing is changed
  kubectl igw bifrost fix -f manifests/ --dry-run

  # apply all safe repairs to the files, inside of config.json, too
  kubectl igw bifrost fix -f manifests/ --yes

  # a configuration alone, and the answer to a question
  kubectl igw bifrost fix -f config.json --assume bifrost=1.5.16 --only IGW0301 --yes --unsafe --set IGW0301.name=alias

  # from a pipe to a pipe
  helm template bifrost ./chart | kubectl igw bifrost fix -f - --yes > repaired.yaml")]
pub struct BifrostFixCommand {
    /// Workloads, ConfigMaps or files: NAME, NAMESPACE/NAME or TYPE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: FixArgs,
}
