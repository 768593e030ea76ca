//! The end of a long report: its worst findings once more, nearest to the prompt, and what to type
//! next.

use std::fmt::Write as _;

use super::finding_text::object_name;
use super::order::{Damage, alike};
use super::{Located, Theme};
use crate::finding::Severity;
use crate::text;

/// How many findings a person has in view without it.
const FEW: usize = 3;

/// How many lines it has at the most.
const LINES: usize = 12;

/// One line a finding, if they are more than a few; many that are alike are one line.
pub fn index(out: &mut String, shown: &[Damage], theme: &Theme) {
    if shown.len() <= FEW {
        return;
    }
    let mut lines: Vec<(&Damage, usize)> = Vec::new();
    for alike in alike(shown, |own| &own.located.finding) {
        match alike.len() > FEW {
            true => lines.push((&alike[0], alike.len() - 1)),
            false => lines.extend(alike.iter().map(|own| (own, 0))),
        }
    }
    let rows: Vec<[String; 3]> =
        lines.iter().take(LINES).map(|(own, more)| row(own.located, *more)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let (first, second) = (width(0).unwrap_or_default(), width(1).unwrap_or_default());
    for (row, (own, _)) in rows.iter().zip(&lines) {
        let severity = own.located.finding.severity;
        let [status, object, code] = row;
        let glyph = theme.severity(severity, theme.glyph(severity));
        let line = format!("  {glyph} {status:first$}  {object:second$}  {code}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if let Some(more) = lines.len().checked_sub(LINES).filter(|more| *more > 0) {
        let _ = writeln!(out, "  {} and {} more", theme.dot(), text::thousands(more));
    }
}

fn row(located: &Located, more: usize) -> [String; 3] {
    let finding = &located.finding;
    let status = finding.status();
    let object = object_name(finding);
    let object = match more {
        0 => object,
        more => format!("{object} and {} more", text::thousands(more)),
    };
    let code = format!("{} {}", finding.code, finding.name);
    [status.map(|status| status.to_string()).unwrap_or_default(), object, code]
}

/// The command that comes next.
pub fn next(out: &mut String, shown: &[Damage], fix: Option<&dyn Fn(&str) -> String>) {
    let acted_on = |own: &&Damage| own.located.finding.severity > Severity::Info;
    let has_fix = shown.iter().filter(acted_on).any(|own| own.located.finding.fix.is_some());
    if let Some(fix) = fix.filter(|_| has_fix) {
        let _ = writeln!(out, "next:  {}", fix(""));
    }
}
