//! A run of `fix`: what is judged, where it is repaired, and how far it is.

use igw_core::fix::PlanStep;
use igw_core::kube::Origin;

use super::drafted::{Draft, Drafted};
use super::ground::{Ground, Made, NotDrafted};
use super::judge::{Judge, JudgedWorld};
use crate::exit::Failure;

/// A run of `fix`.
pub struct Work<'a> {
    pub judge: Judge<'a>,
    pub ground: Box<dyn Ground + 'a>,
    /// Everything as it is to be.
    pub draft: Draft,
}

impl Work<'_> {
    /// Judges everything as if a draft were made.
    ///
    /// # Errors
    /// When nothing can be read.
    pub fn judged(&mut self, draft: &Draft) -> Result<JudgedWorld, Failure> {
        self.ground.judge(&self.judge, draft)
    }

    /// Adds a step to a draft.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn drafted(
        &mut self,
        judged: &JudgedWorld,
        draft: &mut Draft,
        step: &PlanStep,
    ) -> Result<Drafted, NotDrafted> {
        let first = judged.offers_of(step).next();
        let home = first.map_or(Origin::CLUSTER, |offer| offer.finding.origin);
        self.ground.draft(&self.judge, judged, draft, step, home)
    }

    /// Makes what was drafted.
    ///
    /// # Errors
    /// When nothing can be read any more.
    pub fn make(
        &mut self,
        draft: Draft,
        steps: &[(PlanStep, Drafted)],
        judged: &JudgedWorld,
        after: JudgedWorld,
    ) -> Result<Made, Failure> {
        let made = self.ground.make(&self.judge, draft, steps, judged, after)?;
        self.draft = made.draft.clone();
        Ok(made)
    }

    /// Writes what is left to be written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self) -> Result<(), Failure> {
        self.ground.end(&self.judge, &self.draft)
    }
}
