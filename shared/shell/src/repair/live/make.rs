//! Drafts, made for good: each is journalled before and after, and controllers are waited for.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::compare::Left;
use igw_core::fix::{PlanStep, StepAction};
use igw_core::kube::ObjRef;
use serde_json::Value;

use super::settle::{self, SettleEnd};
use super::write_one::{WriteEnd, write_journalled};
use crate::cluster::Live;
use crate::exit::Failure;
use crate::repair::drafted::Drafted;
use crate::repair::ground::StepEnd;
use crate::repair::journal::{Journal, JournalHome};
use crate::repair::judge::{Judge, JudgedWorld};

/// Makes drafts.
pub struct Making<'a> {
    pub live: &'a Live,
    pub judge: &'a Judge<'a>,
    /// Everything as it is before.
    pub judged: &'a JudgedWorld,
    /// Begun with the first change.
    pub journal: Option<Journal>,
}

/// What was made.
#[derive(Default)]
pub struct MadeSteps {
    pub ends: BTreeMap<String, StepEnd>,
    /// Whether anything was changed.
    pub any: bool,
    pub interrupted: bool,
    /// The repairs of each step that was made, by its number in the journal.
    numbers: Vec<(usize, Vec<String>)>,
    /// What the controllers say about the object of each repair.
    settled: BTreeMap<String, SettleEnd>,
}

impl Making<'_> {
    /// Makes the steps in their order. A step that is not made takes all others of its repairs with it.
    ///
    /// # Errors
    /// When the journal cannot be written: then nothing more is changed.
    pub fn make(&mut self, steps: &[(PlanStep, Drafted)]) -> Result<MadeSteps, Failure> {
        let mut out = MadeSteps::default();
        let wait = !self.judge.args.make.no_verify;
        let mut before = if wait { self.subjects(steps) } else { BTreeMap::new() };
        self.live.interrupts().hold();
        let made = steps.iter().try_for_each(|(step, drafted)| self.step(step, drafted, &mut out));
        // Held over both, so that an interrupt at any moment says what was begun.
        if made.is_ok() && out.any && wait {
            let limit = self.judge.args.wait_limit();
            let is_applied = |id: &String| matches!(out.ends.get(id), Some(StepEnd::Applied(_)));
            before.retain(|object, _| {
                let mut offers = self.judged.offers.iter();
                offers.any(|offer| offer.finding.object == *object && is_applied(&offer.id))
            });
            let ends = settle::settle(self.live, &before, limit, self.judge.console);
            for offer in &self.judged.offers {
                if let Some(end) = ends.get(&offer.finding.object)
                    && matches!(out.ends.get(&offer.id), Some(StepEnd::Applied(_)))
                {
                    out.settled.insert(offer.id.clone(), end.clone());
                }
            }
        }
        out.interrupted = self.live.interrupts().release();
        made?;
        Ok(out)
    }

    /// The objects whose findings are repaired, as they are before; null: it is yet to be created.
    fn subjects(&self, steps: &[(PlanStep, Drafted)]) -> BTreeMap<ObjRef, Value> {
        let fixes: BTreeSet<&String> = steps.iter().flat_map(|(step, _)| &step.fixes).collect();
        let offers = self.judged.offers.iter().filter(|offer| fixes.contains(&offer.id));
        let objects: BTreeSet<&ObjRef> = offers.map(|offer| &offer.finding.object).collect();
        let is_new = |object: &ObjRef| {
            steps.iter().any(|(step, _)| {
                step.object == *object && matches!(step.action, StepAction::Create(_))
            })
        };
        let stored = |object: &ObjRef| match self.live.stored(object).ok()? {
            Some(stored) => Some((object.clone(), stored)),
            None => is_new(object).then(|| (object.clone(), Value::Null)),
        };
        objects.into_iter().filter_map(stored).collect()
    }

    fn step(
        &mut self,
        step: &PlanStep,
        drafted: &Drafted,
        out: &mut MadeSteps,
    ) -> Result<(), Failure> {
        let Some(own) = drafted.object() else { return Ok(()) };
        let is_open = |id: &&String| match out.ends.get(*id) {
            None | Some(StepEnd::Applied(_)) => true,
            Some(_) => false,
        };
        let fixes: Vec<String> = step.fixes.iter().filter(is_open).cloned().collect();
        if fixes.is_empty() {
            return Ok(());
        }
        let mut ended = |end: &StepEnd| {
            out.ends.extend(fixes.iter().map(|id| (id.clone(), end.clone())));
        };
        if let Some(why) = &own.held {
            ended(&StepEnd::Refused(why.clone()));
            return Ok(());
        }
        if self.live.interrupts().came() {
            ended(&StepEnd::Refused("interrupted".to_owned()));
            return Ok(());
        }
        self.begin()?;
        let (number, end) = write_journalled(self.live, self.journal.as_mut(), &fixes, own)?;
        let is_changed = matches!(end, WriteEnd::Applied(_) | WriteEnd::Unknown(_));
        ended(&match end {
            WriteEnd::Applied(_) => StepEnd::Applied(Vec::new()),
            WriteEnd::Refused(why) => StepEnd::Refused(why),
            WriteEnd::Failed(why) | WriteEnd::Unknown(why) => StepEnd::Failed(why),
        });
        if is_changed {
            out.any = true;
            out.numbers.push((number, fixes));
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Failure> {
        if self.journal.is_some() {
            return Ok(());
        }
        let home = JournalHome::of(self.live, &self.judge.args.read.cluster);
        self.journal = Journal::begin(self.judge.product, None, &home)?;
        if self.journal.is_none() {
            self.judge.console.note(Journal::NONE);
        }
        Ok(())
    }
}

impl MadeSteps {
    /// Notes for each repair whether it did what it should, by what was wrong and what is wrong now.
    pub fn verify(&mut self, judge: &Judge, before: &JudgedWorld, after: &JudgedWorld) {
        let left = before.left_by(judge, after);
        for (id, end) in &mut self.ends {
            let StepEnd::Applied(notes) = end else { continue };
            if let Some(left) = left.get(id) {
                let why = judge.is(left);
                *end = match left {
                    Left::There => StepEnd::Failed(why),
                    Left::Unseen(_) => StepEnd::Unverified(why),
                };
                continue;
            }
            match self.settled.get(id) {
                Some(SettleEnd::Answered(what)) => notes.push(what.clone()),
                Some(SettleEnd::Silent(why)) => {
                    *end = StepEnd::Unverified(format!("applied, but {why}"));
                }
                None => {}
            }
        }
    }

    /// Writes into the journal how it was verified.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn journal(&self, journal: &mut Journal) -> Result<(), Failure> {
        for (number, fixes) in &self.numbers {
            for end in fixes.iter().filter_map(|id| self.ends.get(id)) {
                match end {
                    StepEnd::Applied(_) => journal.verified(*number, "yes", None)?,
                    StepEnd::Failed(why) => journal.verified(*number, "no", Some(why))?,
                    StepEnd::Refused(why) | StepEnd::Unverified(why) => {
                        journal.verified(*number, "unknown", Some(why))?;
                    }
                }
            }
        }
        Ok(())
    }
}
