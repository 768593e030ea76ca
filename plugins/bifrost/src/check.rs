//! `bifrost check`: every Bifrost in the input, judged.

use std::fmt::Write as _;

use clap::Args as ClapArgs;
use igw::cli::{Common, FailOn, Output};
use igw::exit::{Exit, Failure};
use igw::load::Loaded;
use igw::output;
use igw_core::bifrost::OBSERVED;
use igw_core::bifrost::instance::{self, Instance, Way};
use igw_core::bifrost::start::{self, Circumstances, Predicted, Start};
use igw_core::check::{Check as Judge, Sink};
use igw_core::facts::{Cx, Scope};
use igw_core::finding::{Assumption, Severity};
use igw_core::report::{Gap, Human, InputSummary, Located, Report, Summary, Theme, Tool};
use igw_core::{settle, words};

use crate::checks::ALL;
use crate::locate::Locator;
use crate::{Pod, input};

/// The flags of `check`.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Args {
    /// Output format
    #[arg(short, long, value_enum)]
    output: Option<Output>,
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
}

impl Args {
    /// Flags before and after the word `check` add up.
    pub fn or(&self, other: Args) -> Args {
        Args {
            output: other.output.or(self.output),
            only: [self.only.as_slice(), &other.only].concat(),
            skip: [self.skip.as_slice(), &other.skip].concat(),
            fail_on: other.fail_on.or(self.fail_on),
            strict: self.strict || other.strict,
        }
    }
}

/// Judge configurations and workloads.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  # one workload only
  kubectl igw bifrost check deployment/bifrost -f manifests/

  # one check only, as JSON
  kubectl igw bifrost check --only IGW0207 -f manifests/ -o json

  # a configuration of which the version is not in the files
  kubectl igw bifrost check -f config.json --assume bifrost=1.5.16 --env VLLM_KEY=dummy")]
pub struct Check {
    /// Workloads, ConfigMaps or files to judge: NAME, NAMESPACE/NAME or TYPE/NAME; all if absent
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub args: Args,
}

/// Runs `check`.
pub fn run(common: &Common, pod: &Pod, args: &Args, names: &[String]) -> Result<Exit, Failure> {
    let checks = select(args)?;
    let loaded = input::read(common, pod)?;
    let broken = loaded.complain();
    let scope = common.scope(&plain(names))?;
    if broken && loaded.store.objects == 0 && args.output.unwrap_or_default() == Output::Human {
        return Ok(Exit::Usage);
    }
    unknown_names(&loaded, &scope)?;
    let cx = Cx::new(&loaded.store, &scope);
    let sinks = settle::look(&checks, &cx);
    let instances = instance::all(&cx);
    let report = report(&loaded, instances, &sinks);
    match args.output.unwrap_or_default() {
        Output::Human => {
            let mut text = match common.quiet {
                true => String::new(),
                false => head(instances, &report, &common.theme()),
            };
            text.push_str(&human(common, instances.len(), &scope, &report, &sinks));
            output::print(&text)?;
        }
        machine => output::document(&report, machine)?,
    }
    let found = args.fail_on.unwrap_or_default().fails(report.worst());
    let blind = sinks
        .iter()
        .flat_map(Sink::gaps)
        .any(|gap| args.strict || gap.why.kind.is_failure() || !args.only.is_empty());
    let exits = [(broken, Exit::Usage), (found, Exit::Findings), (blind, Exit::Blind)];
    Ok(exits.iter().filter(|(is, _)| *is).fold(Exit::Good, |all, (_, one)| all.and(*one)))
}

/// `deployment/bifrost` means the name `bifrost`; a namespace before the slash stays.
fn plain(names: &[String]) -> Vec<String> {
    const TYPES: [&str; 12] = [
        "deployment",
        "deployments",
        "deploy",
        "statefulset",
        "statefulsets",
        "sts",
        "daemonset",
        "configmap",
        "configmaps",
        "cm",
        "secret",
        "file",
    ];
    let strip = |name: &String| match name.split_once('/') {
        Some((kind, rest)) if TYPES.contains(&kind.to_lowercase().as_str()) => rest.to_owned(),
        _ => name.clone(),
    };
    names.iter().map(strip).collect()
}

/// The checks that the flags leave.
fn select(args: &Args) -> Result<Vec<&'static dyn Judge>, Failure> {
    for wanted in args.only.iter().chain(&args.skip) {
        if !ALL.iter().any(|check| check.meta().is(wanted)) {
            let near = ALL
                .iter()
                .map(|check| check.meta())
                .map(|meta| (strsim::normalized_damerau_levenshtein(meta.name, wanted), meta))
                .filter(|(alike, meta)| *alike > 0.5 || meta.name.contains(wanted.as_str()))
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            let mut failure = Failure::usage(format!("there is no check {wanted}"));
            if let Some((_, meta)) = near {
                failure = failure.hint(format!("did you mean {} {}?", meta.code, meta.name));
            }
            let known: Vec<&str> = ALL.iter().map(|check| check.meta().code).collect();
            return Err(failure.hint(format!("known: {}", known.join(" "))));
        }
    }
    let named = |list: &[String], check: &&dyn Judge| list.iter().any(|w| check.meta().is(w));
    let left: Vec<_> = ALL
        .iter()
        .copied()
        .filter(|check| args.only.is_empty() || named(&args.only, check))
        .filter(|check| !named(&args.skip, check))
        .collect();
    match left.is_empty() {
        true => Err(Failure::usage("--only and --skip leave no check to do")),
        false => Ok(left),
    }
}

