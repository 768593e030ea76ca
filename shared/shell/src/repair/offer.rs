//! What can be repaired, and what is decided about it.

use igw_core::finding::Finding;
use igw_core::fix::{Chosen, Fix, FixChoice, Safety};
use igw_core::text;

use super::flags::FixArgs;
use crate::exit::Failure;

/// A finding with a repair.
#[derive(Debug, Clone)]
pub struct Offer {
    pub id: String,
    pub finding: Finding,
    pub fix: Fix,
}

impl Offer {
    pub fn of(finding: &Finding) -> Option<Offer> {
        let fix = finding.fix.clone()?;
        Some(Offer { id: finding.fix_id(), finding: finding.clone(), fix })
    }

    /// Its edits, where nothing is left to be chosen.
    ///
    /// # Errors
    /// When `--set` gives an answer that is none.
    pub fn chosen(&self, args: &FixArgs) -> Result<Option<Chosen>, Failure> {
        let choice = self.fix.choice.as_ref();
        let answer = choice.and_then(|choice| args.answer(self.finding.code, choice.key));
        let edits = self.fix.picked(answer);
        if let (Some(choice), Some(answer), None) = (choice, answer, edits) {
            let values = values(choice);
            let (code, key) = (self.finding.code, choice.key);
            let failure = Failure::usage(format!(
                "--set {code}.{key}={answer}: not an answer for {}",
                self.finding.object
            ));
            return Err(failure.hint(format!("the answers are: {}", values.join(", "))));
        }
        Ok(edits.map(|edits| Chosen { id: self.id.clone(), edits: edits.to_vec() }))
    }

    /// What it repairs and how, as a line.
    pub fn line(&self) -> String {
        text::clean(&format!("{} {}: {}", self.finding.code, self.finding.object, self.fix.title))
    }

    /// The same of one that is not made.
    pub fn line_but(&self, why: &str) -> String {
        format!("{} ({})", self.line(), text::clean(why))
    }

    /// Whether `--yes` applies it.
    pub fn is_allowed(&self, args: &FixArgs) -> bool {
        match self.fix.safety {
            Safety::Safe => true,
            Safety::Unsafe(_) => args.also_unsafe,
            Safety::ShowOnly(_) => false,
        }
    }

    /// Why `--yes` does not apply it.
    pub fn why_not(&self, args: &FixArgs) -> String {
        let choice = self.fix.choice.as_ref().map(|choice| {
            format!(
                "choose --set {}.{}={}",
                self.finding.code,
                choice.key,
                values(choice).join("|")
            )
        });
        let safety = match &self.fix.safety {
            Safety::Safe => None,
            Safety::Unsafe(_) if args.also_unsafe => None,
            Safety::Unsafe(why) => Some(format!("needs --unsafe: {why}")),
            Safety::ShowOnly(why) => Some(format!("only shown: {why}")),
        };
        let parts: Vec<String> = [safety, choice].into_iter().flatten().collect();
        parts.join("; ")
    }
}

/// What `--set` may say.
pub fn values(choice: &FixChoice) -> Vec<&str> {
    choice.picks.iter().map(|pick| pick.value.as_str()).collect()
}
