//! `routes fix`.

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::repair::{self, FixArgs};

use crate::ROUTES;
use crate::hosts;

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
    names: Vec<String>,
    /// Also repair that no route matches this client host (repeatable)
    #[arg(long, value_name = "HOST", conflicts_with_all = ["save_plan", "plan"])]
    host: Vec<String>,
    #[command(flatten)]
    args: FixArgs,
}

pub fn run(args: &RoutesFixCommand, console: &Console) -> Result<Exit, Failure> {
    repair::run(&ROUTES, &args.args, &args.names, console, &|said| hosts::say(&args.host, said))
}
