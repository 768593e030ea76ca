//! What the formats for other programs (SARIF, JUnit, GitHub) have in common.

use super::{Gap, Located, Report};
use crate::check::Check;
use crate::finding::Severity;
use crate::kube::pointer;
use crate::text;

/// A run, as the CI formats need it.
#[derive(Debug)]
pub struct Ci<'a> {
    pub report: &'a Report,
    /// The checks that ran, in their order.
    pub ran: &'a [&'static Check],
    /// The lowest severity that fails the run; `None`: never fails.
    pub fail_on: Option<Severity>,
    pub unread: &'a [Unread],
}

/// Input that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// `None` if it is no single file.
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// A sentence whose subject is the file.
    pub message: String,
    pub hint: Option<String>,
}

impl Unread {
    /// `a.yaml:3:1: `, or nothing.
    pub(super) fn place(&self) -> String {
        let Some(file) = &self.file else { return String::new() };
        let mut place = text::clean(file);
        for number in [self.line, self.column].into_iter().flatten() {
            place.push_str(&format!(":{number}"));
        }
        place + ": "
    }

    /// The message and the hint.
    pub(super) fn says(&self) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        text::clean(&format!("{}{hint}", self.message))
    }
}

impl Ci<'_> {
    pub(super) fn fails(&self, severity: Severity) -> bool {
        self.fail_on.is_some_and(|limit| severity >= limit)
    }

    /// How the run ended, in one line.
    pub(super) fn verdict(&self) -> String {
        let summary = &self.report.summary;
        let objects = text::count(summary.objects, "object");
        let counts = summary.counts();
        let failed = self.report.not_checked.iter().any(|gap| gap.failed);
        let head = match (counts.is_empty(), self.unread.is_empty()) {
            (true, _) if summary.objects == 0 => "No object to judge".to_owned(),
            (true, true) if failed => format!("No problems seen in {objects}"),
            (true, true) => format!("No problems in {objects}"),
            (true, false) => format!("No problems in the {objects} that could be read"),
            (false, _) => format!("{} in {objects}", counts.join(", ")),
        };
        let mut parts = vec![head, format!("{} passed", text::count(summary.passed, "check"))];
        for (count, what) in [
            (summary.not_checked, "not done"),
            (self.report.suppressed.len(), "suppressed"),
            (self.unread.len(), "not read"),
        ] {
            if count > 0 {
                parts.push(format!("{} {what}", text::thousands(count)));
            }
        }
        parts.join(" · ")
    }
}

/// The path of a file as other programs can open it; `None` for what has no path: standard input
/// and the built-in example.
pub(super) fn path(file: &str) -> Option<&str> {
    match file {
        "<stdin>" | "<demo>" => None,
        _ => Some(file.trim_start_matches("./")),
    }
}

/// What was not looked at, and why: `services in models (not given)`.
pub(super) fn gap(gap: &Gap) -> String {
    let space = gap.namespace.as_ref().map(|n| format!(" in {n}")).unwrap_or_default();
    text::clean(&format!("{}{space} ({})", gap.resource, gap.reason.detail))
}

/// Whether a look was tried and failed; other gaps could not be tried at all.
pub(super) fn is_failure(gap: &Gap) -> bool {
    matches!(gap.reason.kind, "forbidden" | "timed-out")
}

/// The lines below the title of a finding.
pub(super) fn details(located: &Located) -> Vec<String> {
    let finding = &located.finding;
    let mut out = Vec::new();
    if !finding.explanation.is_empty() {
        out.push(finding.explanation.clone());
    }
    out.extend(
        finding.evidence.iter().map(|evidence| format!("{}: {}", evidence.at, evidence.says)),
    );
    out.extend(finding.more_paths.iter().map(|path| format!("also {}", pointer::dotted(path))));
    if let Some(guide) = &finding.guide
        && let Some(differs) = &guide.differs
    {
        out.push(format!(
            "The Troubleshooting Guide differs (section {}): {differs}.",
            guide.section
        ));
    }
    out.iter().map(|line| text::clean(line)).collect()
}

/// `routes.yaml:14:7`, if the finding stands in a file.
pub(super) fn place(located: &Located) -> Option<String> {
    let location = located.location.as_ref()?;
    Some(text::clean(&format!("{}:{}:{}", location.file, location.line, location.column)))
}
