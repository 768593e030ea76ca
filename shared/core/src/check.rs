//! What a check is.

use std::collections::BTreeMap;

use crate::facts::{Facts, Why};
use crate::finding::{Finding, NotChecked, Severity};
use crate::kube::Kind;
use crate::text::sentence;

/// A check: deterministic, reads what is known, says what is wrong.
#[derive(Debug)]
pub struct Check {
    /// `IGW` + two digits of the guide's section + two digits; never reused.
    pub code: &'static str,
    /// A name that states the problem; the file of the check is called so, too.
    pub name: &'static str,
    pub severity: Severity,
    /// The kinds that a full scan lists for it beforehand, each kind once a run. Secrets are never
    /// listed: they are read by name, when an object that was read refers to one.
    pub needs: &'static [Kind],
    /// The leading `//!` comment of the check's file, [`crate::page!`]: the page of `explain`.
    pub page: &'static str,
    pub run: fn(&Facts, &mut Sink),
}

/// The leading `//!` comment of the file that this stands in, for [`Check::page`]. The rest of the
/// file does not come into the program.
#[macro_export]
macro_rules! page {
    () => {{
        const SOURCE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", file!()));
        const HEAD: [u8; $crate::check::head_length(SOURCE)] = $crate::check::head(SOURCE);
        match std::str::from_utf8(&HEAD) {
            Ok(head) => head,
            Err(_) => unreachable!(),
        }
    }};
}

/// The length in bytes of the `//!` lines that a source begins with.
pub const fn head_length(source: &str) -> usize {
    let bytes = source.as_bytes();
    let mut at = 0;
    while at + 2 < bytes.len()
        && bytes[at] == b'/'
        && bytes[at + 1] == b'/'
        && bytes[at + 2] == b'!'
    {
        while at < bytes.len() && bytes[at] != b'\n' {
            at += 1;
        }
        if at < bytes.len() {
            at += 1;
        }
    }
    at
}

/// The first `N` bytes of a source that has as many.
pub const fn head<const N: usize>(source: &str) -> [u8; N] {
    let mut head = [0; N];
    let mut at = 0;
    while at < N {
        head[at] = source.as_bytes()[at];
        at += 1;
    }
    head
}

impl Check {
    /// The page of `explain`: the file's leading doc comment, as Markdown.
    pub fn page(&self) -> String {
        self.page
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

    /// Whether a user means this check: by code, with or without `IGW`, or by name.
    pub fn is(&self, wanted: &str) -> bool {
        let is_number =
            wanted == self.code[3..].trim_start_matches('0') || wanted == &self.code[3..];
        is_number
            || self.code.eq_ignore_ascii_case(wanted)
            || self.name.eq_ignore_ascii_case(wanted)
    }
}

/// Whether it has the form of a code, `IGW` and four digits, of whichever product.
pub fn is_code(wanted: &str) -> bool {
    let digits = wanted.get(3..).unwrap_or_default();
    let igw = wanted.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("IGW"));
    igw && digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Where a check says what it found.
#[derive(Debug, Clone)]
pub struct Sink {
    check: &'static Check,
    pub findings: Vec<Finding>,
    /// How many times the check found all well.
    pub passed: usize,
    not_checked: BTreeMap<(String, String, Why), usize>,
}

impl PartialEq for Sink {
    fn eq(&self, other: &Sink) -> bool {
        let said = |sink: &Sink| (sink.check.code, sink.passed);
        said(self) == said(other)
            && self.findings == other.findings
            && self.not_checked == other.not_checked
    }
}

impl Sink {
    pub fn new(check: &'static Check) -> Self {
        Sink { check, findings: Vec::new(), passed: 0, not_checked: BTreeMap::new() }
    }

    pub fn check(&self) -> &'static Check {
        self.check
    }

    pub fn is_of(&self, check: &Check) -> bool {
        self.check.code == check.code
    }

    /// Something is wrong. One finding an object and cause: a second one of the same object and
    /// title, or one that differs only in the requests, adds its path to the first.
    pub fn finding(&mut self, finding: Finding) {
        let Check { code, name, severity, .. } = *self.check;
        // A check may say that this time it is less bad, never that it is worse.
        let severity = severity.min(finding.severity);
        let title = sentence(&finding.title);
        let finding = Finding { code, name, severity, title, ..finding };
        let mut known = self.findings.iter_mut().rev().take(64);
        if !known.any(|known| known.absorb(&finding)) {
            self.findings.push(finding);
        }
    }

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

    /// The log of a pod could not be looked at.
    pub fn log_not_checked(&mut self, namespace: &str, why: Why) {
        let key = ("pods/log".to_owned(), namespace.to_owned(), why);
        *self.not_checked.entry(key).or_default() += 1;
    }

    /// What could not be looked at, counted.
    pub fn gaps(&self) -> Vec<NotChecked> {
        self.not_checked
            .iter()
            .map(|((resource, namespace, why), objects)| NotChecked {
                code: self.check.code,
                resource: resource.clone(),
                namespace: namespace.clone(),
                objects: *objects,
                why: why.clone(),
            })
            .collect()
    }
}
