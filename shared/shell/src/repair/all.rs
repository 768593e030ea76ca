//! `--yes`: all repairs that the flags allow, in rounds, until nothing is left that can be made.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::fix::{self, Chosen, Edit, PlanStep};
use igw_core::text;

use super::drafted::{Draft, Drafted};
use super::ground::{NotDrafted, StepEnd};
use super::judge::JudgedWorld;
use super::offer::Offer;
use super::show::{findings, summary, undo_line};
use super::work::Work;
use crate::exit::{Exit, Failure};

/// More rounds than repairs that follow from one another.
const ROUNDS: usize = 8;

/// How far a run is.
#[derive(Default)]
pub struct RepairTally {
    /// What was made, with its line.
    done: BTreeMap<String, String>,
    /// What was refused, or did not repair, and why.
    failed: BTreeMap<String, String>,
    /// The lines of those that were begun and whose finding may be gone.
    lost: BTreeMap<String, String>,
    pub undo: BTreeSet<String>,
    /// What was made.
    pub edits: Vec<Edit>,
    /// What is to be known of what was made.
    notes: BTreeMap<String, Vec<String>>,
}

/// Applies what is allowed, and writes what is left to be written.
///
/// # Errors
/// When something cannot be read or written.
pub fn apply(mut work: Work, mut judged: JudgedWorld) -> Result<Exit, Failure> {
    let (mut tally, mut exit) = (RepairTally::default(), Exit::Good);
    for _ in 0..ROUNDS {
        let mut chosen: Vec<Chosen> = Vec::new();
        for offer in judged.offers.iter().filter(|offer| tally.is_open(offer, &work)) {
            let one = offer.chosen(work.judge.args)?;
            // What is inside of what another one changes has to wait for the next round.
            let waits = |one: &Chosen| chosen.iter().any(|own| fix::depend(own, one));
            chosen.extend(one.filter(|one| !waits(one)));
        }
        let planned = fix::plan(&chosen);
        for (id, why) in planned.refused() {
            tally.failed.insert(id.clone(), why);
            exit = exit.and(Exit::Refused);
        }
        let (draft, steps) = drafted(&mut work, &judged, planned.steps, &mut tally, &mut exit);
        if steps.is_empty() {
            break;
        }
        let after = work.judged(&draft)?;
        let mut left = judged.left_by(&work.judge, &after);
        let made: BTreeSet<&String> = steps.iter().flat_map(|(step, _)| &step.fixes).collect();
        left.retain(|id, _| made.contains(id));
        if !left.is_empty() {
            // The round is made again without them.
            let why = left.iter().map(|(id, left)| (id.clone(), work.judge.would_be(left)));
            tally.failed.extend(why);
            exit = exit.and(Exit::Failed);
            continue;
        }
        let (_, new) = judged.change_to(&after);
        let made = work.make(draft, &steps, &judged, after)?;
        for offer in &judged.offers {
            let Some(end) = made.ends.get(&offer.id) else { continue };
            exit = exit.and(tally.note(offer, end));
            // A repair is chosen so that it breaks nothing; what a person asks for may.
            if let (Some(notes), false) = (tally.notes.get_mut(&offer.id), new.is_empty()) {
                notes.extend(work.judge.wish.map(|_| format!("new with it: {}", findings(&new))));
            }
        }
        let is_made = |one: &Chosen| matches!(made.ends.get(&one.id), Some(StepEnd::Applied(_)));
        tally.edits.extend(chosen.into_iter().filter(is_made).flat_map(|one| one.edits));
        tally.undo.extend(work.ground.undoable());
        judged = made.judged;
        if made.interrupted {
            exit = Exit::Interrupted;
            break;
        }
    }
    work.end()?;
    tally.undo.extend(work.ground.undoable());
    tally.report(&mut work, &judged)?;
    Ok(if judged.has_errors { exit.and(Exit::Findings) } else { exit })
}

