//! `routes fix`.

use clap::Args;
use igw::repair::FixArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be repaired, and how? nothing is changed
  kubectl igw routes fix -f manifests/ --dry-run

  # apply all safe repairs to the files
  kubectl igw routes fix -f manifests/ --yes

  # one route, one check, and the answer to its question
  kubectl igw routes fix chat -f manifests/ --only IGW0105 --set IGW0105.listener=https --yes --unsafe

  # from a pipe to a pipe
  kustomize build . | kubectl igw routes fix -f - --yes > repaired.yaml")]
pub struct RoutesFixCommand {
    /// HTTPRoutes: NAME, NAMESPACE/NAME or httproute/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: FixArgs,
}
