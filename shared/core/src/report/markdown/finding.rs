//! One finding in Markdown.

use super::super::Theme;
use super::super::handout::{Card, CardGroup};
use super::safe::{block, code, element, inline};
use crate::text;

/// How much of one text is shown: a name of an object may be long, a sentence longer.
const LONG: usize = 600;

/// How many fields and notes are shown.
const MANY: usize = 12;

fn short(text: &str) -> String {
    text::clip(text, LONG)
}

/// Its line in the index.
pub fn row(card: &Card) -> String {
    let glyph = Theme::PLAIN.glyph(card.severity);
    let status = card.status.map(|status| status.to_string()).unwrap_or_default();
    let title = text::clip(&card.title, 160);
    let object = code(&text::clip(&card.object, 160));
    format!("| {glyph} | {status} | {object} | {} | {} |\n", card.code, inline(&title))
}

/// All of it, folded.
pub fn details(card: &Card) -> String {
    let glyph = Theme::PLAIN.glyph(card.severity);
    let summary = format!(
        "{glyph} <b>{}</b> · {} · {} {}: {}",
        card.badge(),
        element(&text::clip(&card.object, 160)),
        card.code,
        card.name,
        element(&short(&card.title))
    );
    let mut out = format!("<details><summary>{summary}</summary>\n\n");
    if let Some(client) = &card.client {
        out.push_str(&format!("The client sees {}\n\n", inline(&short(client))));
    }
    if !card.explanation.is_empty() {
        out.push_str(&format!("{}\n\n", inline(&short(&card.explanation))));
    }
    excerpt(&mut out, card);
    let mut items: Vec<String> = Vec::new();
    let unseen = card.place.as_ref().filter(|_| card.lines.is_empty());
    items.extend(unseen.map(|place| format!("in {}", code(&short(place)))));
    for (at, says) in &card.evidence {
        items.push(format!("{}: {}", code(&short(at)), inline(&short(says))));
    }
    items.extend(card.also.iter().map(|also| format!("also {}", code(&short(also)))));
    let more = items.len().saturating_sub(MANY);
    items.truncate(MANY);
    if more > 0 {
        items.push(format!("and {} more", text::thousands(more)));
    }
    for item in &items {
        out.push_str(&format!("- {item}\n"));
    }
    if !items.is_empty() {
        out.push('\n');
    }
    if let Some(guide) = &card.guide {
        out.push_str(&format!("{}\n\n", inline(&short(guide))));
    }
    repair(&mut out, card);
    out.push_str("</details>\n\n");
    out
}

/// The lines of the file, with a line beneath the mark.
fn excerpt(out: &mut String, card: &Card) {
    let Some(place) = card.place.as_ref().filter(|_| !card.lines.is_empty()) else { return };
    let last = card.lines.last().map_or(0, |line| line.number);
    let width = last.to_string().len();
    let mut lines = vec![short(place)];
    for line in &card.lines {
        let number = line.number;
        let text = format!("{}{}{}", line.before, line.marked, line.after);
        lines.push(format!("{number:>width$} | {}", short(&text)));
        let fits = line.before.chars().count() + line.marked.chars().count() <= LONG;
        if !line.marked.is_empty() && fits {
            let (indent, mark) = (columns(&line.before), "^".repeat(columns(&line.marked)));
            lines.push(format!("{:width$} | {:indent$}{mark} {}", "", "", short(&card.label)));
        }
    }
    out.push_str(&block(&lines));
    out.push('\n');
}

/// How wide a text is, in columns.
fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

fn repair(out: &mut String, card: &Card) {
    let Some(fix) = &card.fix else { return };
    out.push_str(&format!(
        "**Fix:** {} ({})\n\n",
        inline(&short(&fix.title)),
        inline(&short(&fix.safety))
    ));
    if let Some(ask) = &fix.choice {
        out.push_str(&format!("To decide first: {}\n\n", inline(&short(ask))));
    }
    if let Some(command) = &fix.command {
        out.push_str(&block(std::slice::from_ref(command)));
        out.push('\n');
    }
    let notes: Vec<&String> = fix.notes.iter().take(MANY).collect();
    for note in &notes {
        out.push_str(&format!("- {}\n", inline(&short(note))));
    }
    if !notes.is_empty() {
        out.push('\n');
    }
}

/// Those that are only named, as far as there is `room` in bytes; returns how many are not.
pub fn more(out: &mut String, alike: &CardGroup, room: usize) -> usize {
    const END: &str = "\n</details>\n\n";
    let Some(first) = alike.rest.first() else { return 0 };
    let count = text::thousands(alike.rest.len());
    let (check, name) = (first.code, first.name);
    let head = format!("<details><summary>{count} more of {check} {name}</summary>\n\n");
    let line = |card: &Card| {
        let (object, title) = (text::clip(&card.object, 160), text::clip(&card.title, 160));
        format!("- {}: {}\n", code(&object), inline(&title))
    };
    let mut left = alike.rest.len();
    for card in &alike.rest {
        let line = line(card);
        let opening = if left == alike.rest.len() { head.as_str() } else { "" };
        if out.len() + opening.len() + line.len() + END.len() > room {
            break;
        }
        out.push_str(opening);
        out.push_str(&line);
        left -= 1;
    }
    if left < alike.rest.len() {
        out.push_str(END);
    }
    left
}
