//! `--watch`: what appears and what is gone, as it happens.

use std::time::{Duration, Instant};

use igw_core::check::Sink;
use igw_core::facts::{Facts, Said, Scope};

use super::flags::CheckArgs;
use super::print::human;
use super::report::{CheckRun, bare, finish, report};
use super::select::Selected;
use crate::clock;
use crate::cluster::Live;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::ReportOutput;
use crate::session::Session;

/// The least time between two looks at a cluster that cannot be reached.
const PAUSE: Duration = Duration::from_secs(5);

/// A large cluster that never rests shall not be read all the time: so many times the duration of
/// one look lie between two.
const REST: u32 = 5;

/// Prepares a session for watching.
///
/// # Errors
/// When there is no cluster to watch, or the report is for a program.
pub fn can_be(args: &CheckArgs, session: &mut Session) -> Result<(), Failure> {
    let for_people = args.report.output == ReportOutput::Human;
    match &mut session.live {
        Some(live) if for_people && !args.input.overlay => {
            live.remember();
            Ok(())
        }
        Some(_) => {
            let command = session.product.command();
            Err(Failure::usage("--watch cannot be combined with -o or --overlay")
                .hint(format!("in a script, run this again: {command} -o json")))
        }
        None => Err(Failure::usage("--watch needs a cluster: leave out -f, --bundle and --demo")),
    }
}

/// Looks again whenever something that was read has changed. Ends with Ctrl-C.
///
/// # Errors
/// When a report cannot be printed.
pub fn watch(
    selected: &Selected,
    args: &CheckArgs,
    mut session: Session,
    scope: &Scope,
    said: &Said,
    mut before: Vec<Sink>,
    console: &Console,
) -> Result<Exit, Failure> {
    let mut reported = Vec::new();
    loop {
        let denied = session.live.as_mut().map(Live::wait).unwrap_or_default();
        if denied != reported {
            console.note(&format!("not watched, but read again every 30 s: {}", denied.join(", ")));
            reported = denied;
        }
        let begin = Instant::now();
        let checked = session.recheck(said, &selected.checks, scope, &before, |store, sinks| {
            finish(selected, &args.report, store, scope, sinks).map(drop)
        });
        let (sinks, compared) = match checked {
            Ok(checked) => checked,
            Err(failure) => {
                console.fail(&failure);
                std::thread::sleep(PAUSE);
                continue;
            }
        };
        if !compared.appeared.is_empty() || !compared.vanished.is_empty() {
            let facts = Facts::new(&session.store, scope);
            let findings = sinks.iter().flat_map(|sink| &sink.findings).cloned().collect();
            let mut report = report(selected, &session, &facts, &sinks, findings, Vec::new());
            report.findings = bare(compared.appeared);
            report.vanishes = Some(bare(compared.vanished));
            report.summary.count(&report.findings);
            let run = CheckRun::of(&session, &facts, &console.theme, report, sinks.clone());
            let text = human(args, &session, scope, &run, true, console);
            console.say(&format!("\n{}\n{text}", clock::now()))?;
        }
        before = sinks;
        std::thread::sleep(begin.elapsed() * REST);
    }
}
