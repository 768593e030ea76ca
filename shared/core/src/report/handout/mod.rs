//! A report as a document that is kept or sent, without a terminal: what `html` and `markdown` lay
//! out. All of its text is shown text: masked, cleaned, and with placeholders as they were written.

mod card;

pub use card::{Card, CardFix, CodeLine};

use super::finding_text::ALIKE;
use super::order::{alike, worst_first};
use super::shown::shown;
use super::{Drawing, Human, Located, Theme, Unread, can_i, gaps};
use crate::finding::Severity;
use crate::text;

/// A report, and what could not be read for it: such a document outlives standard error.
pub struct Handout<'a> {
    /// `head` must have been made with [`Theme::PLAIN`].
    pub human: &'a Human<'a>,
    pub unread: &'a [Unread],
    /// The system as it was found, if the product draws it.
    pub drawing: Option<&'a Drawing>,
}

/// How a report ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoutVerdict {
    /// `2 errors, 1 warning in 5 routes`.
    pub head: String,
    /// `41 checks passed`, `1 not done`.
    pub counts: Vec<String>,
    /// `None`: nothing is wrong, as far as it could be judged.
    pub worst: Option<Severity>,
    /// Whether all of it was judged.
    pub whole: bool,
}

impl HandoutVerdict {
    /// The glyph before it.
    pub fn mark(&self) -> &'static str {
        match self.worst {
            Some(severity) => Theme::PLAIN.glyph(severity),
            None if self.whole => Theme::PLAIN.tick(),
            None => "?",
        }
    }
}

/// Findings of one check and severity.
pub struct CardGroup {
    pub cards: Vec<Card>,
    /// Those that are only named, because so many are alike.
    pub rest: Vec<Card>,
}

/// What is said beside the findings.
pub struct Aside {
    pub title: &'static str,
    pub items: Vec<AsideItem>,
    /// Whether it limits what the verdict says.
    pub limits: bool,
}

/// A sentence, and commands that belong to it.
pub struct AsideItem {
    pub text: String,
    pub commands: Vec<String>,
}

impl Handout<'_> {
    pub fn verdict(&self) -> HandoutVerdict {
        let report = self.human.report;
        let mut line = String::new();
        self.human.verdict(&mut line, &Theme::PLAIN);
        let mut parts = line.trim_end().split(" · ").map(shown);
        let mut head = parts.next().unwrap_or_default();
        // Notes are among the findings here.
        let mut counts: Vec<String> =
            parts.map(|part| part.trim_end_matches(": -v").to_owned()).collect();
        if !self.unread.is_empty() {
            counts.push(format!("{} not read", text::count(self.unread.len(), "input")));
            if report.worst().is_none() {
                head = format!("{head}, as far as the input could be read");
            }
        }
        let whole = self.unread.is_empty()
            && report.not_checked.is_empty()
            && report.unmodelled.is_empty()
            && self.human.subjects > 0;
        HandoutVerdict { head, counts, worst: report.worst(), whole }
    }

    /// The program, and what it looked at.
    pub fn about(&self) -> Vec<(&'static str, String)> {
        let report = self.human.report;
        let input = &report.input;
        let mode = match input.mode {
            "live" => "the cluster".to_owned(),
            "demo" => "the built-in example".to_owned(),
            "files" => text::count(input.files.len(), "file"),
            "overlay" => format!("the cluster with {}", text::count(input.files.len(), "file")),
            mode => format!("a {mode}"),
        };
        let mut out =
            vec![("Program", shown(&format!("{} {}", report.tool.name, report.tool.version)))];
        out.push(("Input", mode));
        let named = matches!(input.mode, "files" | "overlay" | "bundle") && !input.files.is_empty();
        out.extend(named.then(|| ("Files", shown(&text::some_of(&input.files, 8)))));
        out.extend(input.context.iter().map(|context| ("Context", shown(context))));
        out.extend(self.human.namespace.iter().map(|name| ("Namespace", shown(name))));
        out.extend(input.taken.iter().map(|taken| ("Bundle taken", shown(taken))));
        out.extend(input.settings.iter().map(|file| ("Settings", shown(file))));
        out
    }

    /// What stands above the findings: the product's own lines.
    pub fn head(&self) -> Vec<String> {
        let lines: Vec<String> = self.human.head.trim().lines().map(shown).collect();
        lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
    }

    /// The findings, the worst first, what is alike together.
    pub fn findings(&self) -> Vec<CardGroup> {
        let sorted = worst_first(&self.human.report.findings);
        let groups = alike(&sorted, |located| &located.finding).map(|alike| {
            let most = if self.human.verbose { alike.len() } else { ALIKE.min(alike.len()) };
            let card = |located: &&Located| {
                let card = Card::of(located, self.human.fix);
                // ux.md: the guide is named where all is asked for.
                let guide = card.guide.filter(|_| self.human.verbose);
                Card { guide, ..card }
            };
            let (cards, rest) = alike.split_at(most);
            CardGroup {
                cards: cards.iter().map(card).collect(),
                rest: rest.iter().map(card).collect(),
            }
        });
        groups.collect()
    }

    /// What is said beside the findings: what limits them first.
    pub fn asides(&self) -> Vec<Aside> {
        let report = self.human.report;
        let gap = |told: &gaps::Told| AsideItem {
            text: shown(&told.text()),
            commands: told.whys.iter().filter_map(|why| can_i(why, self.human.flags)).collect(),
        };
        let unread = |unread: &Unread| plain(format!("{}{}", unread.place(), unread.says()));
        let not_judged = report.unmodelled.iter().map(|kind| {
            let count = text::count(kind.objects, &kind.kind);
            plain(match &kind.says {
                Some(says) => format!("{count}, not rendered: {says}"),
                None => format!("{count}: no rule for this kind"),
            })
        });
        let assumed =
            report.assumptions.iter().map(|own| plain(format!("{} ({})", own.what, own.why)));
        let named = |located: &Located| {
            let finding = &located.finding;
            let why = located.suppression.as_ref().map(|own| format!(" ({})", own.reason));
            let why = why.unwrap_or_default();
            plain(format!("{} {} at {}{why}", finding.code, finding.name, finding.object))
        };
        let passed = self.human.passed.iter().filter(|one| self.human.verbose && one.times > 0);
        let passed = passed.map(|one| {
            plain(format!("{} {}: {} passed", one.code, one.name, text::thousands(one.times)))
        });
        let aside = |title, limits, items: Vec<AsideItem>| Aside { title, items, limits };
        let all = [
            aside("Not read", true, self.unread.iter().map(unread).collect()),
            aside("Not checked", true, gaps::told(&report.not_checked).iter().map(gap).collect()),
            aside("Not judged", true, not_judged.collect()),
            aside("Assumed", false, assumed.collect()),
            aside("Gone", false, report.vanishes.iter().flatten().map(named).collect()),
            aside("Suppressed", false, report.suppressed.iter().map(named).collect()),
            aside("Passed", false, passed.collect()),
        ];
        all.into_iter().filter(|aside| !aside.items.is_empty()).collect()
    }
}

fn plain(text: String) -> AsideItem {
    AsideItem { text: shown(&text), commands: Vec::new() }
}
