//! `kubectl igw`: every product on one look, and one command for each of them.

mod beyond;
mod commands;
mod map;
mod products;
mod together;

use clap::{CommandFactory as _, Parser, Subcommand};
use commands::{
    check as front_check, completion, fix as front_fix, man, map as front_map, rbac, schema,
    version, why as front_why,
};
use igw::check::{self, BundleArgs, ExplainArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::product::Product;
use igw::repair;
use igw::run::Program;
use igw_bifrost::BifrostProgram;
use igw_gateway::GatewayProgram;
use igw_langfuse::LangfuseProgram;
use igw_restart::RestartProgram;
use igw_routes::{RoutesCheckArgs, RoutesProgram};
pub use products::PRODUCTS;
pub use together::{TOGETHER, Together};

/// What is wrong with my inference gateway?
///
/// Checks everything between a client and the model: the Gateway and its routes, Bifrost, and the
/// names that a model has on its way. Reads the cluster once, or manifests, and changes nothing.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw", bin_name = "kubectl igw", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct IgwProgram {
    #[command(subcommand)]
    command: Option<IgwCommand>,
    #[command(flatten)]
    check: RoutesCheckArgs,
}

const EXAMPLES: &str = "\
Examples:
  # what is wrong, in all namespaces that you may read?
  kubectl igw

  # see what it looks like, without a cluster
  kubectl igw --demo

  # what is wrong with these manifests, before they are applied?
  kubectl igw -f manifests/

  # repair it: each change is shown first, and nothing is done unasked
  kubectl igw fix

  # why does this request get 404?
  kubectl igw why http://api.example.com/v1/models";

#[derive(Debug, Subcommand)]
enum IgwCommand {
    /// Check everything (the default)
    Check(front_check::IgwCheckCommand),
    /// Repair what check finds: preview, apply, verify
    Fix(front_fix::IgwFixCommand),
    /// Follow one request: Gateway, route, Service, Bifrost, vLLM
    Why(front_why::IgwWhyArgs),
    /// Draw what leads where, and what is wrong on the way
    Map(front_map::MapArgs),
    /// Explain a check, or list all checks
    Explain(ExplainArgs),
    /// List what was changed by any of these commands
    History(repair::HistoryArgs),
    /// Take back a change
    Undo(repair::UndoArgs),
    /// Save what is read from the cluster to a file, for --bundle; secrets are masked
    #[command(after_help = BUNDLE_EXAMPLES)]
    Bundle(BundleArgs),
    /// Show the versions of these programs and of what runs in the cluster
    Version(version::VersionArgs),
    /// Print the JSON Schema of a kind of machine output
    Schema(schema::SchemaArgs),
    /// Print the rights that these commands need, as roles
    Rbac(rbac::RbacArgs),
    /// Print what a shell needs to complete these programs
    Completion(completion::CompletionArgs),
    /// Write the help of all commands as pages for man
    Man(man::ManArgs),
    /// kgateway's controller and its proxies: check, fix
    Gateway(GatewayProgram),
    /// Gateway and routes: check, fix, split, why, status
    Routes(RoutesProgram),
    /// Bifrost: check, fix, model, config
    Bifrost(BifrostProgram),
    /// What runs with an old configuration, and restarts: check, fix
    Restart(RestartProgram),
    /// Langfuse: check, fix, routes
    Langfuse(LangfuseProgram),
}

const BUNDLE_EXAMPLES: &str = "\
Examples:
  # everything that a colleague needs to see the same report
  kubectl igw bundle --to incident.igw.gz

  # on the colleague's machine
  kubectl igw --bundle incident.igw.gz";

impl Program for IgwProgram {
    fn product() -> &'static dyn Product {
        &TOGETHER
    }

    fn run(self, console: &Console) -> Result<Exit, Failure> {
        match self.command {
            None => front_check::run(self.check, &[], console),
            Some(IgwCommand::Check(check)) => front_check::run(check.args, &check.names, console),
            Some(IgwCommand::Fix(fix)) => front_fix::run(fix, console),
            Some(IgwCommand::Why(args)) => front_why::run(args, console),
            Some(IgwCommand::Map(args)) => front_map::run(&args, console),
            Some(IgwCommand::Explain(args)) => check::explain(&TOGETHER, &args, console),
            Some(IgwCommand::History(args)) => repair::history(&args, console),
            Some(IgwCommand::Undo(args)) => repair::undo(&TOGETHER, &args, console),
            Some(IgwCommand::Bundle(args)) => check::bundle(&TOGETHER, &args, console),
            Some(IgwCommand::Version(args)) => version::run(&args, console),
            Some(IgwCommand::Schema(args)) => schema::run(&args, console),
            Some(IgwCommand::Rbac(args)) => rbac::run(&args, console),
            Some(IgwCommand::Completion(args)) => completion::run(&args, console),
            Some(IgwCommand::Man(args)) => man::run(&args, Self::command(), console),
            Some(IgwCommand::Gateway(program)) => program.run(console),
            Some(IgwCommand::Routes(program)) => program.run(console),
            Some(IgwCommand::Bifrost(program)) => program.run(console),
            Some(IgwCommand::Restart(program)) => program.run(console),
            Some(IgwCommand::Langfuse(program)) => program.run(console),
        }
    }
}
