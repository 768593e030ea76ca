//! One finding as HTML.

use super::super::Theme;
use super::super::handout::{Card, CardFix, CardGroup, CodeLine};
use super::tags::{code, escaped};
use crate::text;

/// Its line in the index.
pub fn row(out: &mut String, number: usize, card: &Card) {
    let (title, object) = (escaped(&card.title), escaped(&card.object));
    out.push_str(&format!(
        "<tr><td>{}</td><td><a href=\"#f{number}\">{title}</a> <span class=\"object\">{object}</span></td>\
         <td>{}</td></tr>\n",
        badge(card),
        card.code
    ));
}

/// What is wrong: mark, word and status.
fn badge(card: &Card) -> String {
    let (class, glyph) = (card.severity.word(), Theme::PLAIN.glyph(card.severity));
    let glyph = format!("<span aria-hidden=\"true\">{glyph}</span>");
    format!("<span class=\"badge {class}\">{glyph} {}</span>", card.badge())
}

/// All of it, the title first.
pub fn article(out: &mut String, number: usize, card: &Card) {
    let class = card.severity.word();
    let id = format!("f{number}");
    out.push_str(&format!(
        "<article id=\"{id}\" class=\"{class}\" aria-labelledby=\"{id}-title\">\n"
    ));
    out.push_str(&format!("<p class=\"kicker\">{}", badge(card)));
    out.push_str(&code("object", &card.object));
    out.push_str(&format!("<span class=\"check\">{} {}</span></p>\n", card.code, card.name));
    out.push_str(&format!("<h3 id=\"{id}-title\">{}</h3>\n", escaped(&card.title)));
    if !card.explanation.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", escaped(&card.explanation)));
    }
    excerpt(out, card);
    facts(out, card);
    if let Some(guide) = &card.guide {
        out.push_str(&format!("<p class=\"guide\">{}</p>\n", escaped(guide)));
    }
    if let Some(fix) = &card.fix {
        repair(out, fix);
    }
    out.push_str("</article>\n");
}

fn excerpt(out: &mut String, card: &Card) {
    let Some(place) = card.place.as_ref().filter(|_| !card.lines.is_empty()) else { return };
    out.push_str(&format!(
        "<figure><figcaption>{}</figcaption>\n<div class=\"code\">\n",
        escaped(place)
    ));
    for line in &card.lines {
        let CodeLine { number, before, marked, after } = line;
        let marked = match marked.is_empty() {
            true => String::new(),
            false => format!("<mark>{}</mark>", escaped(marked)),
        };
        out.push_str(&format!(
            "<div><span class=\"number\">{number}</span><code>{}{marked}{}</code></div>\n",
            escaped(before),
            escaped(after)
        ));
    }
    if !card.label.is_empty() {
        out.push_str(&format!("<p class=\"label\">{}</p>\n", escaped(&card.label)));
    }
    out.push_str("</div></figure>\n");
}

/// What the client sees, and the fields that prove it.
fn facts(out: &mut String, card: &Card) {
    let mut rows: Vec<(String, String)> = Vec::new();
    if let Some(client) = &card.client {
        rows.push(("Client sees".to_owned(), escaped(client)));
    }
    let place = card.place.as_ref().filter(|_| card.lines.is_empty());
    rows.extend(place.map(|place| ("In".to_owned(), code("value", place))));
    for (at, says) in &card.evidence {
        rows.push((code("field", at), escaped(says)));
    }
    for also in &card.also {
        rows.push(("Also".to_owned(), code("field", also)));
    }
    if rows.is_empty() {
        return;
    }
    out.push_str("<dl class=\"facts\">\n");
    for (name, value) in rows {
        out.push_str(&format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"));
    }
    out.push_str("</dl>\n");
}

fn repair(out: &mut String, fix: &CardFix) {
    let class = if fix.is_safe { "safe" } else { "unsafe" };
    out.push_str(&format!("<div class=\"fix {class}\">\n"));
    out.push_str(&format!("<p><strong>Fix:</strong> {}</p>\n", escaped(&fix.title)));
    if let Some(command) = &fix.command {
        out.push_str(&format!("{}\n", code("command", command)));
    }
    out.push_str("<ul>\n");
    out.push_str(&format!("<li class=\"{class}\">{}</li>\n", escaped(&fix.safety)));
    let choice = fix.choice.iter().map(|ask| format!("to decide first: {ask}"));
    for note in choice.chain(fix.notes.iter().cloned()) {
        out.push_str(&format!("<li>{}</li>\n", escaped(&note)));
    }
    out.push_str("</ul></div>\n");
}

/// Those that are only named; `group` is the group's number.
pub fn rest(out: &mut String, group: usize, alike: &CardGroup) {
    let Some(first) = alike.rest.first() else { return };
    let (code, name) = (first.code, first.name);
    let count = text::thousands(alike.rest.len());
    out.push_str(&format!(
        "<details id=\"more-{group}\" class=\"rest\"><summary>{count} more of {code} {name}</summary>\n<ul>\n"
    ));
    for card in &alike.rest {
        let place = card.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        let text = format!("{}: {}{place}", card.object, card.title);
        out.push_str(&format!("<li>{}</li>\n", escaped(&text)));
    }
    out.push_str("</ul></details>\n");
}
