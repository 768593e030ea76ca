//! `langfuse check`: Langfuse, its routes and what sends traces to it, judged together.

use clap::Args;
use igw::check::{self, CheckArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};

use crate::LANGFUSE;

#[derive(Debug, Clone, Default, Args)]
pub struct LangfuseCheckArgs {
    #[command(flatten)]
    pub check: CheckArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # one workload only: Langfuse itself, or what sends traces to it
  kubectl igw langfuse check deployment/langfuse-web -f manifests/

  # one check only, as JSON
  kubectl igw langfuse check --only IGW0501 -f manifests/ -o json

  # a Langfuse whose image does not say its version
  kubectl igw langfuse check -f manifests/ --assume langfuse=4.16")]
pub struct LangfuseCheckCommand {
    /// Workloads, routes or ConfigMaps to check: NAME, NAMESPACE/NAME or TYPE/NAME; default: all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: LangfuseCheckArgs,
}

pub fn run(args: &LangfuseCheckArgs, names: &[String], console: &Console) -> Result<Exit, Failure> {
    check::run(&LANGFUSE, &args.check, names, console, |_| Ok(()))
}
