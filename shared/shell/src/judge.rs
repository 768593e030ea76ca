//! What `check` does in every plugin: choose checks, run them, make the report, end.

use clap::Args as ClapArgs;
use igw_core::check::{self, Check, Meta, Sink};
use igw_core::facts::{Scope, Store, WhyKind};
use igw_core::finding::{Assumption, Finding};
use igw_core::report::{
    Ci, Gap, InputSummary, Located, Location, Report, Summary, Theme, Tool, Unmodelled, page,
};
use igw_core::scene::Scene;
use igw_core::settle;
use igw_core::suppress::{self, Suppression};

use crate::baseline;
use crate::cli::{Common, FailOn, ReportOutput};
use crate::exit::{Exit, Failure};
use crate::load::Loaded;
use crate::output;
use crate::project::Project;

/// The flags of every `check`.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Flags {
    /// Output format
    #[arg(short, long, value_enum)]
    pub output: Option<ReportOutput>,
    /// Only these checks, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// All checks but these, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    skip: Vec<String>,
    /// From which severity on the exit code is 1
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOn>,
    /// Exit 3 when a check could not be done, whatever the reason
    #[arg(long)]
    strict: bool,
    /// Tell only what is not in this report yet (of -o json or yaml)
    #[arg(long, value_name = "FILE")]
    baseline: Option<String>,
}

impl Flags {
    /// Flags before and after the word `check` add up.
    pub fn or(&self, other: &Flags) -> Flags {
        Flags {
            output: other.output.or(self.output),
            only: [self.only.as_slice(), &other.only].concat(),
            skip: [self.skip.as_slice(), &other.skip].concat(),
            fail_on: other.fail_on.or(self.fail_on),
            strict: self.strict || other.strict,
            baseline: other.baseline.clone().or_else(|| self.baseline.clone()),
        }
    }

    /// `-o`.
    pub fn format(&self) -> ReportOutput {
        self.output.unwrap_or_default()
    }
}

/// The checks of a plugin, as the flags and the project leave them.
pub struct Plan {
    /// Those that run.
    pub checks: Vec<&'static dyn Check>,
    /// What is fixed about everything that may be told.
    pub ran: Vec<&'static Meta>,
    all: Vec<&'static Meta>,
    project: Project,
    args: Flags,
}

/// A run of checks.
pub struct Judged {
    /// What came of it.
    pub report: Report,
    /// What each check said.
    pub sinks: Vec<Sink>,
}

