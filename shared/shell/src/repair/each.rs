//! One repair after the other, each shown and asked for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use igw_core::fix::{self, Edit, PlanStep, Safety};
use igw_core::text;

use super::drafted::{Draft, Drafted};
use super::editor::EditedFile;
use super::ground::{NotDrafted, StepEnd};
use super::judge::JudgedWorld;
use super::keys::Reply;
use super::offer::Offer;
use super::show::{ShownStep, summary, undo_line};
use super::work::Work;
use super::{files, plan, question};
use crate::exit::{Exit, Failure};

/// How often repairs are shown again because something has changed meanwhile.
const MOST_MOVED: usize = 20;

/// What came of one repair.
enum AskOutcome {
    Applied(Box<JudgedWorld>),
    /// It was refused at the last moment: it is shown again as things are now.
    Moved(Box<JudgedWorld>),
    /// It is made, and did not help or nothing is known of it.
    NotVerified(Box<JudgedWorld>),
    Left,
    Failed,
    Stop(Exit),
}

struct Asking<'a> {
    work: Work<'a>,
    /// Whether safe ones are applied unasked from here on.
    all: bool,
    done: usize,
    /// How often a repair was refused at the last moment.
    moved: usize,
    exit: Exit,
}

/// Asks for each repair, and writes what is agreed to at once.
///
/// # Errors
/// When files cannot be read or written.
pub fn run(work: Work, mut judged: JudgedWorld) -> Result<Exit, Failure> {
    let mut asking = Asking { work, all: false, done: 0, moved: 0, exit: Exit::Good };
    let mut answered: BTreeSet<String> = BTreeSet::new();
    if let Some(line) = plan::outlook(&asking.work, &judged)? {
        asking.work.judge.console.note(&format!("{line}\n"));
    }
    let mut number = 0;
    loop {
        let open: Vec<&Offer> =
            judged.offers.iter().filter(|offer| !answered.contains(&offer.id)).collect();
        let Some(offer) = open.first().copied().cloned() else { break };
        let of = number + open.len();
        number += 1;
        answered.insert(offer.id.clone());
        let place = format!("{number} of {of}");
        match asking.offer(&judged, &offer, &place)? {
            AskOutcome::Applied(after) => {
                asking.done += 1;
                judged = *after;
            }
            AskOutcome::Moved(now) => {
                asking.moved += 1;
                if asking.moved <= MOST_MOVED {
                    answered.remove(&offer.id);
                } else {
                    asking.exit = asking.exit.and(Exit::Refused);
                }
                judged = *now;
            }
            AskOutcome::NotVerified(now) => {
                asking.exit = asking.exit.and(Exit::Failed);
                judged = *now;
            }
            AskOutcome::Left => asking.exit = asking.exit.and(Exit::Refused),
            AskOutcome::Failed => asking.exit = asking.exit.and(Exit::Failed),
            AskOutcome::Stop(exit) => {
                asking.exit = asking.exit.and(exit);
                break;
            }
        }
    }
    asking.work.end()?;
    if number == 0 && judged.without == 0 {
        asking.work.judge.console.note(asking.work.judge.nothing());
    } else {
        let left = judged.offers.len();
        asking.work.judge.console.note(&summary(
            !asking.work.judge.args.make.no_verify,
            asking.done,
            left,
            judged.without,
        ));
    }
    Ok(if judged.has_errors { asking.exit.and(Exit::Findings) } else { asking.exit })
}

