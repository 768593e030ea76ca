//! From the flags of `fix` to an exit code.

use super::flags::FixArgs;
use super::work::Work;
use super::{all, each, keys, plan};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::product::Product;

/// Runs `fix` on files.
///
/// # Errors
/// When nothing can be read, a flag is wrong, or a file cannot be written.
pub fn run(
    product: &'static dyn Product,
    args: &FixArgs,
    names: &[String],
    console: &Console,
) -> Result<Exit, Failure> {
    args.check_sets()?;
    let input = &args.read.input;
    if !input.demo && !input.has_files() || input.overlay {
        let failure = Failure::usage("fix repairs files: give them by -f FILE");
        return Err(
            failure.hint("a live cluster cannot be repaired yet; check names what is wrong")
        );
    }
    let mut work = Work::new(product, args, names, console)?;
    let judged = work.judge(&work.drafts)?;
    if judged.session.complain(console) {
        let message = "not all of the input can be read, so nothing is repaired";
        return Err(Failure::usage(message));
    }
    // Standard input can be read only once.
    for file in judged.session.input.files.iter().filter(|file| file.path.is_none()) {
        work.drafts.0.insert(None, file.text.clone());
    }
    match args.yes {
        true if input.demo => Err(Failure::usage("--demo is no file: use --dry-run")),
        true => all::apply(work, judged),
        false if args.dry_run || input.demo || !keys::can_ask() => plan::print(&work, &judged),
        false => each::run(work, judged),
    }
}
