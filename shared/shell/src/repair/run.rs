//! From the flags of `fix` to an exit code.

use std::path::Path;

use igw_core::facts::Said;

use super::drafted::Draft;
use super::entries::{JournalEntry, entries};
use super::files::FileGround;
use super::flags::FixArgs;
use super::ground::Ground;
use super::history::undone_by;
use super::judge::{Judge, JudgedWorld};
use super::live::ClusterGround;
use super::saved::SavedPlan;
use super::show::undo_line;
use super::wish::Wish;
use super::work::Work;
use super::{all, approved, each, keys, plan};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::product::Product;
use crate::session;

/// Runs `fix`.
///
/// # Errors
/// When nothing can be read, a flag is wrong, or something cannot be written.
pub fn run(
    product: &'static dyn Product,
    args: &FixArgs,
    names: &[String],
    console: &Console,
    say: &dyn Fn(&mut Said) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    args.check_sets()?;
    begin(Judge::new(product, args, names, console)?.saying(say)?)
}

/// Makes what a person asks for, in the way of a repair; `names` are the objects that it is about.
///
/// # Errors
/// When it cannot be made, nothing can be read, a flag is wrong, or something cannot be written.
pub fn change(
    product: &'static dyn Product,
    args: &FixArgs,
    names: &[String],
    wish: &dyn Wish,
    console: &Console,
) -> Result<Exit, Failure> {
    begin(Judge { wish: Some(wish), ..Judge::new(product, args, names, console)? })
}

/// The words with which a command has saved a plan.
///
/// # Errors
/// When the file is no plan, or one of another command.
pub fn plan_words(
    product: &'static dyn Product,
    path: &Path,
    command: &str,
) -> Result<Vec<String>, Failure> {
    let tool = product.tool();
    SavedPlan::read(path, tool.name, tool.version)?.words_of(command, product)
}

fn begin(judge: Judge) -> Result<Exit, Failure> {
    let (product, args) = (judge.product, judge.args);
    let of_files = of_files(args)?;
    if of_files && (args.save_plan.is_some() || args.plan.is_some()) {
        let failure = Failure::usage("a plan is saved of a live cluster, not of files");
        return Err(failure.hint("--save DIR keeps changed files apart; git diff shows them"));
    }
    if !args.dry_run {
        warn_of_ends(product, judge.console)?;
    }
    let Some(path) = &args.plan else { return ask(judge) };
    let tool = product.tool();
    let plan = SavedPlan::read(path, tool.name, tool.version)?;
    let command = judge.wish.map_or("fix", |wish| wish.words().0);
    plan.words_of(command, product)?;
    let (args, names) = plan.flags(args);
    let judge = Judge { wish: judge.wish, ..Judge::new(product, &args, &names, judge.console)? };
    let (work, judged) = cluster(judge)?;
    approved::apply(work, &judged, &plan)
}

/// Whether files are changed, not a cluster.
fn of_files(args: &FixArgs) -> Result<bool, Failure> {
    let input = &args.read.input;
    if input.overlay || input.bundle.is_some() {
        let what = if input.overlay { "--overlay" } else { "--bundle" };
        let failure = Failure::usage(format!("{what} cannot be repaired"));
        return Err(failure.hint("fix repairs the files of -f, or a live cluster"));
    }
    Ok(input.demo || input.has_files())
}

fn ask(judge: Judge) -> Result<Exit, Failure> {
    let args = judge.args;
    let demo = args.read.input.demo;
    let (work, judged) = if of_files(args)? { files(judge)? } else { cluster(judge)? };
    match args.yes {
        true if demo => Err(Failure::usage("--demo is no file: use --dry-run")),
        true => all::apply(work, judged),
        false if args.dry_run || args.save_plan.is_some() || demo || !keys::can_ask() => {
            plan::print(work, &judged)
        }
        false => each::run(work, judged),
    }
}

fn files(judge: Judge) -> Result<(Work, JudgedWorld), Failure> {
    let mut ground = FileGround::default();
    let judged = ground.judge(&judge, &Draft::default())?;
    if judged.complain(judge.console) {
        let message = "not all of the input can be read, so nothing is repaired";
        return Err(Failure::usage(message));
    }
    let draft = ground.begin(&judged);
    Ok((Work { judge, ground: Box::new(ground), draft }, judged))
}

fn cluster(judge: Judge) -> Result<(Work, JudgedWorld), Failure> {
    if judge.args.make.save.is_some() {
        let failure = Failure::usage("--save is for files: give them by -f");
        return Err(failure.hint("of a live cluster, --dry-run -o yaml prints the plan"));
    }
    let (opening, said) = (judge.opening()?, judge.said.clone());
    let session = session::open(opening)?;
    let mut ground = ClusterGround::read(&judge, session, said)?;
    let judged = ground.judge(&judge, &Draft::default())?;
    Ok((Work { judge, ground: Box::new(ground), draft: Draft::default() }, judged))
}

/// Says which run of before was ended in the middle of a step.
fn warn_of_ends(product: &dyn Product, console: &Console) -> Result<(), Failure> {
    let all = entries()?;
    let open = |entry: &&JournalEntry| entry.is_open() && undone_by(entry, &all).is_none();
    if let Some(entry) = all.iter().rfind(open) {
        let id = &entry.id;
        console.note(&format!(
            "warning: {id} was ended in the middle of a change; it may be half done"
        ));
        console.note(&format!("  {}", undo_line(product, id)));
    }
    Ok(())
}
