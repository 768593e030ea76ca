//! The flags of every `fix`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::check::ReportFlags;
use crate::exit::Failure;
use crate::flags::{Output, ReadFlags};

/// What a repair reads, and what it may change.
#[derive(Debug, Clone, Default, Args)]
pub struct FixArgs {
    /// Print the plan in this format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: Output,
    /// Repair only what these checks report, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Skip these checks, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Show the plan; change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Apply all safe repairs without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// With --yes: also apply repairs that are not safe
    #[arg(long = "unsafe")]
    pub also_unsafe: bool,
    /// Decide a choice, e.g. IGW0101.gateway=NS/NAME (repeatable)
    #[arg(long, value_name = "CODE.KEY=VALUE")]
    pub set: Vec<String>,
    /// Save the plan of a live cluster, to be applied by --plan
    #[arg(long, value_name = "FILE", conflicts_with_all = ["yes", "plan"])]
    pub save_plan: Option<PathBuf>,
    /// Apply a saved plan exactly as it was shown, or nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "yes", "only", "skip", "set"])]
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub make: MakeFlags,
    #[command(flatten)]
    pub read: ReadFlags,
}

/// How changes are shown and made.
#[derive(Debug, Clone, Default, Args)]
pub struct MakeFlags {
    /// Write changed files to this directory, not in place
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// Also change objects that Argo CD, Flux, Helm or others own
    #[arg(long)]
    pub force_owned: bool,
    /// Do not wait for controllers after a change
    #[arg(long)]
    pub no_verify: bool,
    /// Lines around each change in a diff
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub diff_context: usize,
}

impl FixArgs {
    /// How long controllers are waited for: `--timeout`, or a minute.
    pub(super) fn wait_limit(&self) -> Duration {
        self.read.cluster.timeout.unwrap_or(Duration::from_secs(60))
    }

    /// What selects the checks.
    pub(super) fn report(&self) -> ReportFlags {
        let (only, skip) = (self.only.clone(), self.skip.clone());
        ReportFlags { only, skip, ..ReportFlags::default() }
    }

    /// The answer that `--set` gives to a choice of a check, if it does.
    pub(super) fn answer(&self, code: &str, key: &str) -> Option<&str> {
        self.set.iter().find_map(|set| {
            let (name, value) = set.split_once('=')?;
            let (own, asked) = name.split_once('.')?;
            (own.eq_ignore_ascii_case(code) && asked == key).then_some(value)
        })
    }

    /// Whether each `--set` has the form that it must have.
    ///
    /// # Errors
    /// When one has not.
    pub(super) fn check_sets(&self) -> Result<(), Failure> {
        for set in &self.set {
            let name = set.split_once('=').map(|(name, _)| name);
            if name.and_then(|name| name.split_once('.')).is_none() {
                let failure = Failure::usage(format!("--set {set}: not CODE.KEY=VALUE"));
                return Err(failure.hint("the plan names each choice: --dry-run shows it"));
            }
        }
        Ok(())
    }
}
