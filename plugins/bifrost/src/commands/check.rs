//! `bifrost check`: every Bifrost, judged.

use clap::Args;
use igw::check::{self, CheckArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};

use crate::BIFROST;
use crate::pod::PodFlags;

#[derive(Debug, Clone, Default, Args)]
pub struct BifrostCheckArgs {
    #[command(flatten)]
    pod: PodFlags,
    #[command(flatten)]
    pub check: CheckArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # one workload only
  kubectl igw bifrost check deployment/bifrost -f manifests/

  # one check only, as JSON
  kubectl igw bifrost check --only IGW0207 -f manifests/ -o json

  # a configuration whose version is not in the files
  kubectl igw bifrost check -f config.json --assume bifrost=1.5.16 --env VLLM_KEY=dummy")]
pub struct BifrostCheckCommand {
    /// Workloads, ConfigMaps or files to check: NAME, NAMESPACE/NAME or TYPE/NAME; default: all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: BifrostCheckArgs,
}

pub fn run(args: &BifrostCheckArgs, names: &[String], console: &Console) -> Result<Exit, Failure> {
    check::run(&BIFROST, &args.check, names, console, |said| args.pod.say(said))
}
