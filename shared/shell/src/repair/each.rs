//! One repair after the other, each shown and asked for.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use igw_core::fix::{self, Chosen, PlanStep, Safety};
use igw_core::text;

use super::all::{summary, undo_line};
use super::draft::Drafted;
use super::keys::{self, Reply};
use super::offer::Offer;
use super::show::ShownStep;
use super::work::{JudgedFiles, Work};
use super::{finish, write};
use crate::exit::{Exit, Failure};
use crate::input::files::Drafts;

const QUESTION: &str = "Apply? [y]es [n]o [e]dit [s]ave [a]ll [q]uit [?] (n) ";
const HELP: &str = "  y  apply this repair          n  leave it, and go on (the default)
  e  edit the changed file      s  save the difference to a file, and go on
  a  apply this repair and all safe ones that follow
  q  leave this and all others";

/// What came of one repair.
enum AskOutcome {
    Applied(Box<JudgedFiles>),
    Left,
    Failed,
    Stop(Exit),
}

struct Asking<'a> {
    work: Work<'a>,
    /// Whether safe ones are applied unasked from here on.
    all: bool,
    done: usize,
    exit: Exit,
}

/// Asks for each repair, and writes what is agreed to at once.
///
/// # Errors
/// When files cannot be read or written.
pub fn run(work: Work, mut judged: JudgedFiles) -> Result<Exit, Failure> {
    let mut asking = Asking { work, all: false, done: 0, exit: Exit::Good };
    let mut answered: BTreeSet<String> = BTreeSet::new();
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
            AskOutcome::Left => asking.exit = asking.exit.and(Exit::Refused),
            AskOutcome::Failed => asking.exit = asking.exit.and(Exit::Failed),
            AskOutcome::Stop(exit) => {
                asking.exit = asking.exit.and(exit);
                break;
            }
        }
    }
    if number == 0 && judged.without == 0 {
        asking.work.console.note("Nothing to repair.");
    } else {
        let left = judged.offers.len();
        asking.work.console.note(&summary(asking.done, left, judged.without));
    }
    Ok(if judged.has_errors { asking.exit.and(Exit::Findings) } else { asking.exit })
}

