//! A report as a comment: of a pull request, a merge request, an incident. What GitHub and GitLab
//! make of Markdown follows the specification "GitHub Flavored Markdown".

mod finding;
mod safe;

use finding::{details, more, row};
use safe::{block, code, inline};

use super::handout::{Aside, Card, CardGroup, Handout};
use crate::text;

/// How long a comment may be on GitHub, in characters; GitLab takes more. Bytes are counted, of
/// which a text never has fewer.
const LONGEST: usize = 65_536;

/// What is kept for the sentence that says what is left out, and for closing lines.
const RESERVE: usize = 1_000;

/// How much of it the index may be.
const INDEX: usize = 16_000;

/// How much of it one thing that is said beside the findings may be.
const ASIDE: usize = 2_500;

/// How much of it the product's own lines may be.
const HEAD: usize = 10_000;

/// How much of one text is shown, in characters.
const LONG: usize = 200;

/// The whole comment, never longer than GitHub takes it; what does not fit is counted.
pub fn markdown(handout: &Handout) -> String {
    let findings = handout.findings();
    let cards: Vec<&Card> = findings.iter().flat_map(|alike| &alike.cards).collect();
    let mut out = top(handout);
    index(&mut out, &findings);
    let mut end = String::new();
    for own in handout.asides() {
        aside(&mut end, &own);
    }
    let about = handout
        .about()
        .into_iter()
        .map(|(name, value)| format!("{name}: {}", inline(&text::clip(&value, LONG))));
    end.push_str(&format!("\n{}\n", about.collect::<Vec<_>>().join(" · ")));
    let room = LONGEST.saturating_sub(end.len() + RESERVE);
    let mut left = 0;
    for card in &cards {
        let text = details(card);
        // Once something is left out, all that is less bad is.
        match left == 0 && out.len() + text.len() <= room {
            true => out.push_str(&text),
            false => left += 1,
        }
    }
    for alike in &findings {
        left += more(&mut out, alike, room);
    }
    if left > 0 {
        let all =
            text::thousands(cards.len() + findings.iter().map(|a| a.rest.len()).sum::<usize>());
        out.push_str(&format!(
            "**{} of {all} findings are not shown here: a comment has at most {} characters.** \
             All of them: `-o html`, `-o json`.\n\n",
            text::thousands(left),
            text::thousands(LONGEST),
        ));
    }
    out.push_str(&end);
    out
}

/// The verdict, and the product's own lines.
fn top(handout: &Handout) -> String {
    let verdict = handout.verdict();
    let mark = verdict.mark();
    let counts = verdict.counts.iter().map(|count| inline(count)).collect::<Vec<_>>().join(" · ");
    let mut out = format!("### {mark} {}\n\n{counts}\n\n", inline(&verdict.head));
    let lines = handout.head();
    let mut head: Vec<String> = Vec::new();
    let mut room = HEAD;
    for line in lines.iter().map(|line| text::clip(line, LONG)) {
        room = room.saturating_sub(line.len() + 1);
        if room == 0 {
            break;
        }
        head.push(line);
    }
    let left = lines.len() - head.len();
    if left > 0 {
        head.push(format!("and {}", text::count(left, "more line")));
    }
    if !head.is_empty() {
        out.push_str(&block(&head));
        out.push('\n');
    }
    out
}

/// A line a finding, as far as there is room.
fn index(out: &mut String, findings: &[CardGroup]) {
    if findings.iter().map(|alike| alike.cards.len()).sum::<usize>() < 2 {
        return;
    }
    out.push_str("| | Effect | Object | Check | Finding |\n|---|---|---|---|---|\n");
    let start = out.len();
    let mut left = 0;
    for alike in findings {
        for card in &alike.cards {
            let row = row(card);
            match left == 0 && out.len() - start + row.len() <= INDEX {
                true => out.push_str(&row),
                false => left += 1,
            }
        }
        left += alike.rest.len();
    }
    if left > 0 {
        out.push_str(&format!("| · | | | | and {} more |\n", text::thousands(left)));
    }
    out.push('\n');
}

fn aside(out: &mut String, aside: &Aside) {
    let (title, count) = (aside.title, text::thousands(aside.items.len()));
    out.push_str(&format!("<details><summary>{title}: {count}</summary>\n\n"));
    let start = out.len();
    for (index, item) in aside.items.iter().enumerate() {
        let mut line = format!("- {}\n", inline(&text::clip(&item.text, 2 * LONG)));
        for command in &item.commands {
            line.push_str(&format!("  {}\n", code(&text::clip(command, 2 * LONG))));
        }
        if out.len() - start + line.len() > ASIDE {
            let left = text::thousands(aside.items.len() - index);
            out.push_str(&format!("- and {left} more\n"));
            break;
        }
        out.push_str(&line);
    }
    out.push_str("\n</details>\n");
}
