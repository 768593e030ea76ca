//! What a check is.

use std::collections::BTreeMap;

use crate::facts::{Kind, Why};
use crate::finding::{Finding, NotChecked, Severity};
use crate::scene::Scene;

/// What is fixed about a check.
#[derive(Debug, PartialEq)]
pub struct Meta {
    /// `IGW` + two digits of the guide's section + two digits; never reused.
    pub code: &'static str,
    /// A name that states the problem.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The kinds that a full scan asks for beforehand.
    pub needs: &'static [Kind],
    /// The source of the check's file: its leading `//!` comment is the page of `explain`.
    pub source: &'static str,
}

impl Meta {
    /// The page of `explain`: the file's leading doc comment, as Markdown.
    pub fn page(&self) -> String {
        self.source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The first line of the page, without its heading mark.
    pub fn summary(&self) -> String {
        self.page().lines().next().unwrap_or_default().trim_start_matches("# ").to_owned()
    }

    /// Whether a user means this check: by code or by name.
    pub fn is(&self, wanted: &str) -> bool {
        self.code.eq_ignore_ascii_case(wanted) || self.name == wanted
    }
}

/// Whether it has the form of a code, `IGW` and four digits, of whichever plugin.
pub fn is_code(wanted: &str) -> bool {
    let digits = wanted.get(3..).unwrap_or_default();
    let igw = wanted.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("IGW"));
    igw && digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A check: deterministic, reads what is known, says what is wrong.
pub trait Check: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static Meta;
    /// Looks.
    fn run(&self, cx: &Scene, out: &mut Sink);
}

/// Where a check says what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct Sink {
    meta: &'static Meta,
    /// Findings.
    pub findings: Vec<Finding>,
    /// How many times the check found all well.
    pub passed: usize,
    not_checked: BTreeMap<(String, String, Why), usize>,
}

impl Sink {
    /// An empty sink for a check.
    pub fn new(meta: &'static Meta) -> Self {
        Sink { meta, findings: Vec::new(), passed: 0, not_checked: BTreeMap::new() }
    }

    /// What is fixed about its check.
    pub fn meta(&self) -> &'static Meta {
        self.meta
    }

    /// Whether this is the sink of the check with this meta.
    pub fn is_of(&self, meta: &Meta) -> bool {
        self.meta.code == meta.code
    }

    /// Something is wrong. One finding an object and cause: a second one of the same object and
    /// title, or one that differs only in the requests, adds its path to the first.
    pub fn finding(&mut self, finding: Finding) {
        let meta = self.meta;
        let (code, name) = (meta.code, meta.name);
        // A check may say that this time it is less bad, never that it is worse.
        let severity = meta.severity.min(finding.severity);
        let finding = Finding { code, name, severity, ..finding };
        let mut known = self.findings.iter_mut().rev().take(64);
        if !known.any(|known| known.absorb(&finding)) {
            self.findings.push(finding);
        }
    }

    /// The same where there may be none.
    pub fn finding_if(&mut self, finding: Option<Finding>) {
        if let Some(finding) = finding {
            self.finding(finding);
        }
    }

    /// All is well with one object or reference.
    pub fn passed(&mut self) {
        self.passed += 1;
    }

    /// One object or reference could not be looked at.
    pub fn not_checked(&mut self, kind: Kind, namespace: &str, why: Why) {
        let key = (kind.resource().to_owned(), namespace.to_owned(), why);
        *self.not_checked.entry(key).or_default() += 1;
    }

    /// What could not be looked at, counted.
    pub fn gaps(&self) -> Vec<NotChecked> {
        self.not_checked
            .iter()
            .map(|((resource, namespace, why), objects)| NotChecked {
                code: self.meta.code,
                resource: resource.clone(),
                namespace: namespace.clone(),
                objects: *objects,
                why: why.clone(),
            })
            .collect()
    }
}