/// The steps that can be made. One that cannot takes all others of its repairs with it.
fn drafted(
    work: &mut Work,
    judged: &JudgedWorld,
    steps: Vec<PlanStep>,
    tally: &mut RepairTally,
    exit: &mut Exit,
) -> (Draft, Vec<(PlanStep, Drafted)>) {
    let mut left_out: BTreeSet<String> = BTreeSet::new();
    loop {
        let mut draft = work.draft.clone();
        let mut out: Vec<(PlanStep, Drafted)> = Vec::new();
        let known = left_out.len();
        for step in &steps {
            let step = step.clone();
            if step.fixes.iter().any(|id| left_out.contains(id)) {
                // The parts of one step cannot be told apart any more: the next round makes the others.
                left_out.extend(step.fixes);
                continue;
            }
            let drafted = work.drafted(judged, &mut draft, &step);
            let drafted = drafted.and_then(|own| match own.held() {
                Some(why) => Err(NotDrafted::Refused(why.to_owned())),
                None => Ok(own),
            });
            match drafted {
                Ok(drafted) => out.push((step, drafted)),
                Err(not) => {
                    if let NotDrafted::Refused(why) = not {
                        tally.failed.extend(step.fixes.iter().map(|id| (id.clone(), why.clone())));
                        *exit = exit.and(Exit::Refused);
                    }
                    left_out.extend(step.fixes);
                }
            }
        }
        if left_out.len() == known {
            return (draft, out);
        }
    }
}

impl RepairTally {
    fn is_open(&self, offer: &Offer, work: &Work) -> bool {
        offer.is_allowed(work.judge.args)
            && !self.failed.contains_key(&offer.id)
            && !self.done.contains_key(&offer.id)
    }

    /// Notes what came of a repair, and says the exit code for it.
    pub fn note(&mut self, offer: &Offer, end: &StepEnd) -> Exit {
        let (why, exit) = match end {
            StepEnd::Applied(notes) => {
                let notes: String = notes.iter().map(|note| format!(" · {note}")).collect();
                self.notes.insert(offer.id.clone(), offer.fix.notes.clone());
                self.done.insert(offer.id.clone(), format!("{}{notes}", offer.line()));
                return Exit::Good;
            }
            StepEnd::Refused(why) => (why, Exit::Refused),
            StepEnd::Failed(why) | StepEnd::Unverified(why) => (why, Exit::Failed),
        };
        self.failed.insert(offer.id.clone(), why.clone());
        self.lost.insert(offer.id.clone(), offer.line_but(why));
        exit
    }

    /// Says what was made, and what is left and why.
    ///
    /// # Errors
    /// When it cannot be said what has to be done for it to take effect.
    pub fn report(&self, work: &mut Work, judged: &JudgedWorld) -> Result<(), Failure> {
        let (console, theme) = (work.judge.console, &work.judge.console.theme);
        let nothing = self.done.is_empty() && self.lost.is_empty();
        if work.judge.wish.is_some() && nothing && judged.offers.is_empty() {
            console.note(work.judge.nothing());
            return Ok(());
        }
        for (id, line) in &self.done {
            console.note(&format!("{} {line}", theme.tick()));
            for note in self.notes.get(id).into_iter().flatten() {
                console.note(&theme.wrap(2, &text::clean(note)));
            }
        }
        for (_, line) in self.lost.iter().filter(|(id, _)| !judged.offers_again(id)) {
            console.note(&format!("{} {line}", theme.dot()));
        }
        for offer in &judged.offers {
            let failed = self.failed.get(&offer.id).cloned();
            let why = failed.unwrap_or_else(|| offer.why_not(work.judge.args));
            console.note(&format!("{} {}", theme.dot(), offer.line_but(&why)));
        }
        console.note(&summary(
            !work.judge.args.make.no_verify,
            self.done.len(),
            judged.offers.len(),
            judged.without,
        ));
        for line in work.ground.effects(&work.judge, judged, &self.edits)? {
            console.note(&text::clean(&line));
        }
        for id in &self.undo {
            console.note(&undo_line(work.judge.product, id));
        }
        Ok(())
    }
}
