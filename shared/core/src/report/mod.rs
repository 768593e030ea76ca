//! Reports: values in, text out. Field names are machine output: contract.md, "Report".

mod ci;
mod gaps;
mod github;
mod human;
mod junit;
mod page;
mod rights;
mod sarif;
mod snippet;
mod theme;
mod trace_text;

use serde::{Serialize, Serializer};

use crate::bifrost::start::Predicted;
use crate::facts::ObjRef;
use crate::finding::{Assumption, Effect, Evidence, Finding, Guide, NotChecked, Severity};
use crate::suppress::Suppression;
use crate::words;

pub use ci::{Ci, Unread};
pub use github::github;
pub use human::{GatewayLine, Human, ListenerLine};
pub use junit::junit;
pub use page::{page, page_file};
pub use rights::can_i;
pub use sarif::sarif;
pub use snippet::Excerpt;
pub use theme::Theme;
pub use trace_text::trace;

/// The outcome of a `check`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always `igw.dev/v1alpha1`.
    pub api_version: &'static str,
    /// Always `Report`.
    pub kind: &'static str,
    /// Which program.
    pub tool: Tool,
    /// What was read.
    pub input: InputSummary,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What is wrong, sorted by object, code and path.
    pub findings: Vec<Located>,
    /// Findings that somebody chose not to see.
    pub suppressed: Vec<Located>,
    /// Findings about the cluster that are gone with the files laid over it; `None` without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vanishes: Option<Vec<Located>>,
    /// What could not be looked at.
    pub not_checked: Vec<Gap>,
    /// Kinds of routes that no rule reads, with how many there are.
    pub unmodelled: Vec<Unmodelled>,
    /// Counts.
    pub summary: Summary,
    /// Whether each Bifrost starts; `None` where no Bifrost is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicted: Option<Vec<Predicted>>,
}

/// The program that made a report.
#[derive(Debug, Clone, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// What was read.
#[derive(Debug, Clone, Serialize)]
pub struct InputSummary {
    /// `live`, `files`, `overlay`, `bundle` or `demo`.
    pub mode: &'static str,
    /// The kubeconfig context, when live.
    pub context: Option<String>,
    /// When what was read was saved, RFC 3339; only of a bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
    /// The files.
    pub files: Vec<String>,
    /// Documents that are no Kubernetes objects.
    pub skipped: usize,
    /// The project's settings file, if there is one.
    pub settings: Option<String>,
}

/// A kind of route that no rule reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmodelled {
    /// The kind.
    pub kind: String,
    /// How many there are.
    pub objects: usize,
}

/// Where a finding's field stands in a file. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The file.
    pub file: String,
    /// First line.
    pub line: usize,
    /// First column, in characters.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// The place inside an embedded document.
    pub inner: Option<Box<Location>>,
    /// The lines, for people.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// A finding with its place in a file.
#[derive(Debug, Clone)]
pub struct Located {
    /// The finding.
    pub finding: Finding,
    /// Its place; `None` when live.
    pub location: Option<Location>,
    /// Why it is not told, for those that are not.
    pub suppression: Option<Suppression>,
}

impl Serialize for Located {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            code: &'a str,
            name: &'a str,
            severity: Severity,
            object: &'a ObjRef,
            path: &'a str,
            more_paths: &'a [String],
            #[serde(skip_serializing_if = "Option::is_none")]
            inner_path: Option<&'a str>,
            location: &'a Option<Location>,
            title: &'a str,
            explanation: &'a str,
            effect: &'a Option<Effect>,
            evidence: &'a [Evidence],
            related: &'a [ObjRef],
            fix: Option<()>,
            guide: &'a Option<Guide>,
            #[serde(skip_serializing_if = "Option::is_none")]
            suppression: &'a Option<Suppression>,
        }
        let f = &self.finding;
        Wire {
            code: f.code,
            name: f.name,
            severity: f.severity,
            object: &f.object,
            path: &f.path,
            more_paths: &f.more_paths,
            inner_path: f.inner.as_ref().map(|inner| inner.pointer.as_str()),
            location: &self.location,
            title: &f.title,
            explanation: &f.explanation,
            effect: &f.effect,
            evidence: &f.evidence,
            related: &f.related,
            fix: None,
            guide: &f.guide,
            suppression: &self.suppression,
        }
        .serialize(serializer)
    }
}

/// Something that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The check.
    pub code: &'static str,
    /// The resource.
    pub resource: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// How many objects were not judged.
    pub objects: usize,
    /// Why.
    pub reason: Reason,
    /// Whether somebody tried to look, and could not.
    #[serde(skip)]
    pub failed: bool,
}

/// Why something was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Its class.
    pub kind: &'static str,
    /// One clause.
    pub detail: String,
}

impl From<NotChecked> for Gap {
    fn from(gap: NotChecked) -> Self {
        Gap {
            code: gap.code,
            resource: gap.resource,
            namespace: (!gap.namespace.is_empty()).then_some(gap.namespace),
            objects: gap.objects,
            failed: gap.why.kind.is_failure(),
            reason: Reason { kind: gap.why.kind.word(), detail: gap.why.detail },
        }
    }
}

/// Counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Of severity warning.
    pub warnings: usize,
    /// Of severity info.
    pub infos: usize,
    /// Objects read.
    pub objects: usize,
    /// How many times a check found all well.
    pub passed: usize,
    /// Entries of `notChecked`.
    pub not_checked: usize,
}

impl Summary {
    /// Counts findings by severity.
    pub fn count(&mut self, findings: &[Located]) {
        let of = |severity| findings.iter().filter(|l| l.finding.severity == severity).count();
        self.errors = of(Severity::Error);
        self.warnings = of(Severity::Warning);
        self.infos = of(Severity::Info);
    }

    /// `2 errors`, `1 warning`, as far as there are any.
    pub(crate) fn counts(&self) -> Vec<String> {
        [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "hint")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| words::count(count, word))
            .collect()
    }
}

impl Report {
    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|located| located.finding.severity).max()
    }
}
