//! `kubectl igw bifrost`: does Bifrost start with its configuration, and where does a model's name
//! go?

mod check;
pub mod checks;
mod config;
mod head;
pub mod input;
mod locate;
mod model;
mod select;

use clap::{Args, Parser, Subcommand};
use igw::cli::Common;
use igw::exit::{Exit, Failure};
use igw::run::Plugin;
use igw::{judge, output};
use igw_core::facts::{Hidden, Settings};

/// The built-in example.
pub const DEMO: &str = include_str!("demo.yaml");

/// Does Bifrost start, and why does it not know my model?
///
/// Judges the configuration of the Bifrost gateway, bare or in a ConfigMap, and the workload that
/// runs it, by what Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3 were seen to do.
#[derive(Debug, Parser)]
#[command(name = "kubectl igw bifrost", bin_name = "kubectl igw bifrost", version, after_help = EXAMPLES)]
#[command(subcommand_precedence_over_arg = true, args_conflicts_with_subcommands = false)]
pub struct Bifrost {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    pod: Pod,
    #[command(flatten)]
    check: judge::Flags,
}

const EXAMPLES: &str = "\
Examples:
  # what is wrong with this configuration?
  kubectl igw bifrost -f config.json --assume bifrost=1.5.16

  # the same with the workload around it
  kubectl igw bifrost -f manifests/

  # which name does vLLM get, and does it serve it?
  kubectl igw bifrost model openai/glm-5 -f manifests/ --served glm-5

  # what a running cluster has
  kubectl get configmaps,deployments,statefulsets,services,pvc,ns -A -o yaml \\
    | kubectl igw bifrost -f -";

/// What stands for a pod template that is not in the input.
#[derive(Debug, Clone, Default, Args)]
pub struct Pod {
    /// A variable of the container, where no pod template is given or on top of it
    #[arg(long, value_name = "NAME=VALUE", global = true)]
    env: Vec<String>,
    /// The container's arguments, where no pod template is given or instead of its own
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true, global = true)]
    args: Option<String>,
}

impl Pod {
    /// Puts them among what is assumed.
    ///
    /// # Errors
    /// When one is not understood.
    pub fn into_settings(&self, settings: &mut Settings) -> Result<(), Failure> {
        for pair in &self.env {
            // What stands behind = may be a secret, and so may a text without one.
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| Failure::usage("--env: not of the form NAME=VALUE"))?;
            settings.env.insert(name.to_owned(), Hidden::new(value));
        }
        let words = |args: &String| args.split_whitespace().map(str::to_owned).collect();
        settings.args = self.args.as_ref().map(words);
        Ok(())
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge configurations and workloads (the default)
    Check(check::Check),
    /// Follow a model's name: client, Bifrost, upstream
    Model(model::Model),
    /// The configuration as Bifrost's decoder sees it
    Config(config::Config),
    /// The page of a check: what it means, why it matters, an example; without a name, all checks
    Explain {
        /// Code or name, e.g. IGW0207
        #[arg(value_name = "CODE|NAME")]
        check: Option<String>,
    },
}

impl Plugin for Bifrost {
    fn run(self) -> Result<Exit, Failure> {
        match self.command {
            None => check::run(&self.common, &self.pod, &self.check, &[]),
            Some(Command::Check(check)) => {
                check::run(&self.common, &self.pod, &self.check.or(&check.args), &check.names)
            }
            Some(Command::Model(model)) => model::run(&self.common, &self.pod, &model),
            Some(Command::Config(config)) => config::run(&self.common, &self.pod, &config),
            Some(Command::Explain { check }) => {
                let theme = self.common.theme();
                output::print(&judge::explain(checks::ALL, check.as_deref(), &theme)?)?;
                Ok(Exit::Good)
            }
        }
    }
}
