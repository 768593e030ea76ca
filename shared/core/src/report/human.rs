//! A report as a person reads it: ux.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::finding_text::{ALIKE, finding, hang, mended_too, more_alike, repair};
use super::index::{index, next};
use super::order::{Damage, alike, by_damage};
use super::{Located, Report, Theme, can_i, gaps};
use crate::finding::Severity;
use crate::text;

pub struct Human<'a> {
    pub report: &'a Report,
    /// What stands above the findings: the product's own.
    pub head: &'a str,
    /// The namespace that is judged, if it is one.
    pub namespace: Option<&'a str>,
    /// How many objects were judged.
    pub subjects: usize,
    /// Where there are others, if none was judged and that is known.
    pub elsewhere: Option<Elsewhere>,
    pub noun: Noun,
    /// `-v`: also what passed, what is suppressed, where the guide differs.
    pub verbose: bool,
    /// `-q`: only findings and the verdict.
    pub quiet: bool,
    pub passed: &'a [Passed],
    /// The flags that lead kubectl to the same cluster as the same person.
    pub flags: &'a str,
    /// The command that repairs what a check finds in the same input; `None` where none does.
    pub fix: Option<&'a dyn Fn(&str) -> String>,
}

/// How many namespaces are named of which the input does not hold everything.
const NOT_GIVEN: usize = 3;

/// What judged objects are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// In a count: `route`.
    pub one: &'static str,
    /// As a kind: `HTTPRoute`.
    pub kind: &'static str,
}

/// Objects that are not judged, because they are in other namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    pub objects: usize,
    /// How many namespaces they are in.
    pub namespaces: usize,
}

/// How many times a check passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    pub code: &'static str,
    pub name: &'static str,
    pub times: usize,
}

