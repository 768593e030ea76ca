//! `kubectl igw restart`: what runs with an old configuration, what a restart would do, and the restart.

mod addresses;
mod advice;
mod argo_rollouts;
pub mod checks;
mod commands;
mod danger;
mod drift;
mod effect;
mod first_start;
mod head;
mod hops;
mod kustomize;
mod loses;
mod mark;
mod migration;
mod outage;
mod pinned;
mod product;
mod replicas;
mod role;
mod room;
mod same_requests;
mod subject;
mod told;
mod volume_held;
mod wish;

use clap::{Parser, Subcommand};
use commands::{check as restart_check, fix as restart_fix, run as restart_run};
use igw::check::{self, BundleArgs, CheckArgs, ExplainArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::product::Product;
use igw::repair;
use igw::run::Program;
pub use product::{RESTART, Restart};

/// Find what runs with an old configuration, and restart it safely
///
/// Compares what pods run with against their ConfigMaps and Secrets, and says what a restart would
/// bring, what it would not, and what would not be available meanwhile.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw restart", bin_name = "kubectl igw restart", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RestartProgram {
    #[command(subcommand)]
    command: Option<RestartCommand>,
    #[command(flatten)]
    restart: restart_run::RestartFlags,
    #[command(flatten)]
    check: CheckArgs,
}

const EXAMPLES: &str = "\
Examples:
  # what runs with an old configuration, and what would a restart do?
  kubectl igw restart
  kubectl igw restart -A

  # the same for manifests and dumps
  kubectl igw restart -f manifests/

  # restart one or several, what others need first; the plan is shown before
  kubectl igw restart deployment/bifrost -n gateway
  kubectl igw restart deployment/bifrost deployment/vllm -n gateway --yes --timeout 10m

  # see what it looks like
  kubectl igw restart --demo";

#[derive(Debug, Subcommand)]
enum RestartCommand {
    /// Check workloads (the default)
    Check(restart_check::RestartCheckCommand),
    /// Repair what keeps a restart from its end: preview, apply, verify
    Fix(restart_fix::RestartFixCommand),
    /// List what was changed
    History(repair::HistoryArgs),
    /// Take back a restart or another change
    Undo(repair::UndoArgs),
    /// Save what is read to a file for --bundle, secrets masked
    #[command(after_help = BUNDLE_EXAMPLES)]
    Bundle(BundleArgs),
    /// Explain a check, or list all checks
    Explain(ExplainArgs),
}

const BUNDLE_EXAMPLES: &str = "\
Examples:
  # for a colleague; texts of ConfigMaps and Secrets are masked
  kubectl igw restart bundle --to incident.igw.gz -A

  # on the colleague's machine
  kubectl igw restart --bundle incident.igw.gz";

impl Program for RestartProgram {
    fn product() -> &'static dyn Product {
        &RESTART
    }

    fn run(self, console: &Console) -> Result<Exit, Failure> {
        match &self.command {
            None if self.restart.names.is_empty() => restart_check::run(&self.check, &[], console),
            None => restart_run::run(&self.restart, &self.check, console),
            Some(RestartCommand::Check(check)) => {
                restart_check::run(&check.args, &check.names, console)
            }
            Some(RestartCommand::Fix(fix)) => {
                repair::run(&RESTART, &fix.args, &fix.names, console, &|_| Ok(()))
            }
            Some(RestartCommand::History(args)) => repair::history(args, console),
            Some(RestartCommand::Undo(args)) => repair::undo(&RESTART, args, console),
            Some(RestartCommand::Bundle(args)) => check::bundle(&RESTART, args, console),
            Some(RestartCommand::Explain(args)) => check::explain(&RESTART, args, console),
        }
    }
}
