//! What the formats for other programs (SARIF, JUnit, GitHub) have in common.

use super::{Gap, Located, Report};
use crate::check::Meta;
use crate::facts::pointer;
use crate::finding::Severity;
use crate::words;

/// A run as CI systems want to know it.
#[derive(Debug)]
pub struct Ci<'a> {
    /// What came of it.
    pub report: &'a Report,
    /// The checks that ran, in their order.
    pub ran: &'a [&'static Meta],
    /// From which severity on a finding fails the run; `None`: never.
    pub fail_on: Option<Severity>,
    /// Input that could not be read.
    pub unread: &'a [Unread],
}

/// Input that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file; `None` where it is no single one.
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// A sentence whose subject is the file.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Unread {
    /// `a.yaml:3:1: `, or nothing.
    pub(super) fn place(&self) -> String {
        let Some(file) = &self.file else { return String::new() };
        let mut place = words::clean(file);
        for number in [self.line, self.column].into_iter().flatten() {
            place.push_str(&format!(":{number}"));
        }
        place + ": "
    }

    /// The sentence, and what to do.
    pub(super) fn says(&self) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        words::clean(&format!("{}{hint}", self.message))
    }
}

impl Ci<'_> {
    /// Whether a finding fails the run.
    pub(super) fn fails(&self, severity: Severity) -> bool {
        self.fail_on.is_some_and(|limit| severity >= limit)
    }

    /// How it ended, in one line.
    pub(super) fn verdict(&self) -> String {
        let summary = &self.report.summary;
        let objects = words::count(summary.objects, "object");
        let counts = summary.counts();
        let failed = self.report.not_checked.iter().any(|gap| gap.failed);
        let head = match (counts.is_empty(), self.unread.is_empty()) {
            (true, _) if summary.objects == 0 => "No object to judge".to_owned(),
            (true, true) if failed => format!("No problems seen in {objects}"),
            (true, true) => format!("No problems in {objects}"),
            (true, false) => format!("No problems in the {objects} that could be read"),
            (false, _) => format!("{} in {objects}", counts.join(", ")),
        };
        let mut parts = vec![head, format!("{} passed", words::count(summary.passed, "check"))];
        for (count, what) in [
            (summary.not_checked, "not done"),
            (self.report.suppressed.len(), "suppressed"),
            (self.unread.len(), "not read"),
        ] {
            if count > 0 {
                parts.push(format!("{} {what}", words::thousands(count)));
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
    words::clean(&format!("{}{space} ({})", gap.resource, gap.reason.detail))
}

/// Whether something was not looked at because a look failed; the rest nobody could try.
pub(super) fn is_failure(gap: &Gap) -> bool {
    matches!(gap.reason.kind, "forbidden" | "timed-out")
}

/// What stands beneath the title of a finding, line by line.
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
        out.push(format!("The guide differs (section {}): {differs}.", guide.section));
    }
    out.iter().map(|line| words::clean(line)).collect()
}

/// `routes.yaml:14:7`, if the finding stands in a file.
pub(super) fn place(located: &Located) -> Option<String> {
    let location = located.location.as_ref()?;
    Some(words::clean(&format!("{}:{}:{}", location.file, location.line, location.column)))
}
