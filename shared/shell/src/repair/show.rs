//! A step as a person reads it: ux.md, "fix".

use std::fmt::Write as _;

use igw_core::compare::Known;
use igw_core::fix::{PlanStep, StepAction};
use igw_core::report::Theme;
use igw_core::text;

use super::drafted::{Drafted, ObjectDraft, ServerAnswer};
use super::external_diff::external_diff;
use super::offer::Offer;
use super::painted::painted;
use crate::product::Product;

/// A step with what it does to the findings, where that was looked at.
pub struct ShownStep<'a> {
    pub step: &'a PlanStep,
    pub offers: Vec<&'a Offer>,
    pub drafted: &'a Drafted,
    pub product: &'static dyn Product,
    /// What is gone with it and what is new.
    pub change: Option<(Vec<Known>, Vec<Known>)>,
}

impl ShownStep<'_> {
    /// `create`, `patch` or `edit-file`, as in machine output.
    pub fn verb(&self) -> &'static str {
        match (&self.step.action, self.drafted.object()) {
            (StepAction::Create(_) | StepAction::Move(_), _) => "create",
            (StepAction::Change(..), Some(_)) => "patch",
            (StepAction::Change(..), None) => "edit-file",
        }
    }

    /// The step, with `1 of 3` before it.
    pub fn text(&self, place: &str, context: usize, theme: &Theme) -> String {
        let mut out = String::new();
        for (number, offer) in self.offers.iter().enumerate() {
            let (code, name, object) =
                (offer.finding.code, offer.finding.name, &offer.finding.object);
            let left = if number == 0 { place.to_owned() } else { " ".repeat(place.len()) };
            let line = text::clean(&format!("{} · {object}", format!("{code} {name}").trim_end()));
            let _ = writeln!(out, "{left}  {}", theme.bold(&line));
            let indent = place.chars().count() + 2;
            let title = text::clean(&offer.fix.title);
            let _ = writeln!(out, "{}{}", " ".repeat(indent), title);
        }
        out.push('\n');
        let own = || painted(&self.drafted.diff(self.product, context), theme);
        match external_diff(self.product, self.drafted) {
            None => out.push_str(&own()),
            Some(Ok(said)) => said.lines().for_each(|line| {
                let _ = writeln!(out, "  {line}");
            }),
            Some(Err(why)) => {
                let _ = writeln!(out, "{}{}", own(), theme.wrap(8, &why));
            }
        }
        out.push('\n');
        for line in self.notes() {
            let _ = writeln!(out, "{}", theme.wrap(8, &text::clean(&line)));
        }
        // A command stands on a line of its own, whatever its length.
        if let Some(question) = self.drafted.object().and_then(|own| own.question.as_ref()) {
            let _ = writeln!(out, "        {}", text::clean(question));
        }
        out
    }

    fn notes(&self) -> Vec<String> {
        let mut out = self.drafted.object().map(about_object).unwrap_or_default();
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
            if offer.finding.object == self.step.object {
                out.extend(offer.fix.notes.clone());
            }
            if let Some(why) = offer.fix.safety.reason() {
                out.push(format!("{}: {why}", offer.fix.safety.word()));
            }
        }
        out
    }
}

/// What the server and others have to do with a change.
fn about_object(own: &ObjectDraft) -> Vec<String> {
    let admitted = match &own.server {
        ServerAnswer::Admitted => "the API server admits it (dry run) · allowed for you".to_owned(),
        ServerAnswer::Rejected(why) => format!("not possible: {why}"),
        ServerAnswer::NotAsked(why) => {
            format!("a preview from here; the API server has not checked it: {why}")
        }
    };
    let mut out = vec![match &own.owner {
        None => format!("{admitted} · not owned by Argo CD, Flux or Helm"),
        Some(_) => admitted,
    }];
    if let Some(owner) = &own.owner {
        let name = &owner.name;
        out.push(match &own.held {
            Some(why) => why.clone(),
            None => format!("{name} owns it, and may put back what is changed here"),
        });
    } else if let (Some(why), ServerAnswer::Admitted) = (&own.held, &own.server) {
        out.push(why.clone());
    }
    if !own.added.is_empty() {
        let added: Vec<&str> = own.added.iter().map(String::as_str).collect();
        out.push(format!("set by the server: {}", text::some_of(&added, 4)));
    }
    out.extend(own.warnings.iter().map(|warning| format!("warning of the API server: {warning}")));
    out
}

/// How a run is taken back.
pub fn undo_line(product: &dyn Product, id: &str) -> String {
    format!("undo: {} undo {id}", product.command())
}

/// `2 applied and verified, 1 left, 3 findings without a repair`
pub fn summary(verified: bool, done: usize, left: usize, without: usize) -> String {
    let verified = if verified { " and verified" } else { "" };
    let mut parts = vec![format!("{} applied{verified}", text::thousands(done))];
    if left > 0 {
        parts.push(format!("{} left", text::thousands(left)));
    }
    if without > 0 {
        parts.push(format!("{} without a repair", text::count(without, "finding")));
    }
    parts.join(", ")
}

/// `IGW0103 on HTTPRoute gw/chat`; `nothing` if there are none.
pub fn findings(all: &[Known]) -> String {
    let named: Vec<String> =
        all.iter().map(|known| format!("{} on {}", known.code, known.object)).collect();
    if named.is_empty() { "nothing".to_owned() } else { text::some_of(&named, 4) }
}