impl Asking<'_> {
    fn offer(
        &mut self,
        judged: &JudgedFiles,
        offer: &Offer,
        place: &str,
    ) -> Result<AskOutcome, Failure> {
        let chosen = match offer.chosen(self.work.args)? {
            Some(chosen) => chosen,
            None => match self.choose(offer, place)? {
                Ok(chosen) => chosen,
                Err(outcome) => return Ok(outcome),
            },
        };
        let steps = fix::plan(std::slice::from_ref(&chosen)).steps;
        let mut drafts = self.work.drafts.clone();
        let drafted = steps.iter().map(|step| self.work.draft(judged, &mut drafts, step));
        let mut drafted: Vec<Drafted> = match drafted.collect() {
            Ok(drafted) => drafted,
            Err(why) => {
                self.say(offer, &format!("refused: {why}"));
                return Ok(AskOutcome::Left);
            }
        };
        loop {
            let after = self.work.judge(&drafts)?;
            if after.session.complain(self.work.console) {
                self.say(offer, "the edited file cannot be read");
                return Ok(AskOutcome::Left);
            }
            self.show(judged, &after, &steps, &drafted, place);
            let safe = offer.fix.safety == Safety::Safe;
            let answer = match self.all && safe {
                true => Reply::Yes,
                false => self.ask()?,
            };
            match answer {
                Reply::Yes | Reply::All => {
                    self.all |= answer == Reply::All;
                    return self.apply(offer, drafts, judged, after);
                }
                Reply::Edit => {
                    for one in &mut drafted {
                        one.new = edited(&one.new)?;
                        drafts.0.insert(one.path.clone(), one.new.clone());
                    }
                }
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

    /// Asks until the key means something.
    fn ask(&self) -> Result<Reply, Failure> {
        loop {
            match keys::ask(QUESTION)? {
                Reply::Help => self.work.console.note(HELP),
                Reply::Other | Reply::Pick(_) => {}
                answer => return Ok(answer),
            }
        }
    }

    /// Asks which answer of a choice is meant.
    fn choose(&self, offer: &Offer, place: &str) -> Result<Result<Chosen, AskOutcome>, Failure> {
        let Some(choice) = &offer.fix.choice else { return Ok(Err(AskOutcome::Left)) };
        let console = self.work.console;
        console.note(&format!("{place}  {}", offer.line()));
        console.note(&format!("        {}", text::clean(&choice.ask)));
        for (number, pick) in choice.picks.iter().enumerate() {
            console.note(&text::clean(&format!("        {}  {}", number + 1, pick.label)));
        }
        loop {
            match keys::ask(&format!("Which? [1-{}] [n]one [q]uit (n) ", choice.picks.len()))? {
                Reply::Pick(number) => {
                    if let Some(pick) = choice.picks.get(number) {
                        let edits = pick.edits.clone();
                        return Ok(Ok(Chosen { id: offer.id.clone(), edits }));
                    }
                }
                Reply::Quit => return Ok(Err(AskOutcome::Stop(Exit::Refused))),
                Reply::Interrupt => return Ok(Err(AskOutcome::Stop(Exit::Interrupted))),
                Reply::No => return Ok(Err(AskOutcome::Left)),
                _ => {}
            }
        }
    }

    fn show(
        &self,
        judged: &JudgedFiles,
        after: &JudgedFiles,
        steps: &[PlanStep],
        drafted: &[Drafted],
        place: &str,
    ) {
        let work = &self.work;
        for (step, drafted) in steps.iter().zip(drafted) {
            let (offers, change) =
                (judged.offers_of(step).collect(), Some(judged.change_to(after)));
            let shown = ShownStep { step, offers, drafted, change };
            let text = shown.text(place, work.args.diff_context, &work.console.theme);
            work.console.note(text.trim_end());
        }
    }

    /// Writes, unless the finding would still be there.
    fn apply(
        &mut self,
        offer: &Offer,
        drafts: Drafts,
        judged: &JudgedFiles,
        after: JudgedFiles,
    ) -> Result<AskOutcome, Failure> {
        if after.has(&offer.id) {
            self.say(offer, "not written: the finding would still be there");
            return Ok(AskOutcome::Failed);
        }
        let before = std::mem::replace(&mut self.work.drafts, drafts);
        let journalled = finish::write(&self.work, &before, &judged.session.input.files)?;
        let code = offer.finding.code;
        self.work
            .console
            .note(&format!("  {} applied, {code} is gone\n", self.work.console.theme.tick()));
        if let Some(id) = journalled {
            self.work.console.note(&format!("    {}\n", undo_line(self.work.product(), &id)));
        }
        Ok(AskOutcome::Applied(Box::new(after)))
    }

    fn save(&self, offer: &Offer, drafted: &[Drafted]) -> Result<(), Failure> {
        let context = self.work.args.diff_context;
        let diff: String = drafted.iter().map(|one| one.diff(context)).collect();
        let directory = self.work.args.save.clone().unwrap_or_else(|| PathBuf::from("."));
        let name = format!("{}.diff", offer.id);
        for path in write::into(&directory, &[(name, &diff)])? {
            self.work.console.note(&format!("  written: {}\n", path.display()));
        }
        Ok(())
    }

    fn say(&self, offer: &Offer, what: &str) {
        let console = self.work.console;
        console.note(&format!("{} {}\n", console.theme.dot(), offer.line_but(what)));
    }
}

/// A text as a person leaves it in the editor.
///
/// # Errors
/// When there is no editor, or it fails.
fn edited(text: &str) -> Result<String, Failure> {
    let broken = |what: &str, error: &std::io::Error| {
        Failure::usage(format!("cannot {what}")).cause(error.to_string())
    };
    let mut names = ["KUBE_EDITOR", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok());
    let editor = names.find(|own| !own.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
    let file = tempfile::Builder::new().prefix("igw-fix-").suffix(".yaml").tempfile();
    let file = file.map_err(|error| broken("make a file to edit", &error))?;
    std::fs::write(file.path(), text).map_err(|error| broken("write the file to edit", &error))?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(file.path()).status();
    let status = status.map_err(|error| broken(&format!("start the editor {program}"), &error))?;
    if !status.success() {
        return Err(Failure::usage(format!("the editor {program} ended with {status}")));
    }
    std::fs::read_to_string(file.path()).map_err(|error| broken("read the edited file", &error))
}
