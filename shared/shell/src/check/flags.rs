//! The flags of every `check`.

use clap::{Args, ValueEnum};
use igw_core::finding::Severity;

use crate::flags::{ClusterFlags, DisplayFlags, InputFlags, ReportOutput, ScopeFlags};

/// What a check reads, judges and says.
#[derive(Debug, Clone, Default, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub input: InputFlags,
    #[command(flatten)]
    pub scope: ScopeFlags,
    #[command(flatten)]
    pub report: ReportFlags,
    #[command(flatten)]
    pub display: DisplayFlags,
    #[command(flatten)]
    pub cluster: ClusterFlags,
}

#[derive(Debug, Clone, Default, Args)]
pub struct ReportFlags {
    /// Print the report in this format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: ReportOutput,
    /// Run only these checks, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Skip these checks, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Lowest severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t, hide_default_value = true)]
    pub fail_on: FailOn,
    /// Exit 3 if any check could not be done, for any reason
    #[arg(long)]
    pub strict: bool,
    /// Exit 0 also where there is nothing to judge
    #[arg(long)]
    pub allow_empty: bool,
    /// Report only findings that are not in this earlier report
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<String>,
    /// Check again on changes; report what is new or gone
    #[arg(short, long)]
    pub watch: bool,
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FailOn {
    /// Exit 1 on errors
    #[default]
    Error,
    /// Exit 1 on warnings and errors
    Warning,
    /// Exit 1 on any finding
    Info,
    /// Never exit 1
    Never,
}

impl FailOn {
    /// The least severity that leads to exit code 1.
    pub fn limit(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}
