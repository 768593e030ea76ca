//! One line per finding: for scripts, for terminals, for editors.

use std::fmt::Write as _;

use super::{Located, Report};
use crate::text;

/// `httproute/NAMESPACE/NAME CODE`, in the order of the report.
pub fn names(report: &Report) -> String {
    let line = |located: &Located| {
        let object = &located.finding.object;
        let kind = object.kind.to_lowercase();
        let space = object.namespace.as_ref().map(|ns| format!("{ns}/")).unwrap_or_default();
        let line = format!("{kind}/{space}{} {}", object.name, located.finding.code);
        text::clean(&line) + "\n"
    };
    report.findings.iter().map(line).collect()
}

/// Severity, what a client sees, object, code and title in columns, the worst first.
pub fn wide(report: &Report) -> String {
    let mut sorted: Vec<&Located> = report.findings.iter().collect();
    sorted.sort_by_key(|located| std::cmp::Reverse(located.finding.severity));
    let row = |located: &&Located| {
        let finding = &located.finding;
        let status = finding.status();
        [
            finding.severity.word().to_owned(),
            status.map_or("-".to_owned(), |status| status.to_string()),
            text::clean(&finding.object.to_string()),
            finding.code.to_owned(),
        ]
    };
    let heads = ["SEVERITY", "EFFECT", "OBJECT", "CODE"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heads).chain(sorted.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..4).filter_map(width).collect();
    let titles = sorted.iter().map(|located| text::clean(&located.finding.title));
    let mut out = String::new();
    for (row, title) in rows.iter().zip(std::iter::once("TITLE".to_owned()).chain(titles)) {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(out, "{cell:<width$}   ");
        }
        out.push_str(&title);
        out.push('\n');
    }
    out
}

/// `file:line:column: error: IGW0103 title`, as editors and reviewdog read it; live, the object
/// stands for the place.
pub fn short(report: &Report) -> String {
    let line = |located: &Located| {
        let finding = &located.finding;
        let place = match &located.location {
            Some(at) => format!("{}:{}:{}", at.file, at.line, at.column),
            None => finding.object.to_string(),
        };
        let (severity, code) = (finding.severity.word(), finding.code);
        text::clean(&format!("{place}: {severity}: {code} {}", finding.title)) + "\n"
    };
    report.findings.iter().map(line).collect()
}
