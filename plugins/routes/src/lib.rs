//! `kubectl igw routes`: why a request to an inference gateway gets 404, 500 or 503.

mod bundle;
mod check;
pub mod checks;
mod overview;
mod send;
mod status;
mod watch;
mod why;

use clap::{Parser, Subcommand};
use igw::cli::Common;
use igw::exit::{Exit, Failure};
use igw::run::Plugin;
use igw::{judge, output};

/// The built-in example.
pub const DEMO: &str = include_str!("demo.yaml");

/// Why do requests to my gateway get 404, 500 or 503?
///
/// Judges HTTPRoutes and all that they refer to, by the rules of the Gateway API and of kgateway
/// as it was seen to behave.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw routes", bin_name = "kubectl igw routes", version, after_help = EXAMPLES)]
#[command(subcommand_precedence_over_arg = true, args_conflicts_with_subcommands = false)]
pub struct Routes {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    check: check::Args,
}

const EXAMPLES: &str = "\
Examples:
  # what is wrong with the routes of the current namespace, or of all?
  kubectl igw routes
  kubectl igw routes -A

  # what is wrong with these manifests?
  kubectl igw routes -f manifests/

  # see what it looks like
  kubectl igw routes --demo

  # why does this request get 404?
  kubectl igw routes why http://api.example.com/v1/models";

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge the routes (the default)
    Check(check::Check),
    /// Follow one request: listener, hostname, rule, filters, backend
    Why(why::Why),
    /// The status that a controller would write
    Status(status::Status),
    /// Save what is read of the cluster in a file, for --bundle; secrets are masked
    Bundle(bundle::Bundle),
    /// The page of a check: what it means, why it matters, an example; without a name, all checks
    Explain {
        /// Code or name, e.g. IGW0103
        #[arg(value_name = "CODE|NAME")]
        check: Option<String>,
    },
}

impl Plugin for Routes {
    fn run(self) -> Result<Exit, Failure> {
        match self.command {
            None => check::run(&self.common, &self.check, &[]),
            Some(Command::Check(check)) => {
                check::run(&self.common, &self.check.or(&check.args), &check.names)
            }
            Some(Command::Why(why)) => why::run(&self.common, &why),
            Some(Command::Status(status)) => status::run(&self.common, &status),
            Some(Command::Bundle(bundle)) => bundle::run(&self.common, &bundle),
            Some(Command::Explain { check }) => {
                let theme = self.common.theme();
                output::print(&judge::explain(checks::ALL, check.as_deref(), &theme)?)?;
                Ok(Exit::Good)
            }
        }
    }
}