/// What is fixed about everything that a plugin may tell.
pub fn metas(all: &[&'static dyn Check]) -> Vec<&'static Meta> {
    suppress::METAS.into_iter().chain(all.iter().map(|check| check.meta())).collect()
}

/// Chooses the checks.
///
/// # Errors
/// When a check is named that there is none of, or none is left.
pub fn plan(common: &Common, args: &Flags, all: &[&'static dyn Check]) -> Result<Plan, Failure> {
    let project = common.project()?;
    let metas = metas(all);
    for wanted in args.only.iter().chain(&args.skip) {
        find(&metas, wanted)?;
    }
    let file = project.file.clone().unwrap_or_default();
    for wanted in project.skip.iter().chain(project.severity.iter().map(|(check, _)| check)) {
        // The file is for all plugins: another one's code is none of our business.
        if !check::is_code(wanted) {
            find(&metas, wanted).map_err(|failure| Failure {
                message: format!("{file}: {}", failure.message),
                ..failure.hint("for a check of another plugin, write its code")
            })?;
        }
    }
    let named = |list: &[String], meta: &Meta| list.iter().any(|wanted| meta.is(wanted));
    let left = |meta: &&'static Meta| {
        let wanted = named(&args.only, meta);
        (args.only.is_empty() || wanted)
            && !named(&args.skip, meta)
            && (wanted || !named(&project.skip, meta))
    };
    let ran: Vec<_> = metas.iter().copied().filter(left).collect();
    let checks: Vec<_> = all.iter().copied().filter(|check| left(&check.meta())).collect();
    if ran.is_empty() {
        return Err(Failure::usage("--only and --skip leave no check to do"));
    }
    Ok(Plan { checks, ran, all: metas, project, args: args.clone() })
}

/// The check that a user names.
///
/// # Errors
/// When there is none of that code or name.
pub fn find(metas: &[&'static Meta], wanted: &str) -> Result<&'static Meta, Failure> {
    if let Some(meta) = metas.iter().find(|meta| meta.is(wanted)) {
        return Ok(meta);
    }
    let near = metas
        .iter()
        .map(|meta| (strsim::normalized_damerau_levenshtein(meta.name, wanted), meta))
        .filter(|(alike, meta)| *alike > 0.5 || meta.name.contains(wanted))
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut failure = Failure::usage(format!("there is no check {wanted}"));
    if let Some((_, meta)) = near {
        failure = failure.hint(format!("did you mean {} {}?", meta.code, meta.name));
    }
    Err(failure.hint("explain without a name lists all checks"))
}

/// The text of `explain`: a page, or the list of all checks.
///
/// # Errors
/// When there is no such check.
pub fn explain(
    all: &[&'static dyn Check],
    wanted: Option<&str>,
    theme: &Theme,
) -> Result<String, Failure> {
    let metas = metas(all);
    if let Some(wanted) = wanted {
        return Ok(page(find(&metas, wanted)?, theme));
    }
    let width = metas.iter().map(|meta| meta.name.len()).max().unwrap_or_default();
    let line = |meta: &&Meta| {
        let head = format!("{} {:width$}", meta.code, meta.name);
        let rest = theme.after(head.len() + 2, 9, &meta.summary());
        format!("{}  {rest}\n", theme.severity(meta.severity, &head))
    };
    Ok(metas.iter().map(line).collect())
}

impl Plan {
    /// Runs the checks and makes the report.
    ///
    /// # Errors
    /// When the baseline cannot be read.
    pub fn run(
        &self,
        tool: Tool,
        loaded: &mut Loaded,
        scope: &Scope,
        assumptions: Vec<Assumption>,
    ) -> Result<Judged, Failure> {
        let mut sinks = self.settle(loaded, scope)?;
        let before = loaded.has_overlay().then(|| {
            loaded.lay();
            std::mem::take(&mut sinks)
        });
        if before.is_some() {
            sinks = self.settle(loaded, scope)?;
        }
        let mut suppressed = self.finish(&loaded.store, scope, &mut sinks)?;
        let vanishes = before.map(|mut before| {
            self.weigh(&mut before);
            let (gone, there) = suppress::compared(&mut before, &mut sinks);
            suppressed.extend(there);
            gone.into_iter().map(bare).collect()
        });
        let locate = |finding: &Finding| loaded.locate(finding.origin, &finding.path);
        let mut report = self.report(tool, loaded, &sinks, suppressed, assumptions, &locate);
        report.vanishes = vanishes;
        Ok(Judged { report, sinks })
    }

    /// Leaves in the later run what is new in it, and what is gone.
    pub fn compare(&self, before: &mut Judged, after: &mut Judged) {
        let (gone, _) = suppress::compared(&mut before.sinks, &mut after.sinks);
        let new = after.sinks.iter().flat_map(|sink| &sink.findings).cloned();
        let report = &mut after.report;
        report.findings = sorted(new.map(bare).collect());
        report.vanishes = Some(gone.into_iter().map(bare).collect());
        report.summary.count(&report.findings);
    }

    /// Takes out what shall not be told, and gives what is left the severities of the project.
    ///
    /// # Errors
    /// When the baseline cannot be read.
    pub fn finish(
        &self,
        store: &Store,
        scope: &Scope,
        sinks: &mut Vec<Sink>,
    ) -> Result<Vec<(Finding, Suppression)>, Failure> {
        let mut suppressed = suppress::annotated(store, scope, sinks, &self.all, &self.ran);
        if let Some(file) = &self.args.baseline {
            suppressed.extend(suppress::known(sinks, &baseline::read(file)?, file));
        }
        self.weigh(sinks);
        Ok(suppressed)
    }

    /// Reads what the checks of a full scan need, each kind once; a named route asks as it goes.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn gather(&self, loaded: &mut Loaded, scope: &Scope) -> Result<(), Failure> {
        let Some(live) = &mut loaded.live else { return Ok(()) };
        if scope.names.is_empty() {
            live.gather(&self.checks, scope.namespace.as_deref(), &mut loaded.store);
        } else {
            let named = scope.names.iter().filter_map(|name| name.split_once('/'));
            let named = named.map(|(namespace, _)| namespace.to_owned());
            live.narrow(named.chain(scope.namespace.clone()).collect());
        }
        live.usable()
    }

    /// Runs the checks, and reads what they miss.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn settle(&self, loaded: &mut Loaded, scope: &Scope) -> Result<Vec<Sink>, Failure> {
        let store = &mut loaded.store;
        let mut sinks = match &mut loaded.live {
            None => settle::settle(&self.checks, store, scope, &mut settle::Files),
            Some(live) => {
                let sinks = settle::settle(&self.checks, store, scope, live);
                let round = |store: &Store| settle::round(&self.checks, store, scope);
                let again = live.version_matters(store, round);
                let sinks =
                    if again { settle::settle(&self.checks, store, scope, live) } else { sinks };
                live.usable()?;
                sinks
            }
        };
        if store.answered.values().any(Result::is_err) {
            for (check, sink) in self.checks.iter().zip(&mut sinks) {
                denied(*check, store, scope, sink);
            }
        }
        Ok(sinks)
    }

    /// The severities that the project gives. What a check itself calls less bad stays so.
    fn weigh(&self, sinks: &mut [Sink]) {
        for sink in sinks {
            let meta = sink.meta();
            let wanted = self.project.severity.iter().rev().find(|(check, _)| meta.is(check));
            let Some((_, severity)) = wanted else { continue };
            for finding in &mut sink.findings {
                finding.severity = match finding.severity == meta.severity {
                    true => *severity,
                    false => finding.severity.min(*severity),
                };
            }
        }
    }

    /// The report; `locate` knows where the field of a finding stands.
    pub fn report(
        &self,
        tool: Tool,
        loaded: &Loaded,
        sinks: &[Sink],
        suppressed: Vec<(Finding, Suppression)>,
        assumptions: Vec<Assumption>,
        locate: &dyn Fn(&Finding) -> Option<Location>,
    ) -> Report {
        let told = sinks.iter().flat_map(|sink| &sink.findings).map(|finding| Located {
            location: locate(finding),
            finding: finding.clone(),
            suppression: None,
        });
        let findings = sorted(told.collect());
        let untold = suppressed.into_iter().map(|(finding, suppression)| Located {
            location: locate(&finding),
            finding,
            suppression: Some(suppression),
        });
        let suppressed = sorted(untold.collect());
        let mut gaps: Vec<_> = sinks.iter().flat_map(Sink::gaps).collect();
        gaps.sort();
        let mut summary = Summary {
            objects: loaded.store.objects,
            passed: sinks.iter().map(|sink| sink.passed).sum(),
            not_checked: gaps.len(),
            ..Summary::default()
        };
        summary.count(&findings);
        let files = loaded.input.files.iter().map(|file| file.name.clone());
        Report {
            api_version: "igw.dev/v1alpha1",
            kind: "Report",
            tool,
            input: InputSummary {
                mode: loaded.mode,
                context: loaded.home.as_ref().and_then(|home| home.context.clone()),
                taken: loaded.home.as_ref().and_then(|home| home.taken.clone()),
                files: files.collect(),
                skipped: loaded.input.skipped,
                settings: self.project.file.clone(),
            },
            assumptions,
            findings,
            suppressed,
            not_checked: gaps.into_iter().map(Gap::from).collect(),
            unmodelled: unmodelled(&loaded.store),
            summary,
            vanishes: None,
            predicted: None,
        }
    }

    /// Writes the report in a machine's format.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn print(&self, judged: &Judged, loaded: &Loaded) -> Result<(), Failure> {
        let unread = loaded.unread();
        let fail_on = self.args.fail_on.unwrap_or_default().limit();
        let ci = Ci { report: &judged.report, ran: &self.ran, fail_on, unread: &unread };
        output::report(&ci, self.args.format())
    }

    /// The exit code; `broken`: some input could not be read.
    pub fn exit(&self, judged: &Judged, broken: bool) -> Exit {
        let found = self.args.fail_on.unwrap_or_default().fails(judged.report.worst());
        let wanted = self.args.strict || !self.args.only.is_empty();
        let mut gaps = judged.sinks.iter().flat_map(Sink::gaps);
        let blind = gaps.any(|gap| wanted || gap.why.kind.is_failure());
        let exits = [(broken, Exit::Usage), (found, Exit::Findings), (blind, Exit::Blind)];
        exits.iter().filter(|(is, _)| *is).fold(Exit::Good, |all, (_, one)| all.and(*one))
    }
}

/// Lists that a check wanted and that were not to be had: what is in them was not judged, even
/// where the check took what there was. Each check looks on its own here, because a list is asked
/// for by whoever needs it first.
fn denied(check: &dyn Check, store: &Store, scope: &Scope, sink: &mut Sink) {
    let scene = Scene::new(store, scope);
    check.run(&scene, &mut Sink::new(check.meta()));
    for (kind, namespace, why) in scene.blind() {
        // What is not asked for a named route does not decide about it.
        let wanted = why.kind != WhyKind::NotAsked;
        if wanted && !sink.gaps().iter().any(|gap| gap.resource == kind.resource()) {
            sink.not_checked(kind, &namespace, why);
        }
    }
}

fn bare(finding: Finding) -> Located {
    Located { finding, location: None, suppression: None }
}

fn sorted(mut findings: Vec<Located>) -> Vec<Located> {
    findings.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    findings
}

/// The kinds of routes that no rule reads.
fn unmodelled(store: &Store) -> Vec<Unmodelled> {
    let mut out: Vec<Unmodelled> = Vec::new();
    for other in store.others.iter().filter(|other| other.route.is_some()) {
        match out.iter_mut().find(|kind| kind.kind == other.meta.kind) {
            Some(kind) => kind.objects += 1,
            None => out.push(Unmodelled { kind: other.meta.kind.to_string(), objects: 1 }),
        }
    }
    out.sort_by(|a, b| a.kind.cmp(&b.kind));
    out
}
