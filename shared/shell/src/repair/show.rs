//! A step as a person reads it: ux.md, "fix".

use std::fmt::Write as _;

use igw_core::compare::Known;
use igw_core::fix::{PlanStep, StepAction};
use igw_core::report::Theme;
use igw_core::text;

use super::draft::Drafted;
use super::offer::Offer;

/// A step with what it does to the findings, where that was looked at.
pub struct ShownStep<'a> {
    pub step: &'a PlanStep,
    pub offers: Vec<&'a Offer>,
    pub drafted: &'a Drafted,
    /// What is gone with it and what is new.
    pub change: Option<(Vec<Known>, Vec<Known>)>,
}

impl ShownStep<'_> {
    /// `create` or `edit-file`, as in machine output.
    pub fn verb(&self) -> &'static str {
        match self.step.action {
            StepAction::Create(_) => "create",
            StepAction::Change(..) => "edit-file",
        }
    }

    /// The step, with `1 of 3` before it.
    pub fn text(&self, place: &str, context: usize, theme: &Theme) -> String {
        let mut out = String::new();
        for (number, offer) in self.offers.iter().enumerate() {
            let (code, name, object) =
                (offer.finding.code, offer.finding.name, &offer.finding.object);
            let left = if number == 0 { place.to_owned() } else { " ".repeat(place.len()) };
            let line = text::clean(&format!("{code} {name} · {object}"));
            let _ = writeln!(out, "{left}  {}", theme.bold(&line));
            let indent = place.chars().count() + 2;
            let title = text::clean(&offer.fix.title);
            let _ = writeln!(out, "{}{}", " ".repeat(indent), title);
        }
        out.push('\n');
        for line in self.drafted.diff(context).lines() {
            let line = text::clean(line);
            let painted = match line.as_bytes().first() {
                Some(b'+') => theme.good(&line),
                Some(b'-') => theme.severity(igw_core::finding::Severity::Error, &line),
                Some(b'@') => theme.dim(&line),
                _ => line,
            };
            let _ = writeln!(out, "  {painted}");
        }
        out.push('\n');
        for line in self.notes() {
            let _ = writeln!(out, "{}", theme.wrap(8, &text::clean(&line)));
        }
        out
    }

    fn notes(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let Some((gone, new)) = &self.change {
            out.push(format!("then gone: {}", findings(gone)));
            out.push(format!("then new:  {}", findings(new)));
        }
        match self.drafted.comments_removed {
            0 => {}
            count => out.push(format!("{} removed with it", text::count(count, "comment"))),
        }
        for offer in &self.offers {
            out.extend(offer.fix.grants.clone());
            if let Some(why) = offer.fix.safety.reason() {
                out.push(format!("{}: {why}", offer.fix.safety.word()));
            }
        }
        out
    }
}

fn findings(all: &[Known]) -> String {
    let named: Vec<String> =
        all.iter().map(|known| format!("{} on {}", known.code, known.object)).collect();
    if named.is_empty() { "nothing".to_owned() } else { text::some_of(&named, 4) }
}
