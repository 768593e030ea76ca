//! How a command speaks.

use clap::{Args, ValueEnum};

/// `--color`, which every command has.
#[derive(Debug, Clone, Default, Args)]
pub struct ColourFlag {
    /// Colour the output
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    pub color: Colour,
}

#[derive(Debug, Clone, Default, Args)]
pub struct DisplayFlags {
    #[command(flatten)]
    pub colour: ColourFlag,
    /// Print less: findings and the verdict only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: passed checks, suppressed findings, every place
    // kubectl's -v takes a level; any level asks for more.
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "1", value_name = "LEVEL", hide_possible_values = true)]
    pub verbose: Option<u8>,
}

impl DisplayFlags {
    pub fn is_verbose(&self) -> bool {
        self.verbose.is_some_and(|level| level > 0)
    }
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

/// `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Output {
    /// For people
    #[default]
    Human,
    /// One JSON document
    Json,
    /// The same as YAML
    Yaml,
}

/// `-o` of a check, whose reports other programs read, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ReportOutput {
    /// For people
    #[default]
    Human,
    /// One JSON document
    Json,
    /// The same as YAML
    Yaml,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for GitLab and Jenkins
    Junit,
    /// Annotations of GitHub Actions
    Github,
    /// One page for a browser, which loads nothing
    Html,
    /// A comment for a ticket or a pull request
    Markdown,
    /// The object and the code of each finding
    Name,
    /// One line per finding
    Wide,
    /// file:line:column and title of each finding, for editors
    Short,
}

impl ReportOutput {
    /// Whether it is a document that is kept or sent, rather than read in a terminal.
    pub fn is_handout(self) -> bool {
        matches!(self, ReportOutput::Html | ReportOutput::Markdown)
    }
}
