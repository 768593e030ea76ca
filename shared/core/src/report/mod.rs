//! Reports: values in, text out. Field names are machine output: contract.md, "Report".

mod ci;
mod drawing;
mod finding_text;
mod gaps;
mod github;
mod handout;
mod html;
mod human;
mod index;
mod junit;
mod lines;
mod markdown;
mod order;
mod page;
mod rights;
mod sarif;
mod shown;
mod snippet;
mod theme;
mod trace_more;
mod trace_text;

pub use ci::{Ci, Unread};
pub use drawing::{Drawing, DrawnEdge, DrawnMark, DrawnNode};
pub use github::github;
pub use handout::Handout;
pub use html::html;
pub use human::{Elsewhere, Human, Noun, Passed};
pub use junit::junit;
pub use lines::{names, short, wide};
pub use markdown::markdown;
pub use order::{Damage, by_damage};
pub use page::{page, page_file};
pub use rights::can_i;
pub use sarif::sarif;
use serde::{Serialize, Serializer};
pub use snippet::Excerpt;
pub use theme::Theme;
pub use trace_text::{Detail, HopMark, TraceEnd, TraceHop, trace};

use crate::finding::{Assumption, Effect, Evidence, Finding, Guide, NotChecked, Severity};
use crate::kube::ObjRef;
use crate::suppress::Suppression;
use crate::text;

/// The outcome of a `check`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always `igw.dev/v1alpha1`.
    pub api_version: &'static str,
    /// Always `Report`.
    pub kind: &'static str,
    pub tool: Tool,
    pub input: InputSummary,
    pub assumptions: Vec<Assumption>,
    /// What is wrong, sorted by object, code and path.
    pub findings: Vec<Located>,
    pub suppressed: Vec<Located>,
    /// Cluster findings that the overlaid files resolve; `None` without an overlay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vanishes: Option<Vec<Located>>,
    pub not_checked: Vec<Gap>,
    /// Kinds of routes that no rule reads, with their counts.
    pub unmodelled: Vec<UnmodelledKind>,
    pub summary: Summary,
    /// What a product adds.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// The program that made a report.
#[derive(Debug, Clone, Serialize)]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct InputSummary {
    /// `live`, `files`, `overlay`, `bundle` or `demo`.
    pub mode: &'static str,
    /// The kubeconfig context, when live.
    pub context: Option<String>,
    /// When the bundle was saved, RFC 3339; `None` for other input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
    pub files: Vec<String>,
    /// Documents that are not Kubernetes objects.
    pub skipped: usize,
    /// The project's settings file, if there is one.
    pub settings: Option<String>,
}

/// A kind that no rule reads, and that may decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmodelledKind {
    pub kind: String,
    pub objects: usize,
    /// Of charts that are not rendered: what they may make, and what renders them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}

/// Where a finding's field stands in a file. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    pub file: String,
    pub line: usize,
    /// First column, in characters.
    pub column: usize,
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// The place inside an embedded document.
    pub inner: Option<Box<Location>>,
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

#[derive(Debug, Clone)]
pub struct Located {
    pub finding: Finding,
    /// Its place; `None` when live.
    pub location: Option<Location>,
    /// Why it is not reported, if it is suppressed.
    pub suppression: Option<Suppression>,
}

/// The repair of a finding, in machine output.
#[derive(Serialize)]
struct FixSummary<'a> {
    id: String,
    title: &'a str,
    disposition: &'static str,
    reason: Option<&'a str>,
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
            fix: Option<FixSummary<'a>>,
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
            fix: f.fix.as_ref().map(|fix| FixSummary {
                id: f.fix_id(),
                title: &fix.title,
                disposition: fix.safety.word(),
                reason: fix.safety.reason(),
            }),
            guide: &f.guide,
            suppression: &self.suppression,
        }
        .serialize(serializer)
    }
}

/// Something that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    pub code: &'static str,
    pub resource: String,
    pub namespace: Option<String>,
    /// How many objects were not judged.
    pub objects: usize,
    pub reason: Reason,
    /// Whether a look was tried and failed.
    #[serde(skip)]
    pub failed: bool,
}

/// Why something was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub kind: &'static str,
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

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    pub objects: usize,
    /// How many times a check found nothing wrong.
    pub passed: usize,
    pub not_checked: usize,
}

impl Summary {
    pub fn count(&mut self, findings: &[Located]) {
        let of = |severity| findings.iter().filter(|l| l.finding.severity == severity).count();
        self.errors = of(Severity::Error);
        self.warnings = of(Severity::Warning);
        self.infos = of(Severity::Info);
    }

    /// `2 errors`, `1 warning`; zero counts are left out, and notes are no problems.
    pub(crate) fn counts(&self) -> Vec<String> {
        [(self.errors, "error"), (self.warnings, "warning")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| text::count(count, word))
            .collect()
    }
}

impl Report {
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|located| located.finding.severity).max()
    }
}
