//! A ladder as a person reads it: the verdict first, then one line a rung, the next step last.

use std::fmt::Write as _;

use igw_core::finding::Severity;
use igw_core::langfuse::probe::judgement::RungMark;
use igw_core::langfuse::probe::ladder::{Ladder, LadderRung, RungName};
use igw_core::report::Theme;
use igw_core::text;

/// Columns of a rung's name.
const NAMES: usize = 10;

pub fn human(ladder: &Ladder, theme: &Theme) -> String {
    let verdict = &ladder.verdict;
    let mut out = String::new();
    let head = headline(ladder);
    let _ = writeln!(out, "{} {}", glyph(verdict.mark, theme), theme.bold(head));
    let from = ladder.exporter.as_ref().map(|own| format!("{own} → ")).unwrap_or_default();
    let from = if theme.unicode { from } else { from.replace('→', "->") };
    let _ = writeln!(out, "{}", theme.wrap(2, &format!("{from}{}", ladder.collector_url)));
    for rung in &ladder.rungs {
        let _ = write!(out, "  {} {:NAMES$} ", glyph(rung.mark, theme), rung.rung.as_str(),);
        let indent = NAMES + 5;
        let _ = writeln!(out, "{}", theme.after(indent, indent, &line(rung)));
        for note in &rung.notes {
            let _ = writeln!(out, "{}", theme.dim(&theme.wrap(indent, note)));
        }
    }
    if let Some(through) = &ladder.through {
        let skips = match &ladder.skips[..] {
            [] => String::new(),
            all => format!("; not tested: {}", text::list(all)),
        };
        let _ = writeln!(out, "{}", theme.wrap(2, &format!("through {through}{skips}")));
    }
    if let Some(from) = &ladder.key_from {
        let times = ladder.rungs.iter().flat_map(|rung| &rung.requests);
        let times = times.filter(|request| request.with_key).count();
        let sent = text::count(times, "request");
        let _ = writeln!(out, "{}", theme.wrap(2, &format!("key of {from}, in {sent}")));
    }
    out.push('\n');
    let rung = verdict.rung.map(|rung| format!("{}: ", rung.as_str())).unwrap_or_default();
    let says = format!("{rung}{} ({})", verdict.says, verdict.cause);
    let _ = writeln!(out, "{} {}", glyph(verdict.mark, theme), theme.after(2, 2, &says));
    if let Some(next) = &verdict.next {
        let _ = writeln!(out, "{}", format_args!("next:  {}", theme.after(7, 7, next)));
    } else if let Some(more) = more(ladder) {
        let _ = writeln!(out, "next:  {more}");
    }
    out
}

/// What the whole ladder comes to, in few words.
fn headline(ladder: &Ladder) -> &'static str {
    let holds = |wanted: RungName| {
        ladder.rungs.iter().any(|own| own.rung == wanted && own.mark == RungMark::Proved)
    };
    match ladder.verdict.mark {
        RungMark::Failed if ladder.verdict.rung == Some(RungName::Through) => {
            "a chat request leaves no trace"
        }
        RungMark::Failed => "traces do not arrive",
        RungMark::Unknown => "whether traces arrive is not known",
        _ if holds(RungName::Through) => "traces of chat requests arrive",
        _ if holds(RungName::Write) => "traces arrive",
        _ if holds(RungName::Export) && key_tried(ladder) => {
            "an export is accepted; whether spans arrive was not tried"
        }
        _ => "no problem seen, but the key was not tried",
    }
}

fn line(rung: &LadderRung) -> String {
    // Of a span that is looked up, the first one is the news; of exports the last one.
    let asked = match rung.rung {
        RungName::Export => rung.requests.last(),
        _ => rung.requests.first(),
    };
    let asked = asked.and_then(|own| Some((own.status?, text::thousands(own.millis as usize))));
    let asked = asked.map(|(status, millis)| format!("{status} in {millis} ms: "));
    format!("{}{}", asked.unwrap_or_default(), rung.says)
}

fn key_tried(ladder: &Ladder) -> bool {
    ladder.rungs.iter().flat_map(|rung| &rung.requests).any(|request| request.with_key)
}

fn more(ladder: &Ladder) -> Option<&'static str> {
    let done = |wanted: RungName| {
        ladder.rungs.iter().any(|own| own.rung == wanted && own.mark != RungMark::NotDone)
    };
    match (key_tried(ladder), done(RungName::Write)) {
        (false, _) => Some("try the key, too: --key-from exporter|env|secret/NAME"),
        (true, false) => Some("write one span and look it up: --write"),
        _ => None,
    }
}

fn glyph(mark: RungMark, theme: &Theme) -> String {
    match mark {
        RungMark::Proved => theme.good(theme.tick()),
        RungMark::Failed => theme.severity(Severity::Error, theme.glyph(Severity::Error)),
        RungMark::Unknown => theme.severity(Severity::Warning, "?"),
        RungMark::NotDone => theme.dim(theme.dot()),
    }
}
