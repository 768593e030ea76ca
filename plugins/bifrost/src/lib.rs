//! `kubectl igw bifrost`: does Bifrost start with its configuration, and where does a model's name
//! go?

mod assumed;
pub mod checks;
pub mod codes;
mod commands;
mod common;
mod failed;
mod foretold;
mod head;
mod map;
mod moved;
mod observed;
mod pod;
mod predicted;
mod probe;
mod product;
mod replicas;
mod serving;
mod variables;
mod waiting;

use clap::{Parser, Subcommand};
pub use commands::model::{title as instance_title, ways};
use commands::{check as bifrost_check, config, fix, model};
use igw::check::{self, BundleArgs, ExplainArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::product::Product;
use igw::repair;
use igw::run::Program;
pub use map::{collectors, holder, start_of};
pub use product::{BIFROST, Bifrost};

/// Check whether Bifrost starts and knows your model
///
/// Checks the configuration of the Bifrost gateway, in a file or in a ConfigMap, and the workload
/// that runs it, against what Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3 were observed to do.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw bifrost", bin_name = "kubectl igw bifrost", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BifrostProgram {
    #[command(subcommand)]
    command: Option<BifrostCommand>,
    #[command(flatten)]
    check: bifrost_check::BifrostCheckArgs,
}

const EXAMPLES: &str = "\
Examples:
  # what is wrong with Bifrost in the current namespace, or in all?
  kubectl igw bifrost
  kubectl igw bifrost -A

  # what is wrong with this configuration?
  kubectl igw bifrost -f config.json --assume bifrost=1.5.16

  # the same, with the workload that runs it
  kubectl igw bifrost -f manifests/

  # see what it looks like
  kubectl igw bifrost --demo

  # which name does vLLM get, and does it serve it?
  kubectl igw bifrost model openai/glm-5 -f manifests/ --served glm-5";

#[derive(Debug, Subcommand)]
enum BifrostCommand {
    /// Check configurations and workloads (the default)
    Check(bifrost_check::BifrostCheckCommand),
    /// Repair what check finds in files: preview, apply, verify
    Fix(fix::BifrostFixCommand),
    /// List what fix has changed
    History(repair::HistoryArgs),
    /// Take back what fix has changed
    Undo(repair::UndoArgs),
    /// Follow a model name from the client to the upstream
    Model(model::ModelArgs),
    /// Print the configuration as Bifrost's decoder sees it
    Config(config::ConfigArgs),
    /// Save what is read to a file for --bundle, secrets masked
    #[command(after_help = BUNDLE_EXAMPLES)]
    Bundle(BundleArgs),
    /// Explain a check, or list all checks
    Explain(ExplainArgs),
}

const BUNDLE_EXAMPLES: &str = "\
Examples:
  # for a colleague; texts of ConfigMaps and Secrets are masked, and what needs them is not checked
  kubectl igw bifrost bundle --to incident.igw.gz -A

  # on the colleague's machine: the report, one model name
  kubectl igw bifrost --bundle incident.igw.gz
  kubectl igw bifrost model openai/glm-5 --bundle incident.igw.gz";

impl Program for BifrostProgram {
    fn product() -> &'static dyn Product {
        &BIFROST
    }

    fn run(self, console: &Console) -> Result<Exit, Failure> {
        match &self.command {
            None => bifrost_check::run(&self.check, &[], console),
            Some(BifrostCommand::Check(check)) => {
                bifrost_check::run(&check.args, &check.names, console)
            }
            Some(BifrostCommand::Fix(fix)) => {
                repair::run(&BIFROST, &fix.args, &fix.names, console, &|_| Ok(()))
            }
            Some(BifrostCommand::History(args)) => repair::history(args, console),
            Some(BifrostCommand::Undo(args)) => repair::undo(&BIFROST, args, console),
            Some(BifrostCommand::Model(args)) => model::run(args, console),
            Some(BifrostCommand::Config(args)) => config::run(args, console),
            Some(BifrostCommand::Bundle(args)) => check::bundle(&BIFROST, args, console),
            Some(BifrostCommand::Explain(args)) => check::explain(&BIFROST, args, console),
        }
    }
}
