//! `bifrost check`: every Bifrost in the input, judged.

use clap::Args as ClapArgs;
use igw::cli::{Common, FailOn, Output};
use igw::exit::{Exit, Failure};
use igw::load::Loaded;
use igw::output;
use igw_core::bifrost::instance::{self, Instance};
use igw_core::bifrost::start::{self, Circumstances, Predicted};
use igw_core::check::Sink;
use igw_core::facts::{Cx, Scope};
use igw_core::finding::Severity;
use igw_core::report::{Gap, Human, InputSummary, Located, Report, Summary, Tool};
use igw_core::{settle, words};

use crate::checks::ALL;
use crate::head::{assumptions, head};
use crate::locate::Locator;
use crate::select::{plain, select, unknown_names};
use crate::{Pod, input};

/// The flags of `check`.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Args {
    /// Output format
    #[arg(short, long, value_enum)]
    pub output: Option<Output>,
    /// Only these checks, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All checks but these, by code or name
    #[arg(long, value_name = "CODE|NAME", value_delimiter = ',')]
    pub skip: Vec<String>,
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
