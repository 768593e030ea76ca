//! `kubectl igw routes`: why a request to an inference gateway gets 404, 500 or 503.

pub mod checks;
pub mod codes;
mod commands;
mod granting;
mod head;
pub mod hosts;
mod llm_server;
mod other_refusals;
mod parents;
mod product;
mod reads;
mod refs;
mod refused;
mod sample;
mod split;

use clap::{Parser, Subcommand};
pub use commands::check::RoutesCheckArgs;
pub use commands::why::{FollowedRequest, WhyArgs, follow};
use commands::{check as routes_check, fix as routes_fix, split as routes_split, status, why};
use igw::check::{self, BundleArgs, ExplainArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::product::Product;
use igw::repair;
use igw::run::Program;
pub use product::{ROUTES, Routes};

/// Why do requests to my gateway get 404, 500 or 503?
///
/// Checks HTTPRoutes and everything that they refer to against the rules of the Gateway API and
/// the observed behaviour of kgateway.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw routes", bin_name = "kubectl igw routes", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RoutesProgram {
    #[command(subcommand)]
    command: Option<RoutesCommand>,
    #[command(flatten)]
    check: RoutesCheckArgs,
}

const EXAMPLES: &str = "\
Examples:
  # what is wrong with the routes of the current namespace, or of all namespaces?
  kubectl igw routes
  kubectl igw routes -A

  # what is wrong with these manifests?
  kubectl igw routes -f manifests/

  # see what it looks like
  kubectl igw routes --demo

  # why does this request get 404?
  kubectl igw routes why http://api.example.com/v1/models";

#[derive(Debug, Subcommand)]
enum RoutesCommand {
    /// Check the routes (the default)
    Check(routes_check::RoutesCheckCommand),
    /// Repair what check finds in files: preview, apply, verify
    Fix(routes_fix::RoutesFixCommand),
    /// Split requests over several Services by weight: start, step, end
    Split(routes_split::SplitArgs),
    /// List what fix and split have changed
    History(repair::HistoryArgs),
    /// Take back what fix or split has changed
    Undo(repair::UndoArgs),
    /// Follow one request: listener, hostname, rule, filters, backend
    Why(why::WhyArgs),
    /// Predict the status that a controller would write
    Status(status::StatusArgs),
    /// Save what is read from the cluster to a file, for --bundle; secrets are masked
    #[command(after_help = BUNDLE_EXAMPLES)]
    Bundle(BundleArgs),
    /// Explain a check, or list all checks
    Explain(ExplainArgs),
}

const BUNDLE_EXAMPLES: &str = "\
Examples:
  # everything that a colleague needs to see the same report
  kubectl igw routes bundle --to incident.igw.gz -A

  # on the colleague's machine: the report, and one request
  kubectl igw routes --bundle incident.igw.gz
  kubectl igw routes why http://api.example.com/v1/models --bundle incident.igw.gz";

impl Program for RoutesProgram {
    fn product() -> &'static dyn Product {
        &ROUTES
    }

    fn run(self, console: &Console) -> Result<Exit, Failure> {
        match &self.command {
            None => routes_check::run(&self.check, &[], console),
            Some(RoutesCommand::Check(check)) => {
                routes_check::run(&check.args, &check.names, console)
            }
            Some(RoutesCommand::Fix(fix)) => routes_fix::run(fix, console),
            Some(RoutesCommand::Split(args)) => routes_split::run(args, console),
            Some(RoutesCommand::History(args)) => repair::history(args, console),
            Some(RoutesCommand::Undo(args)) => repair::undo(&ROUTES, args, console),
            Some(RoutesCommand::Why(args)) => why::run(args, console),
            Some(RoutesCommand::Status(args)) => status::run(args, console),
            Some(RoutesCommand::Bundle(args)) => check::bundle(&ROUTES, args, console),
            Some(RoutesCommand::Explain(args)) => check::explain(&ROUTES, args, console),
        }
    }
}
