//! `kubectl igw langfuse`: does Langfuse's UI work behind the gateway, and do traces arrive in it?

pub mod checks;
mod commands;
mod grant;
mod head;
mod own_host;
mod probe;
mod product;
mod repairs;
mod ui;

use clap::{Parser, Subcommand};
use commands::{check as langfuse_check, fix, probe as langfuse_probe, routes as langfuse_routes};
use igw::check::{self, BundleArgs, ExplainArgs};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::product::Product;
use igw::repair;
use igw::run::Program;
pub use product::{LANGFUSE, Langfuse};

/// Check whether Langfuse works and traces arrive in it
///
/// Checks three things together: Langfuse itself (web and worker), the routes that lead to it, and
/// everything that sends traces to it: Bifrost, LiteLLM, OpenTelemetry Collectors, and workloads and
/// jobs with OTEL_* or LANGFUSE_* variables. Judges them by what Langfuse 4.16 was observed to do.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw langfuse", bin_name = "kubectl igw langfuse", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LangfuseProgram {
    #[command(subcommand)]
    command: Option<LangfuseCommand>,
    #[command(flatten)]
    check: langfuse_check::LangfuseCheckArgs,
}

const EXAMPLES: &str = "\
Examples:
  # why do no traces arrive, and why is the page blank?
  kubectl igw langfuse
  kubectl igw langfuse -A

  # what is wrong with these manifests?
  kubectl igw langfuse -f manifests/

  # which route does it need?
  kubectl igw langfuse routes --host langfuse.example.com

  # see what it looks like
  kubectl igw langfuse --demo";

#[derive(Debug, Subcommand)]
enum LangfuseCommand {
    /// Check Langfuse, its routes and what sends traces (the default)
    Check(langfuse_check::LangfuseCheckCommand),
    /// Repair what check finds: preview, apply, verify
    Fix(fix::LangfuseFixCommand),
    /// Print the HTTPRoute that Langfuse needs
    Routes(langfuse_routes::LangfuseRoutesArgs),
    Probe(langfuse_probe::ProbeArgs),
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
  # for a colleague; texts of ConfigMaps and Secrets are masked, and what needs them is not checked
  kubectl igw langfuse bundle --to incident.igw.gz -A

  # on the colleague's machine: the report
  kubectl igw langfuse --bundle incident.igw.gz";

impl Program for LangfuseProgram {
    fn product() -> &'static dyn Product {
        &LANGFUSE
    }

    fn run(self, console: &Console) -> Result<Exit, Failure> {
        match &self.command {
            None => langfuse_check::run(&self.check, &[], console),
            Some(LangfuseCommand::Check(check)) => {
                langfuse_check::run(&check.args, &check.names, console)
            }
            Some(LangfuseCommand::Fix(fix)) => {
                repair::run(&LANGFUSE, &fix.args, &fix.names, console, &|_| Ok(()))
            }
            Some(LangfuseCommand::Routes(args)) => langfuse_routes::run(args, console),
            Some(LangfuseCommand::History(args)) => repair::history(args, console),
            Some(LangfuseCommand::Undo(args)) => repair::undo(&LANGFUSE, args, console),
            Some(LangfuseCommand::Probe(args)) => langfuse_probe::run(args, console),
            Some(LangfuseCommand::Bundle(args)) => check::bundle(&LANGFUSE, args, console),
            Some(LangfuseCommand::Explain(args)) => check::explain(&LANGFUSE, args, console),
        }
    }
}
