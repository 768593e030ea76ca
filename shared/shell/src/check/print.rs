//! A report on standard output.

use igw_core::facts::{Facts, Scope};
use igw_core::report::{self, Ci, Handout, Human, Passed};

use super::flags::CheckArgs;
use super::report::CheckRun;
use super::select::Selected;
use crate::console::Console;
use crate::exit::Failure;
use crate::flags::{Output, ReportOutput, quoted};
use crate::output::document;
use crate::session::Session;

/// Prints a report in the format of the flags.
///
/// # Errors
/// When it cannot be written.
pub fn print(
    selected: &Selected,
    args: &CheckArgs,
    session: &Session,
    scope: &Scope,
    run: &CheckRun,
    console: &Console,
) -> Result<(), Failure> {
    let (report, unread) = (&run.report, session.unread());
    let fail_on = args.report.fail_on.limit();
    let ci = Ci { report, ran: &selected.ran, fail_on, unread: &unread };
    let handout = |make: fn(&Handout) -> String| {
        of_human(args, session, scope, run, args.display.quiet, |human| {
            make(&Handout { human, unread: &unread, drawing: run.drawing.as_ref() })
        })
    };
    let text = match args.report.output {
        ReportOutput::Human => {
            let end = match args.input.demo && !args.display.quiet {
                true => {
                    let everything = Scope::default();
                    let facts = Facts::new(&session.store, &everything);
                    session.product.end_of_demo(&facts, &console.theme)?
                }
                false => String::new(),
            };
            human(args, session, scope, run, args.display.quiet, console) + &end
        }
        ReportOutput::Json => document(report, Output::Json)?,
        ReportOutput::Yaml => document(report, Output::Yaml)?,
        ReportOutput::Sarif => report::sarif(&ci),
        ReportOutput::Github => report::github(&ci),
        ReportOutput::Junit => report::junit(&ci)
            .map_err(|error| Failure::usage(format!("cannot write the output: {error}")))?,
        ReportOutput::Html => handout(report::html),
        ReportOutput::Markdown => handout(report::markdown),
        ReportOutput::Name => report::names(report),
        ReportOutput::Wide => report::wide(report),
        ReportOutput::Short => report::short(report),
    };
    match args.report.output {
        ReportOutput::Human
        | ReportOutput::Markdown
        | ReportOutput::Name
        | ReportOutput::Wide
        | ReportOutput::Short => console.say(&text),
        _ => console.print(&text),
    }
}

/// The report for people; `quiet`: findings and the verdict only.
pub fn human(
    args: &CheckArgs,
    session: &Session,
    scope: &Scope,
    run: &CheckRun,
    quiet: bool,
    console: &Console,
) -> String {
    of_human(args, session, scope, run, quiet, |human| human.render(&console.theme))
}

/// What is made of the report for people.
fn of_human(
    args: &CheckArgs,
    session: &Session,
    scope: &Scope,
    run: &CheckRun,
    quiet: bool,
    make: impl FnOnce(&Human) -> String,
) -> String {
    let product = session.product;
    let passed = |sink: &igw_core::check::Sink| Passed {
        code: sink.check().code,
        name: sink.check().name,
        times: sink.passed,
    };
    let passed: Vec<Passed> = run.sinks.iter().map(passed).collect();
    // What is laid over a cluster, or saved of it, is not what can be repaired.
    let source = match session.mode {
        "live" => Some(session.flags().to_owned()),
        "files" => args.input.repeat(),
        _ => None,
    };
    let source = source.filter(|_| product.repairs());
    let said = product.repeat(&session.store.said);
    let said: String = said.iter().map(|word| format!(" {}", quoted(word))).collect();
    let fix = source
        .map(|source| move |code: &str| format!("{} fix{source}{said}", product.command_for(code)));
    let head = if quiet { "" } else { &run.head };
    make(&Human {
        report: &run.report,
        head,
        namespace: scope.namespace.as_deref(),
        subjects: run.subjects.len(),
        elsewhere: run.elsewhere,
        noun: product.noun(),
        verbose: args.display.is_verbose(),
        quiet,
        passed: &passed,
        flags: session.flags(),
        fix: fix.as_ref().map(|fix| fix as &dyn Fn(&str) -> String),
    })
}