impl Human<'_> {
    pub fn render(&self, theme: &Theme) -> String {
        let mut out = String::new();
        if !self.quiet {
            out.push_str(self.head);
            self.assumptions(&mut out, theme);
        }
        let mut shown = by_damage(&self.report.findings);
        if !self.verbose {
            // Nothing has to be done about a note.
            shown.retain(|own| own.located.finding.severity > Severity::Info);
        }
        self.findings(&mut out, &shown, theme);
        self.vanishes(&mut out, theme);
        if !self.quiet {
            self.gaps(&mut out, theme);
            self.unmodelled(&mut out, theme);
        }
        if self.verbose {
            self.suppressed(&mut out, theme);
            self.passes(&mut out, theme);
        }
        self.verdict(&mut out, theme);
        if !self.quiet {
            index(&mut out, &shown, theme);
            next(&mut out, &shown, self.fix);
        }
        out
    }

    fn findings(&self, out: &mut String, all: &[Damage], theme: &Theme) {
        for alike in alike(all, |own| &own.located.finding) {
            let shown = if self.verbose { alike.len() } else { ALIKE };
            for own in alike.iter().take(shown) {
                finding(out, own.located, theme, self.verbose);
                repair(out, own.located, theme, self.fix);
                mended_too(out, &own.mended_too, theme, self.verbose);
                out.push('\n');
            }
            let left: Vec<&Located> = alike.iter().skip(shown).map(|own| own.located).collect();
            more_alike(out, &left, theme);
        }
    }

    fn assumptions(&self, out: &mut String, theme: &Theme) {
        let settings = self.report.input.settings.iter().map(|file| format!("settings: {file}"));
        let assumed = self.report.assumptions.iter();
        let assumed = assumed.map(|a| format!("assumed: {} ({})", a.what, a.why));
        let taken = self.report.input.taken.iter().map(|taken| {
            let context = self.report.input.context.as_deref();
            let of = context.map(|context| format!(" of context {context}")).unwrap_or_default();
            format!("a bundle{of}, taken {taken}")
        });
        let lines: Vec<String> = taken.chain(settings).chain(assumed).collect();
        for text in &lines {
            let _ = writeln!(out, "{}", theme.dim(&hang(theme, theme.dot(), text)));
        }
        if !lines.is_empty() {
            out.push('\n');
        }
    }

    fn gaps(&self, out: &mut String, theme: &Theme) {
        let all = gaps::told(&self.report.not_checked);
        let mut shown: BTreeMap<(bool, &str), usize> = BTreeMap::new();
        let most = |not_given: bool| if not_given { NOT_GIVEN } else { ALIKE };
        for told in &all {
            // Which kinds an open namespace lacks does not make it another line.
            let what = if told.not_given { "objects" } else { told.resources[0] };
            let count = shown.entry((told.not_given, what)).or_default();
            *count += 1;
            if *count > most(told.not_given) && !self.verbose {
                continue;
            }
            let text = format!("not checked: {}", told.text());
            let _ = writeln!(out, "{}", hang(theme, theme.dot(), &text));
            for command in told.whys.iter().filter_map(|why| can_i(why, self.flags)) {
                let _ = writeln!(out, "       {command}");
            }
        }
        for ((not_given, what), count) in shown {
            let most = most(not_given);
            if count > most && !self.verbose {
                let more = text::count(count - most, "more namespace");
                let closed = if not_given { "; --world closed takes them for missing" } else { "" };
                let text = format!("not checked: {what} in {more} (-v shows all{closed})");
                let _ = writeln!(out, "{}", hang(theme, theme.dot(), &text));
            }
        }
        if !all.is_empty() {
            out.push('\n');
        }
    }

    fn vanishes(&self, out: &mut String, theme: &Theme) {
        let gone = self.report.vanishes.iter().flatten();
        for Located { finding, .. } in gone.clone() {
            let (code, name, object) = (finding.code, finding.name, &finding.object);
            let text = format!("gone: {code} {name} at {object}");
            let _ = writeln!(out, "{}", hang(theme, &theme.good(theme.tick()), &text));
        }
        if gone.count() > 0 {
            out.push('\n');
        }
    }

    fn unmodelled(&self, out: &mut String, theme: &Theme) {
        let kinds: Vec<String> = self
            .report
            .unmodelled
            .iter()
            .filter(|kind| kind.says.is_none())
            .map(|kind| text::count(kind.objects, &text::clean(&kind.kind)))
            .collect();
        if !kinds.is_empty() {
            let text = format!("not modelled, so not judged: {}", text::list(&kinds));
            let _ = writeln!(out, "{}\n", hang(theme, theme.dot(), &text));
        }
        for kind in &self.report.unmodelled {
            let Some(says) = &kind.says else { continue };
            let count = text::count(kind.objects, &text::clean(&kind.kind));
            let text = format!("not rendered, so not judged: {count}: {says}");
            let _ = writeln!(out, "{}\n", hang(theme, theme.dot(), &text));
        }
    }

    fn suppressed(&self, out: &mut String, theme: &Theme) {
        for located in &self.report.suppressed {
            let finding = &located.finding;
            let reason = located.suppression.as_ref().map_or("", |s| &s.reason);
            let (code, name, object) = (finding.code, finding.name, &finding.object);
            let text = format!("suppressed: {code} {name} at {object} ({reason})");
            let _ = writeln!(out, "{}", theme.dim(&hang(theme, theme.dot(), &text)));
        }
        if !self.report.suppressed.is_empty() {
            out.push('\n');
        }
    }

    fn passes(&self, out: &mut String, theme: &Theme) {
        for Passed { code, name, times } in self.passed.iter().filter(|one| one.times > 0) {
            let tick = theme.good(theme.tick());
            let _ = writeln!(out, "{tick} {code} {name}: {} passed", text::thousands(*times));
        }
        out.push('\n');
    }

    /// The last line.
    pub(super) fn verdict(&self, out: &mut String, theme: &Theme) {
        let summary = &self.report.summary;
        let counts = summary.counts();
        let subjects = text::count(self.subjects, self.noun.one);
        let kind = self.noun.kind;
        let gone = self.report.vanishes.as_ref();
        let new = if gone.is_some() { " new" } else { "" };
        // Whoever could not look has seen nothing; whether there is anything is another matter.
        let blind = self.report.not_checked.iter().any(|gap| gap.failed);
        let other = self.report.unmodelled.iter().map(|kind| kind.objects).sum::<usize>();
        let head = match counts.as_slice() {
            [] if self.subjects == 0 => {
                let seen = if blind { "seen" } else { "to judge" };
                match (self.namespace, self.elsewhere) {
                    (Some(namespace), Some(Elsewhere { objects, namespaces })) => format!(
                        "No {kind} in namespace {namespace}; {} in {}: -A",
                        text::thousands(objects),
                        text::count(namespaces, "other namespace")
                    ),
                    (Some(namespace), None) => format!("No {kind} {seen} in namespace {namespace}"),
                    (None, _) => format!("No {kind} {seen}"),
                }
            }
            [] if blind || other > 0 => format!("No{new} problems seen in {subjects}"),
            [] => theme.good(&format!("No{new} problems in {subjects}")),
            _ => {
                let worst = self.report.worst().unwrap_or(Severity::Info);
                let counts = counts.join(", ");
                let counts = if gone.is_some() { format!("new: {counts}") } else { counts };
                theme.severity(worst, &format!("{counts} in {subjects}"))
            }
        };
        let dot = theme.dot();
        let _ = write!(out, "{head} {dot} {} passed", text::count(summary.passed, "check"));
        if let Some(gone) = gone {
            let _ = write!(out, " {dot} {} gone", text::thousands(gone.len()));
        }
        if summary.not_checked > 0 {
            let _ = write!(out, " {dot} {} not done", text::thousands(summary.not_checked));
        }
        if other > 0 {
            let _ = write!(out, " {dot} {} not judged", text::count(other, "object"));
        }
        if !self.report.suppressed.is_empty() {
            let _ =
                write!(out, " {dot} {} suppressed", text::thousands(self.report.suppressed.len()));
        }
        if self.report.summary.infos > 0 {
            let notes = text::count(self.report.summary.infos, "note");
            let more = if self.verbose { "" } else { ": -v" };
            let _ = write!(out, " {dot} {notes}{more}");
        }
        if self.report.input.skipped > 0 {
            let skipped = text::count(self.report.input.skipped, "document");
            let _ = write!(out, " {dot} {skipped} skipped");
        }
        out.push('\n');
    }
}
