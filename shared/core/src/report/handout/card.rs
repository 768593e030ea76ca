//! One finding as a document shows it.

use super::super::{Excerpt, Located};
use crate::finding::{Effect, Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::kube::pointer;
use crate::report::finding_text::repair_command;
use crate::report::shown::shown;
use crate::text;

/// A finding as shown text, in the order in which it is read.
pub struct Card {
    pub severity: Severity,
    /// The status that the client gets.
    pub status: Option<u16>,
    pub object: String,
    pub code: &'static str,
    pub name: &'static str,
    pub title: String,
    /// What the client sees: `500 for half of the requests: PathPrefix /v1 on api.example.com`.
    pub client: Option<String>,
    pub explanation: String,
    /// Field and value.
    pub evidence: Vec<(String, String)>,
    /// `routes.yaml:14:7`.
    pub place: Option<String>,
    pub lines: Vec<CodeLine>,
    /// What the mark in the lines means.
    pub label: String,
    /// Further fields with the same cause.
    pub also: Vec<String>,
    /// Where the Troubleshooting Guide differs.
    pub guide: Option<String>,
    pub fix: Option<CardFix>,
}

/// The repair of a finding.
pub struct CardFix {
    pub title: String,
    /// `safe`, or why a person has to decide.
    pub safety: String,
    pub is_safe: bool,
    /// What has to be decided first: the question.
    pub choice: Option<String>,
    /// What it makes possible, and what else is to be known.
    pub notes: Vec<String>,
    /// The command that shows it, where one repairs the same input.
    pub command: Option<String>,
}

/// A line of an excerpt, split at its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    pub number: usize,
    pub before: String,
    /// Empty outside of the mark.
    pub marked: String,
    pub after: String,
}

impl Card {
    pub fn of(located: &Located, command: Option<&dyn Fn(&str) -> String>) -> Card {
        let finding = &located.finding;
        let location = located.location.as_ref();
        let excerpt = location.and_then(|location| location.excerpt.as_ref());
        let dotted = |path: &String| shown(&pointer::dotted(path));
        Card {
            severity: finding.severity,
            status: finding.status(),
            object: shown(&finding.object.to_string()),
            code: finding.code,
            name: finding.name,
            title: shown(&finding.title),
            client: finding.effect.as_ref().and_then(client),
            explanation: shown(&finding.explanation),
            evidence: finding.evidence.iter().map(|e| (shown(&e.at), shown(&e.says))).collect(),
            place: location.map(|_| place(located)),
            lines: excerpt.map(lines).unwrap_or_default(),
            label: shown(&finding.label),
            also: finding.more_paths.iter().map(dotted).collect(),
            guide: guide(finding),
            fix: finding.fix.as_ref().map(|fix| CardFix::of(finding, fix, command)),
        }
    }

    /// `error 500`, `warning`, `note`.
    pub fn badge(&self) -> String {
        let word = match self.severity {
            Severity::Info => "note",
            other => other.word(),
        };
        self.status.map_or(word.to_owned(), |status| format!("{word} {status}"))
    }
}

fn client(effect: &Effect) -> Option<String> {
    let share = match text::share(effect.share).as_str() {
        "all" => String::new(),
        "none" => return None,
        share => format!(" for {share} of the requests"),
    };
    let status = effect.status.map_or("an error".to_owned(), |status| status.to_string());
    Some(shown(&format!("{status}{share}: {}", effect.requests)))
}

fn guide(finding: &Finding) -> Option<String> {
    let guide = finding.guide.as_ref()?;
    let differs = guide.differs.as_ref()?;
    Some(shown(&format!(
        "The Troubleshooting Guide differs (section {}): {differs}.",
        guide.section
    )))
}

/// `routes.yaml:14:7`, and the place inside an embedded document.
fn place(located: &Located) -> String {
    let Some(at) = &located.location else { return String::new() };
    let inner = at
        .inner
        .as_ref()
        .map(|inner| format!(", line {} column {} of {}", inner.line, inner.column, inner.file));
    shown(&format!("{}:{}:{}{}", at.file, at.line, at.column, inner.unwrap_or_default()))
}

fn lines(excerpt: &Excerpt) -> Vec<CodeLine> {
    let mut start = 0;
    let mut out = Vec::new();
    for (index, line) in excerpt.text.split('\n').enumerate() {
        let end = start + line.len();
        let clamp = |at: usize| line.floor_char_boundary(at.clamp(start, end) - start);
        let (from, to) = (clamp(excerpt.start), clamp(excerpt.end));
        let tabs = |part: &str| shown(&part.replace('\t', "    "));
        out.push(CodeLine {
            number: excerpt.first_line + index,
            before: tabs(&line[..from]),
            marked: tabs(&line[from..to.max(from)]),
            after: tabs(&line[to.max(from)..]),
        });
        start = end + 1;
    }
    // The text of a whole file ends with a line end, not with a line.
    let is_empty = |line: &CodeLine| line.before.is_empty() && line.marked.is_empty();
    while out.len() > 1 && out.last().is_some_and(|line| is_empty(line) && line.after.is_empty()) {
        out.pop();
    }
    out
}

impl CardFix {
    fn of(finding: &Finding, fix: &Fix, command: Option<&dyn Fn(&str) -> String>) -> CardFix {
        let command = command.map(|command| shown(&repair_command(finding, command)));
        let safety = match &fix.safety {
            Safety::Safe => "safe".to_owned(),
            Safety::Unsafe(why) => format!("unsafe: {why}"),
            Safety::ShowOnly(why) => format!("only shown: {why}"),
        };
        CardFix {
            title: shown(&fix.title),
            safety: shown(&safety),
            is_safe: matches!(fix.safety, Safety::Safe),
            choice: fix.choice.as_ref().map(|choice| shown(&choice.ask)),
            notes: fix.grants.iter().chain(&fix.notes).map(|note| shown(note)).collect(),
            command,
        }
    }
}
