//! Flags by what they are about; each command takes the groups that it obeys.

mod cluster;
mod curl;
mod display;
mod early;
mod input;
mod quotes;
mod scope;

pub use cluster::{ClusterFlags, quoted};
pub use curl::{curl, header};
pub use display::{Colour, ColourFlag, DisplayFlags, Output, ReportOutput};
pub use early::moved_behind_subcommand;
pub use input::{InputFlags, WorldFlag};
pub use scope::{NamespaceFlag, ScopeFlags};

/// What a command reads, and of it judges.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ReadFlags {
    #[command(flatten)]
    pub input: InputFlags,
    #[command(flatten)]
    pub scope: ScopeFlags,
    #[command(flatten)]
    pub colour: ColourFlag,
    #[command(flatten)]
    pub cluster: ClusterFlags,
}
