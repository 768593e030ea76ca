//! A report on standard output.

use igw_core::facts::{Facts, Scope};
use igw_core::report::{self, Ci, Human, Passed};

use super::flags::CheckArgs;
use super::report::CheckRun;
use super::select::Selected;
use crate::console::Console;
use crate::exit::Failure;
use crate::flags::{Output, ReportOutput};
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
        ReportOutput::Name => report::names(report),
        ReportOutput::Wide => report::wide(report),
        ReportOutput::Short => report::short(report),
    };
    match args.report.output {
        ReportOutput::Human | ReportOutput::Name | ReportOutput::Wide | ReportOutput::Short => {
            console.say(&text)
        }
        _ => console.print(&text),
    }
}

/// The command that repairs the same files.
fn fix_command(args: &CheckArgs, tool: &str) -> Option<String> {
    let piped = args.input.files.iter().any(|path| path == "-");
    if !args.input.has_files() || args.input.overlay || piped {
        return None;
    }
    let word = |flag: &str, path: &String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
        match path.chars().all(plain) {
            true => format!(" {flag} {path}"),
            false => format!(" {flag} '{}'", path.replace('\'', "'\\''")),
        }
    };
    let files = args.input.files.iter().map(|path| word("-f", path));
    let built = args.input.kustomize.iter().map(|path| word("-k", path));
    let all: String = files.chain(built).collect();
    let plugin = tool.trim_start_matches("kubectl-").replace('-', " ");
    Some(format!("kubectl {plugin} fix{all}"))
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
    let (product, theme) = (session.product, &console.theme);
    let passed = |sink: &igw_core::check::Sink| Passed {
        code: sink.check().code,
        name: sink.check().name,
        times: sink.passed,
    };
    let passed: Vec<Passed> = run.sinks.iter().map(passed).collect();
    let fix = product.repairs().then(|| fix_command(args, product.tool().name)).flatten();
    let head = if quiet { "" } else { &run.head };
    Human {
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
        fix: fix.as_deref(),
    }
    .render(theme)
}
