//! The flags that all plugins share.

mod curl;

use clap::{Args, ValueEnum};
use igw_core::facts::{LabelTest, Openness, Release, Scope, Settings, Validation, Version};
use igw_core::finding::Severity;
use igw_core::report::Theme;

use crate::cluster::Connection;
use crate::exit::Failure;
use crate::project::Project;

pub use curl::{curl, header};

/// What to read, what to judge, how to say it.
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Manifests to read instead of the cluster: a file, a directory (recursive), or - for standard
    /// input
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", global = true)]
    pub files: Vec<String>,
    /// Lay the files over the cluster: tells which findings appear and which are gone with them
    #[arg(long, requires = "files", global = true)]
    pub overlay: bool,
    /// Read what was saved of a cluster (routes bundle), instead of the cluster
    #[arg(long, value_name = "FILE", global = true)]
    pub bundle: Option<String>,
    /// Read the built-in example, an inference gateway with about a dozen faults
    #[arg(long, global = true)]
    pub demo: bool,
    /// Judge this namespace only (of a cluster by default the context's); objects in files that have
    /// none belong to it
    #[arg(short, long, value_name = "NS", global = true)]
    pub namespace: Option<String>,
    /// Judge objects with these labels only: key=value, key!=value, key, !key
    #[arg(short = 'l', long, value_name = "SELECTOR", global = true)]
    pub selector: Option<String>,
    /// What cannot be seen: kgateway=2.4, kgateway.validation=strict, gateway-api=experimental,
    /// bifrost=1.5.16, internet=no
    #[arg(long, value_name = "WHAT=VALUE", global = true)]
    pub assume: Vec<String>,
    /// The project's settings: a file like .igw.yaml, or none
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<String>,
    /// What is not in the files: absent (closed), unknown (open), or by namespace (given)
    #[arg(long, value_name = "WORLD", value_enum, default_value_t, global = true)]
    pub world: World,
    /// Colour the output
    #[arg(long, value_enum, default_value_t, global = true)]
    pub color: Color,
    /// Say less: findings and the verdict only
    #[arg(short, long, conflicts_with = "verbose", global = true)]
    pub quiet: bool,
    /// Say more: also what passed
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// How to reach the cluster.
    #[command(flatten)]
    pub cluster: Connection,
}

/// `--world`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum World {
    /// A namespace is described when a Namespace, Service or workload of it is given
    #[default]
    Given,
    /// The files describe everything
    Closed,
    /// The files describe only themselves
    Open,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// When standard output is a terminal and NO_COLOR is not set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
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
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FailOn {
    /// Exit 1 on errors
    #[default]
    Error,
    /// Exit 1 on warnings and errors
    Warning,
    /// Exit 1 on anything
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

    /// Whether a finding of this severity leads to exit code 1.
    pub fn fails(self, worst: Option<Severity>) -> bool {
        self.limit().is_some_and(|limit| worst.is_some_and(|worst| worst >= limit))
    }
}

impl Common {
    /// What the project has decided.
    ///
    /// # Errors
    /// When its settings cannot be read or understood.
    pub fn project(&self) -> Result<Project, Failure> {
        Project::find(self.config.as_deref())
    }

    /// What the user said about things that cannot be seen.
    ///
    /// # Errors
    /// When a `--assume` is not understood.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        let project = self.project()?;
        let file = project.file.as_deref().map(|file| format!("{file}: "));
        let own = project.assume.iter().map(|a| (file.as_deref().unwrap_or_default(), a.as_str()));
        let flags = self.assume.iter().flat_map(|a| a.split(',')).map(|a| ("--assume ", a));
        for (from, assumption) in own.chain(flags) {
            let bad = |why: &str| {
                Failure::usage(format!("{from}{assumption}: {why}"))
                    .hint("known: kgateway=VERSION, kgateway.validation=standard|strict, gateway-api=standard|experimental, bifrost=VERSION, internet=yes|no")
            };
            let (what, value) = assumption.split_once('=').ok_or_else(|| bad("there is no ="))?;
            match (what.trim(), value.trim()) {
                ("kgateway", version) => {
                    let version = Version::parse(version);
                    settings.kgateway = Some(version.ok_or_else(|| bad("not a version like 2.4"))?);
                }
                ("kgateway.validation", "strict") => settings.validation = Validation::Strict,
                ("kgateway.validation", "standard") => settings.validation = Validation::Standard,
                ("gateway-api", "standard") => settings.experimental = Some(false),
                ("bifrost", version) => {
                    let release = Release::parse(version);
                    let why = "not a version like 1.5.16";
                    settings.bifrost = Some(release.ok_or_else(|| bad(why))?);
                }
                ("internet", "yes") => settings.internet = Some(true),
                ("internet", "no") => settings.internet = Some(false),
                ("gateway-api", "experimental") => settings.experimental = Some(true),
                ("kgateway.validation" | "gateway-api" | "internet", _) => {
                    return Err(bad("no such value"));
                }
                _ => return Err(bad("nothing that can be assumed")),
            }
        }
        Ok(settings)
    }

    /// What is judged.
    ///
    /// # Errors
    /// When the selector is not understood.
    pub fn scope(&self, names: &[String]) -> Result<Scope, Failure> {
        let mut labels = Vec::new();
        let tests = self.selector.iter().flat_map(|s| s.split(',')).map(str::trim);
        for test in tests.filter(|test| !test.is_empty()) {
            let text = |s: &str| s.trim().to_owned();
            labels.push(if let Some((key, value)) = test.split_once("!=") {
                LabelTest::IsNot(text(key), text(value))
            } else if let Some((key, value)) = test.split_once('=') {
                LabelTest::Is(text(key), text(value.trim_start_matches('=')))
            } else if let Some(key) = test.strip_prefix('!') {
                LabelTest::HasNot(text(key))
            } else if test.contains([' ', '(', ')']) {
                return Err(Failure::usage(format!("-l {test}: not a requirement"))
                    .hint("write key=value, key!=value, key or !key, joined by commas; sets (in, notin) are not supported"));
            } else {
                LabelTest::Has(text(test))
            });
        }
        Ok(Scope { namespace: self.namespace.clone(), names: names.to_vec(), labels })
    }

    /// `--world`.
    pub fn openness(&self) -> Openness {
        match self.world {
            World::Given => Openness::Given,
            World::Closed => Openness::Closed,
            World::Open => Openness::Open,
        }
    }

    /// How words look on this terminal.
    pub fn theme(&self) -> Theme {
        use std::io::IsTerminal as _;
        let terminal = std::io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                terminal && !set("NO_COLOR") && !dumb
            }
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let ascii = locale.is_some_and(|l| {
            let upper = l.to_ascii_uppercase();
            !upper.contains("UTF-8") && !upper.contains("UTF8")
        });
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = if terminal { width.unwrap_or(100).clamp(40, 120) } else { 100 };
        Theme { colour, unicode: !(ascii && terminal), width }
    }
}
