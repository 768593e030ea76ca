//! `check`: every subject of a product, judged.

use igw_core::check::Sink;
use igw_core::compare;
use igw_core::facts::{Facts, Said, Scope};
use igw_core::kube::Meta;
use igw_core::report::{Located, Theme};

use super::flags::{CheckArgs, ReportFlags};
use super::report::{CheckRun, Suppressed, bare, finish, is_known, report, weigh};
use super::select::{Selected, select};
use super::{empty, print, watch, worlds};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::ReportOutput;
use crate::product::Product;
use crate::session::{self, Opening, Session};

/// Runs `check`. `said` is what the flags of the product itself say, on top of `--assume`.
///
/// # Errors
/// When nothing can be read, or a name or flag is wrong.
pub fn run(
    product: &'static dyn Product,
    args: &CheckArgs,
    names: &[String],
    console: &Console,
    say: impl FnOnce(&mut Said) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let flags = &args.report;
    let selected = select(product, &args.input, flags)?;
    let mut opening = Opening::new(product, &args.input, &args.cluster, &args.scope.namespace)?;
    say(&mut opening.said)?;
    let said = opening.said.clone();
    let mut session = session::open(opening)?;
    let for_people = flags.output == ReportOutput::Human;
    let theme = if flags.output.is_handout() { Theme::PLAIN } else { console.theme };
    if flags.watch {
        watch::can_be(args, &mut session)?;
    }
    let broken = session.complain(console);
    let scope = session.scope(&args.scope, names)?;
    let scope = session.gather_readable(&selected.checks, scope, &args.scope, console)?;
    // Nothing was read: the complaints say it all, and a verdict would look like a good one.
    if broken && session.store.objects == 0 && for_people {
        return Ok(Exit::Usage);
    }
    let judged = judge(&selected, flags, &mut session, &scope)?;
    unknown_names(&mut session, &scope)?;
    let mut run = run_of(&selected, &session, &scope, judged, &theme, flags);
    if session.worlds.len() > 1 {
        run = other_worlds(&selected, flags, &mut session, &scope, run, &theme)?;
    }
    if for_people || flags.output.is_handout() {
        run.elsewhere = empty::elsewhere(&mut session, &scope, &run)?;
    }
    print::print(&selected, args, &session, &scope, &run, console)?;
    if let Some(line) = session.told.line(args.display.is_verbose()).filter(|_| !args.display.quiet)
    {
        console.note(&line);
    }
    if flags.watch {
        return watch::watch(&selected, args, session, &scope, &said, run.sinks, console);
    }
    let mut exit = exit(flags, &run, broken);
    if !flags.allow_empty
        && let Some(failure) = empty::nothing_judged(&mut session, &scope, &run)?
    {
        exit = exit.and(failure.exit);
        // What is broken was told.
        if exit == failure.exit {
            console.fail(&failure);
        }
    }
    // The process ends here; giving back a large cluster piece by piece takes a while.
    std::mem::forget((run, session));
    Ok(exit)
}

/// The report of what was judged. What is compared with a later look has to `stay` in the sinks.
fn run_of(
    selected: &Selected,
    session: &Session,
    scope: &Scope,
    judged: Judged,
    theme: &Theme,
    flags: &ReportFlags,
) -> CheckRun {
    let facts = Facts::new(&session.store, scope);
    let Judged { mut sinks, suppressed, vanished } = judged;
    let page = flags.output == ReportOutput::Html;
    let drawing = page.then(|| session.product.drawing(&facts, &sinks)).flatten();
    let findings = match flags.watch {
        true => sinks.iter().flat_map(|sink| &sink.findings).cloned().collect(),
        false => sinks.iter_mut().flat_map(|sink| std::mem::take(&mut sink.findings)).collect(),
    };
    let mut report = report(selected, session, &facts, &sinks, findings, suppressed);
    report.vanishes = vanished;
    CheckRun { drawing, ..CheckRun::of(session, &facts, theme, report, sinks) }
}