fn unknown_names(loaded: &Loaded, scope: &Scope) -> Result<(), Failure> {
    if scope.names.is_empty() {
        return Ok(());
    }
    let everything = Scope { namespace: scope.namespace.clone(), ..Scope::default() };
    let cx = Cx::new(&loaded.store, &everything);
    let all = instance::all(&cx);
    for name in &scope.names {
        if !all.iter().any(|found| found.subject.is_called(name)) {
            let near: Vec<String> = all.iter().take(8).map(|i| i.subject.title()).collect();
            let failure = Failure::usage(format!("there is no Bifrost {name} in the input"));
            return Err(match near.is_empty() {
                true => failure,
                false => failure.hint(format!("there are: {}", near.join(", "))),
            });
        }
    }
    Ok(())
}

fn report(loaded: &Loaded, instances: &[Instance], sinks: &[Sink]) -> Report {
    let locator = Locator::new(loaded, instances);
    let mut findings: Vec<Located> = sinks
        .iter()
        .flat_map(|sink| &sink.findings)
        .map(|finding| Located { finding: finding.clone(), location: locator.locate(finding) })
        .collect();
    findings.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    let mut gaps: Vec<_> = sinks.iter().flat_map(Sink::gaps).collect();
    gaps.sort();
    let count =
        |severity| findings.iter().filter(|located| located.finding.severity == severity).count();
    let summary = Summary {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        objects: loaded.store.objects,
        passed: sinks.iter().map(|sink| sink.passed).sum(),
        not_checked: gaps.len(),
    };
    let files = loaded.input.files.iter().map(|file| file.name.clone());
    Report {
        api_version: "igw.dev/v1alpha1",
        kind: "Report",
        tool: Tool { name: "kubectl-igw-bifrost", version: env!("CARGO_PKG_VERSION") },
        input: InputSummary {
            mode: loaded.mode,
            context: None,
            files: files.collect(),
            skipped: loaded.input.skipped,
        },
        assumptions: assumptions(instances),
        findings,
        suppressed: Vec::new(),
        not_checked: gaps.into_iter().map(Gap::from).collect(),
        summary,
        predicted: Some(instances.iter().map(|i| predicted(loaded, i)).collect()),
    }
}

fn predicted(loaded: &Loaded, instance: &Instance) -> Predicted {
    let internet = loaded.store.settings.internet;
    let around = Circumstances { internet, ..Circumstances::default() };
    let found = start::predict(instance, &around);
    Predicted {
        object: (instance.subject.kind != "File").then(|| instance.subject.reference()),
        version: instance.release.map(|release| release.to_string()),
        start: found.start,
        code: found.code,
        says: Some(found.says).filter(|says| !says.is_empty()).map(|says| words::clean(&says)),
    }
}

/// What was taken for granted about versions and pods.
fn assumptions(instances: &[Instance]) -> Vec<Assumption> {
    let mut out = Vec::new();
    for instance in instances {
        let title = instance.subject.title();
        match instance.release {
            None => out.push(Assumption {
                what: format!("{title} is Bifrost 1.4, 1.5 or 2.0"),
                why: "its version is not in the input; --assume bifrost=VERSION".to_owned(),
            }),
            Some(release) if release > OBSERVED[2] && release.since(2, 1, 0) => {
                out.push(Assumption {
                    what: format!("Bifrost {release} behaves as 2.0"),
                    why: "1.4.19, 1.5.16 and 2.0.0-prerelease3 were observed".to_owned(),
                });
            }
            Some(_) => {}
        }
        if instance.way == Way::Alone && instance.document.is_some() {
            out.push(Assumption {
                what: format!("{title} is what Bifrost reads, with the image's own arguments"),
                why: "no pod template that mounts it is in the input".to_owned(),
            });
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The Bifrosts, each with what it does.
fn head(instances: &[Instance], report: &Report, theme: &Theme) -> String {
    let mut out = String::new();
    for (instance, predicted) in instances.iter().zip(report.predicted.iter().flatten()) {
        let title = words::clean(&instance.subject.title());
        let providers = instance.config().map(|c| words::count(c.providers.len(), "provider"));
        let facts = [Some(instance.title()), providers];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let _ = writeln!(out, "{}   {}", theme.bold(&title), facts.join(", "));
        let code = predicted.code.map(|code| format!(" ({code})")).unwrap_or_default();
        let says = predicted.says.as_deref().map(|says| format!(": {says}")).unwrap_or_default();
        let (glyph, text) = match predicted.start {
            Start::Listens => (theme.good(theme.tick()), "starts and listens".to_owned()),
            Start::Exits => (error_glyph(theme), format!("exits{code}{says}")),
            Start::Hangs => (error_glyph(theme), format!("hangs{code}{says}")),
            Start::Unknown => {
                (theme.dot().to_owned(), format!("whether it starts is not known{says}"))
            }
        };
        let _ = writeln!(out, "  {glyph} {}\n", theme.after(4, 4, &text));
    }
    out
}

fn error_glyph(theme: &Theme) -> String {
    theme.severity(Severity::Error, theme.glyph(Severity::Error))
}

fn human(common: &Common, judged: usize, scope: &Scope, report: &Report, sinks: &[Sink]) -> String {
    let passed: Vec<_> = ALL
        .iter()
        .filter_map(|check| {
            let meta = check.meta();
            let sink = sinks.iter().find(|sink| sink.is_of(meta))?;
            Some((meta.code, meta.name, sink.passed))
        })
        .collect();
    Human {
        report,
        gateways: &[],
        namespace: scope.namespace.as_deref(),
        routes: judged,
        nouns: ("configuration", "Bifrost"),
        verbose: common.verbose,
        quiet: common.quiet,
        passed: &passed,
    }
    .render(&common.theme())
}
