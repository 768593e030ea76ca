//! `kubectl igw schema`: what machine output looks like.

use clap::{Args, ValueEnum};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::ColourFlag;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what does a report look like?
  kubectl igw schema report")]
pub struct SchemaArgs {
    /// The kind of document
    #[arg(value_enum, ignore_case = true)]
    kind: SchemaKind,
    #[command(flatten)]
    pub colour: ColourFlag,
}

/// A kind of document that is written for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaKind {
    /// Of check
    Report,
    /// Of why
    Trace,
    /// Of bifrost model
    Chain,
    /// Of langfuse probe
    Ladder,
    /// Of gateway config
    #[value(name = "proxyconfig")]
    ProxyConfig,
    /// Of fix --dry-run
    Plan,
    /// Of history
    History,
    /// Of version
    Versions,
}

pub fn run(args: &SchemaArgs, console: &Console) -> Result<Exit, Failure> {
    let text = match args.kind {
        SchemaKind::Report => include_str!("../../../../docs/schema/Report.json"),
        SchemaKind::Trace => include_str!("../../../../docs/schema/Trace.json"),
        SchemaKind::Chain => include_str!("../../../../docs/schema/Chain.json"),
        SchemaKind::Ladder => include_str!("../../../../docs/schema/Ladder.json"),
        SchemaKind::ProxyConfig => include_str!("../../../../docs/schema/ProxyConfig.json"),
        SchemaKind::Plan => include_str!("../../../../docs/schema/Plan.json"),
        SchemaKind::History => include_str!("../../../../docs/schema/History.json"),
        SchemaKind::Versions => include_str!("../../../../docs/schema/Versions.json"),
    };
    console.print(text)?;
    Ok(Exit::Good)
}