impl Asking<'_> {
    fn offer(
        &mut self,
        judged: &JudgedWorld,
        offer: &Offer,
        place: &str,
    ) -> Result<AskOutcome, Failure> {
        let chosen = match offer.chosen(self.work.judge.args)? {
            Some(chosen) => chosen,
            None => match question::choose(self.work.judge.console, offer, place)? {
                Ok(chosen) => chosen,
                Err(Reply::Quit) => return Ok(AskOutcome::Stop(Exit::Refused)),
                Err(Reply::Interrupt) => return Ok(AskOutcome::Stop(Exit::Interrupted)),
                Err(_) => return Ok(AskOutcome::Left),
            },
        };
        let steps = fix::plan(std::slice::from_ref(&chosen)).steps;
        let mut draft = self.work.draft.clone();
        let drafted = steps.iter().map(|step| self.work.drafted(judged, &mut draft, step));
        let mut drafted: Vec<Drafted> = match drafted.collect() {
            Ok(drafted) => drafted,
            Err(refused) => {
                self.say(offer, &refused_because(&refused));
                return Ok(AskOutcome::Left);
            }
        };
        loop {
            let after = self.work.judged(&draft)?;
            self.show(judged, &after, &steps, &drafted, place);
            if drafted.iter().any(|one| one.held().is_some()) {
                self.say(offer, "only shown");
                return Ok(AskOutcome::Left);
            }
            let safe = offer.fix.safety == Safety::Safe;
            let answer = match self.all && safe {
                true => Reply::Yes,
                false => question::apply(self.work.judge.console)?,
            };
            match answer {
                Reply::Yes | Reply::All => {
                    self.all |= answer == Reply::All;
                    let steps: Vec<_> = steps.into_iter().zip(drafted).collect();
                    return self.apply(offer, &chosen.edits, draft, &steps, judged, after);
                }
                Reply::Edit => self.edit(offer, &mut draft, &mut drafted),
                Reply::Save => {
                    self.save(offer, &drafted)?;
                    return Ok(AskOutcome::Left);
                }
                Reply::Quit => return Ok(AskOutcome::Stop(Exit::Refused)),
                Reply::Interrupt => return Ok(AskOutcome::Stop(Exit::Interrupted)),
                _ => return Ok(AskOutcome::Left),
            }
        }
    }

    /// Has a person edit what is to be written. An edit that cannot be used is kept in its file.
    fn edit(&mut self, offer: &Offer, draft: &mut Draft, drafted: &mut [Drafted]) {
        for one in drafted {
            let file = match EditedFile::of(&self.work.ground.editable(one)) {
                Ok(Some(file)) => file,
                Ok(None) => {
                    self.say(offer, "not edited: the text is as it was");
                    continue;
                }
                // What was agreed to before is not lost for it.
                Err(failure) => {
                    self.work.judge.console.fail(&failure);
                    continue;
                }
            };
            let mut edited = draft.clone();
            let judge = &self.work.judge;
            let new = self.work.ground.edited(judge, &mut edited, one, &file.text);
            match new {
                Ok(new) => {
                    *one = new;
                    *draft = edited;
                }
                Err(refused) => {
                    let why = refused_because(&refused);
                    let kept =
                        file.keep().map(|path| format!("; it is kept in {}", path.display()));
                    self.say(offer, &format!("{why}{}", kept.unwrap_or_default()));
                }
            }
        }
    }

    fn show(
        &self,
        judged: &JudgedWorld,
        after: &JudgedWorld,
        steps: &[PlanStep],
        drafted: &[Drafted],
        place: &str,
    ) {
        let judge = &self.work.judge;
        for (step, drafted) in steps.iter().zip(drafted) {
            let (offers, change) =
                (judged.offers_of(step).collect(), Some(judged.change_to(after)));
            let shown = ShownStep { step, offers, drafted, product: judge.product, change };
            let text = shown.text(place, judge.args.make.diff_context, &judge.console.theme);
            judge.console.note(text.trim_end());
        }
    }

    /// Makes it, unless the finding would still be there.
    fn apply(
        &mut self,
        offer: &Offer,
        edits: &[Edit],
        draft: Draft,
        steps: &[(PlanStep, Drafted)],
        judged: &JudgedWorld,
        after: JudgedWorld,
    ) -> Result<AskOutcome, Failure> {
        if let Some(left) = judged.left_by(&self.work.judge, &after).get(&offer.id) {
            self.say(offer, &format!("not made: {}", self.work.judge.would_be(left)));
            return Ok(AskOutcome::Failed);
        }
        let made = self.work.make(draft, steps, judged, after)?;
        if self.work.judge.writes_at_once() {
            self.work.end()?;
        }
        let (console, tick) = (self.work.judge.console, self.work.judge.console.theme.tick());
        let end = made.ends.get(&offer.id);
        match end {
            Some(StepEnd::Applied(notes)) => {
                let notes: String = notes.iter().map(|note| format!("   {tick} {note}")).collect();
                let gone = match self.work.judge.wish {
                    None => format!("{} is gone", offer.finding.code),
                    Some(_) => "it is as you ask for".to_owned(),
                };
                console.note(&format!("  {tick} applied{notes}   {tick} {gone}"));
            }
            Some(StepEnd::Refused(why) | StepEnd::Failed(why) | StepEnd::Unverified(why)) => {
                self.say(offer, why);
            }
            None => {}
        }
        let effects = match end {
            Some(StepEnd::Applied(_)) => {
                self.work.ground.effects(&self.work.judge, &made.judged, edits)?
            }
            _ => Vec::new(),
        };
        effects.iter().for_each(|line| console.note(&text::clean(line)));
        if let Some(id) = self.work.ground.undoable() {
            console.note(&format!("    {}", undo_line(self.work.judge.product, &id)));
        }
        console.note("");
        let after = Box::new(made.judged);
        Ok(match end {
            _ if made.interrupted => AskOutcome::Stop(Exit::Interrupted),
            Some(StepEnd::Applied(_)) | None => AskOutcome::Applied(after),
            Some(StepEnd::Refused(_)) => AskOutcome::Moved(after),
            Some(StepEnd::Failed(_) | StepEnd::Unverified(_)) => AskOutcome::NotVerified(after),
        })
    }

    fn save(&self, offer: &Offer, drafted: &[Drafted]) -> Result<(), Failure> {
        let context = self.work.judge.args.make.diff_context;
        let diff: String =
            drafted.iter().map(|one| one.whole_diff(self.work.judge.product, context)).collect();
        let directory =
            self.work.judge.args.make.save.clone().unwrap_or_else(|| PathBuf::from("."));
        let name = format!("{}.diff", offer.id);
        for path in files::into(&directory, &[(name, &diff)])? {
            self.work.judge.console.note(&format!("  written: {}\n", path.display()));
        }
        Ok(())
    }

    fn say(&self, offer: &Offer, what: &str) {
        let console = self.work.judge.console;
        console.note(&format!("{} {}\n", console.theme.dot(), offer.line_but(what)));
    }
}

fn refused_because(refused: &NotDrafted) -> String {
    match refused {
        NotDrafted::Later => "two of its changes are of one object".to_owned(),
        NotDrafted::Refused(why) => format!("refused: {why}"),
    }
}
