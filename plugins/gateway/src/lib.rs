//! `kubectl igw gateway`: why do kgateway's controller and its proxies not run, or not serve?

pub mod checks;
mod commands;
mod controllers;
mod definitions;
mod dump;
mod head;
mod judged;
mod log;
mod pods;
mod product;
mod proxies;
mod releases;

use clap::{Parser, Subcommand};
use commands::{check as gateway_check, config, fix};
use igw::check::{self, BundleArgs, CheckArgs, ExplainArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::product::Product;
use igw::repair;
use igw::run::Program;
pub use product::{GATEWAY, GatewayProduct};

/// Check whether kgateway runs and serves its Gateways
///
/// Checks what kgateway's controller needs to start (definitions of the Gateway API and of its own
/// kinds, settings, rights), the classes and parameters of the Gateways, and their proxies. Of Envoy
/// Gateway it checks the same where it applies.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw gateway", bin_name = "kubectl igw gateway", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct GatewayProgram {
    #[command(subcommand)]
    command: Option<GatewayCommand>,
    #[command(flatten)]
    check: CheckArgs,
}

const EXAMPLES: &str = "\
Examples:
  # what is wrong with kgateway and the Gateways of all namespaces?
  kubectl igw gateway -A

  # what is wrong with these manifests?
  kubectl igw gateway -f manifests/

  # see what it looks like
  kubectl igw gateway --demo";

#[derive(Debug, Subcommand)]
enum GatewayCommand {
    /// Check controllers, classes, Gateways and proxies (the default)
    Check(gateway_check::GatewayCheckCommand),
    /// Repair what check finds: preview, apply, verify
    Fix(fix::GatewayFixCommand),
    /// Compare what a proxy has with what the rules predict
    Config(config::GatewayConfigArgs),
    /// List what fix has changed
    History(repair::HistoryArgs),
    /// Take back what fix has changed
    Undo(repair::UndoArgs),
    /// Save what is read to a file for --bundle, secrets masked
    #[command(after_help = BUNDLE_EXAMPLES)]
    Bundle(BundleArgs),
    /// Explain a check, or list all checks
    Explain(ExplainArgs),
}

const BUNDLE_EXAMPLES: &str = "\
Examples:
  # for a colleague: definitions without their schemas, classes, Gateways, controllers, pods
  kubectl igw gateway bundle --to incident.igw.gz -A

  # on the colleague's machine
  kubectl igw gateway --bundle incident.igw.gz";

impl Program for GatewayProgram {
    fn product() -> &'static dyn Product {
        &GATEWAY
    }

    fn run(self, console: &Console) -> Result<Exit, Failure> {
        match &self.command {
            None => gateway_check::run(&self.check, &[], console),
            Some(GatewayCommand::Check(check)) => {
                gateway_check::run(&check.args, &check.names, console)
            }
            Some(GatewayCommand::Fix(fix)) => {
                repair::run(&GATEWAY, &fix.args, &fix.names, console, &|_| Ok(()))
            }
            Some(GatewayCommand::Config(args)) => config::run(args, console),
            Some(GatewayCommand::History(args)) => repair::history(args, console),
            Some(GatewayCommand::Undo(args)) => repair::undo(&GATEWAY, args, console),
            Some(GatewayCommand::Bundle(args)) => check::bundle(&GATEWAY, args, console),
            Some(GatewayCommand::Explain(args)) => check::explain(&GATEWAY, args, console),
        }
    }
}
