//! A report as workflow commands of GitHub Actions: one annotation a finding.
//!
//! Escaping and the names of properties follow GitHub's "Workflow commands for GitHub Actions".

use std::fmt::Write as _;

use super::ci::{self, Ci, Unread};
use super::{Gap, Located};
use crate::finding::Severity;
use crate::text;

/// The whole text: one command per line, then the verdict as a plain last line.
pub fn github(ci: &Ci) -> String {
    let mut out = String::new();
    for unread in ci.unread {
        unreadable(&mut out, unread);
    }
    let mut sorted: Vec<&Located> = ci.report.findings.iter().collect();
    sorted.sort_by_key(|located| std::cmp::Reverse(located.finding.severity));
    for located in sorted {
        finding(&mut out, located);
    }
    for gap in &ci.report.not_checked {
        not_checked(&mut out, gap);
    }
    // In a plain line a name from a manifest might be read as a command of the older form.
    for assumption in &ci.report.assumptions {
        let text = text::clean(&format!("{} ({})", assumption.what, assumption.why));
        command(&mut out, "notice", &[("title", "assumed".to_owned())], &text);
    }
    let _ = writeln!(out, "{}", ci.verdict());
    out
}

fn finding(out: &mut String, located: &Located) {
    let finding = &located.finding;
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut lines = vec![text::clean(&format!("{}: {}", finding.object, finding.title))];
    lines.extend(ci::details(located));
    let mut properties = Vec::new();
    if let Some(location) = &located.location {
        match ci::path(&location.file) {
            Some(path) => {
                properties.push(("file", text::clean(path)));
                properties.push(("line", location.line.to_string()));
                properties.push(("endLine", location.end_line.to_string()));
                // GitHub takes columns only where the range is of one line, and the last one belongs
                // to the range.
                if location.line == location.end_line {
                    let last = location.end_column.saturating_sub(1).max(location.column);
                    properties.push(("col", location.column.to_string()));
                    properties.push(("endColumn", last.to_string()));
                }
            }
            None => lines.extend(ci::place(located).map(|place| format!("in {place}"))),
        }
    }
    properties.push(("title", format!("{} {}", finding.code, finding.name)));
    command(out, word, &properties, &lines.join("\n"));
}

fn unreadable(out: &mut String, unread: &Unread) {
    let mut properties = Vec::new();
    let mut message = unread.says();
    match unread.file.as_deref().and_then(ci::path) {
        Some(path) => {
            properties.push(("file", text::clean(path)));
            properties.extend(unread.line.map(|line| ("line", line.to_string())));
            properties.extend(unread.column.map(|column| ("col", column.to_string())));
        }
        None => message.insert_str(0, &unread.place()),
    }
    properties.push(("title", "bad input".to_owned()));
    command(out, "error", &properties, &message);
}

fn not_checked(out: &mut String, gap: &Gap) {
    let word = if ci::is_failure(gap) { "warning" } else { "notice" };
    let title = format!("{} not checked", gap.code);
    let text = format!("{}, for {}", ci::gap(gap), text::count(gap.objects, "reference"));
    command(out, word, &[("title", title)], &text);
}

fn command(out: &mut String, word: &str, properties: &[(&str, String)], message: &str) {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let _ = writeln!(out, "::{word} {}::{}", properties.join(","), data(message));
}

/// Escapes a message; `%` goes first, or later escapes would be escaped again.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property value; `,` ends a value and `:` ends the list of them.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