/// Judges each world of the files, and makes one report of all.
fn other_worlds(
    selected: &Selected,
    flags: &ReportFlags,
    session: &mut Session,
    scope: &Scope,
    first: CheckRun,
    theme: &Theme,
) -> Result<CheckRun, Failure> {
    let mut runs = vec![first];
    for number in 1..session.worlds.len() {
        session.enter(number);
        let judged = judge(selected, flags, session, scope)?;
        runs.push(run_of(selected, session, scope, judged, theme, flags));
    }
    session.enter(0);
    let documents: Vec<_> = session.worlds.iter().map(|world| &world.documents).collect();
    Ok(worlds::merge(runs, &documents))
}

struct Judged {
    sinks: Vec<Sink>,
    suppressed: Vec<Suppressed>,
    /// With files laid over a cluster: what is gone with them.
    vanished: Option<Vec<Located>>,
}

/// Runs the checks; with files to lay over a cluster, what is left is what they change.
fn judge(
    selected: &Selected,
    flags: &ReportFlags,
    session: &mut Session,
    scope: &Scope,
) -> Result<Judged, Failure> {
    let mut sinks = session.run(&selected.checks, scope)?;
    let before = session.has_overlay().then(|| std::mem::take(&mut sinks));
    if before.is_some() {
        session.lay();
        sinks = session.run(&selected.checks, scope)?;
    }
    let mut suppressed = finish(selected, flags, &session.store, scope, &mut sinks)?;
    let vanished = before.map(|mut before| {
        weigh(selected, &mut before);
        let compared = compare::compare(&before, &sinks);
        for sink in &mut sinks {
            sink.findings.retain(|finding| compared.appeared.contains(finding));
        }
        let stayed = compared.stayed.into_iter();
        suppressed.extend(stayed.map(|finding| is_known(finding, "the cluster")));
        bare(compared.vanished)
    });
    Ok(Judged { sinks, suppressed, vanished })
}

/// A name that no subject has is a slip.
fn unknown_names(session: &mut Session, scope: &Scope) -> Result<(), Failure> {
    if scope.names.is_empty() {
        return Ok(());
    }
    let everything = Scope { namespace: scope.namespace.clone(), ..Scope::default() };
    let product = session.product;
    let (subjects, others) = session
        .look(&everything, |facts| (product.subjects(facts), product.judged_when_named(facts)))?;
    // What may not be listed may still be there.
    if subjects.gap && session.home.is_some() {
        return Ok(());
    }
    let refused = session.store.refused.iter().map(|refused| &refused.meta);
    let known: Vec<&Meta> = subjects.all.iter().chain(&others).chain(refused).collect();
    let is_there = |name: &&String| known.iter().any(|subject| subject.is_called(name));
    let Some(name) = scope.names.iter().find(|name| !is_there(name)) else { return Ok(()) };
    let (kind, place) = (product.noun().kind, session.place());
    let all: Vec<String> = subjects.all.iter().take(8).map(|one| one.full_name()).collect();
    let mut failure = Failure::usage(format!("there is no {kind} {name} in {place}"));
    if let Some(near) = nearest(&known, name).filter(|_| all.len() > 1) {
        failure = failure.hint(format!("did you mean {}?", near.full_name()));
    }
    Err(match all.is_empty() {
        true => failure,
        false => failure.hint(format!("there are: {}", all.join(", "))),
    })
}

/// The object whose name is nearly the wanted one.
fn nearest<'a>(known: &[&'a Meta], wanted: &str) -> Option<&'a Meta> {
    let name = wanted.rsplit('/').next().unwrap_or_default();
    let alike = |meta: &Meta| strsim::normalized_damerau_levenshtein(&meta.name, name);
    let near = known.iter().map(|meta| (alike(meta), *meta)).filter(|(alike, _)| *alike > 0.7);
    near.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, meta)| meta)
}

/// The exit code; `broken`: some input could not be read.
fn exit(flags: &ReportFlags, run: &CheckRun, broken: bool) -> Exit {
    let limit = flags.fail_on.limit();
    let found = limit.is_some_and(|limit| run.report.worst().is_some_and(|worst| worst >= limit));
    let wanted = flags.strict || !flags.only.is_empty();
    let blind = run.report.not_checked.iter().any(|gap| wanted || gap.failed);
    let exits = [(broken, Exit::Usage), (found, Exit::Findings), (blind, Exit::Blind)];
    exits.iter().filter(|(is, _)| *is).fold(Exit::Good, |all, (_, one)| all.and(*one))
}
