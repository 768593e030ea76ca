//! One finding, for people.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::{Located, Theme};
use crate::finding::Finding;
use crate::kube::pointer;
use crate::{placeholder, text};

/// How many findings of one check and severity, and gaps of one resource, are shown whole, unless
/// all are asked for.
pub const ALIKE: usize = 10;

/// Says where further findings like those above are.
pub fn more_alike(out: &mut String, left: &[&Located], theme: &Theme) {
    let Some(first) = left.first() else { return };
    let finding = &first.finding;
    let objects = distinct(left.iter().map(|l| l.finding.object.to_string()));
    // Of one object, its fields.
    let field = |located: &&Located| {
        let inner = located.finding.inner.as_ref();
        pointer::dotted(inner.map_or(&located.finding.path, |inner| &inner.pointer))
    };
    let places = match objects.as_slice() {
        [only] => distinct(left.iter().map(field).map(|field| format!("{field} of {only}"))),
        _ => objects,
    };
    let text = format!(
        "{} {}: {} more, at {} (-v shows all)",
        finding.code,
        finding.name,
        text::thousands(left.len()),
        text::some_of(&places, 4)
    );
    let glyph = theme.severity(finding.severity, theme.glyph(finding.severity));
    let _ = writeln!(out, "{}\n", hang(theme, &glyph, &text));
}

/// Texts, each once, in their order.
fn distinct(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    all.filter(|text| seen.insert(text.clone())).collect()
}

/// A glyph, and text with a hanging indent.
pub fn hang(theme: &Theme, glyph: &str, text: &str) -> String {
    let wrapped = theme.wrap(2, text);
    format!("{glyph} {}", wrapped.trim_start())
}

pub fn finding(out: &mut String, located: &Located, theme: &Theme, verbose: bool) {
    let finding = &located.finding;
    // What the client sees comes first, then of which object; the check stands right.
    let status = finding.status();
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    let mark = format!("{}{status}", theme.glyph(finding.severity));
    let object = object_name(finding);
    let check = format!("{} {}", finding.code, finding.name);
    let width = [&mark, &object, &check].map(|part| part.chars().count()).iter().sum::<usize>() + 2;
    let painted = theme.severity(finding.severity, &mark);
    let gap = match theme.width.checked_sub(width) {
        Some(gap) if gap >= 2 => " ".repeat(gap),
        _ => "\n  ".to_owned(),
    };
    let _ = writeln!(out, "{painted}  {}{gap}{}", theme.bold(&object), theme.dim(&check));
    let _ = writeln!(out, "{}", theme.wrap(2, &finding.title));
    if !finding.explanation.is_empty() {
        let _ = writeln!(out, "{}", theme.wrap(2, &finding.explanation));
    }
    match location_text(located, theme) {
        Some(excerpt) => out.push_str(&excerpt),
        None => evidence(out, located),
    }
    for path in &finding.more_paths {
        let _ = writeln!(out, "     also {}", pointer::dotted(path));
    }
    if let Some(guide) = finding.guide.as_ref().filter(|_| verbose)
        && let Some(differs) = &guide.differs
    {
        let text =
            format!("The Troubleshooting Guide differs (section {}): {differs}.", guide.section);
        let _ = writeln!(out, "{}", theme.wrap(2, &text));
    }
}

/// The object of a finding, as it is shown.
pub fn object_name(finding: &Finding) -> String {
    text::clean(&placeholder::spelled(&finding.object.to_string()))
}

/// What repairs a finding, and the command that shows it: a command is never wrapped.
pub fn repair(
    out: &mut String,
    located: &Located,
    theme: &Theme,
    command: Option<&dyn Fn(&str) -> String>,
) {
    let finding = &located.finding;
    if let Some(fix) = &finding.fix {
        let choice = if fix.choice.is_some() { ", after a choice" } else { "" };
        let title = format!("fix: {} ({}{choice})", fix.title, fix.safety.word());
        let _ = writeln!(out, "{}", theme.wrap(2, &text::clean(&title)));
        if let Some(command) = command {
            let _ = writeln!(out, "       {}", repair_command(finding, command));
        }
    }
}

/// The command that shows the repair of a finding; `command`: that for a check.
pub fn repair_command(finding: &Finding, command: &dyn Fn(&str) -> String) -> String {
    let object = &finding.object;
    let home = object.namespace.as_ref().map(|home| format!("{home}/")).unwrap_or_default();
    // A file is named already.
    let name = match object.kind.as_str() {
        "File" => String::new(),
        _ => text::clean(&format!(" {home}{}", object.name)),
    };
    format!("{}{name} --only {}", command(finding.code), finding.code)
}

/// The other findings that the same repair mends.
pub fn mended_too(out: &mut String, others: &[&Located], theme: &Theme, verbose: bool) {
    if others.is_empty() {
        return;
    }
    let objects = distinct(others.iter().map(|l| l.finding.object.to_string()));
    let named = if verbose { text::list(&objects) } else { text::some_of(&objects, 3) };
    let more = if verbose || objects.len() <= 3 { "" } else { " (-v)" };
    let text = format!("mends {} more: {named}{more}", text::thousands(others.len()));
    let _ = writeln!(out, "{}", theme.wrap(2, &text::clean(&text)));
}

fn location_text(located: &Located, theme: &Theme) -> Option<String> {
    let location = located.location.as_ref()?;
    let excerpt = location.excerpt.as_ref()?;
    let finding = &located.finding;
    if finding.object.kind == "Secret" {
        return None;
    }
    let drawn = excerpt.draw(&location.file, finding.severity, &finding.label, theme);
    let mut out = String::new();
    for line in drawn.lines() {
        let _ = writeln!(out, "  {line}");
    }
    Some(out)
}

fn evidence(out: &mut String, located: &Located) {
    let finding = &located.finding;
    let width = finding.evidence.iter().map(|e| e.at.chars().count()).max().unwrap_or(0);
    for evidence in &finding.evidence {
        let (at, says) = (text::clean(&evidence.at), text::clean(&evidence.says));
        let _ = writeln!(out, "     {at:<width$}   {says}");
    }
    // Its lines are not shown, but where they are.
    if let Some(location) = &located.location {
        let file = text::clean(&location.file);
        let inner = location.inner.as_ref().map(|inner| {
            let name = text::clean(&inner.file);
            let field = finding.inner.as_ref().map(|inner| pointer::dotted(&inner.pointer));
            let field = field.filter(|field| !field.is_empty());
            let field = field.map(|field| format!(" ({})", text::clip(&text::clean(&field), 120)));
            let field = field.unwrap_or_default();
            format!(", line {} column {} of {name}{field}", inner.line, inner.column)
        });
        let inner = inner.unwrap_or_default();
        let _ = writeln!(out, "     in {file}:{}:{}{inner}", location.line, location.column);
    }
}
