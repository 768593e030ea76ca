//! `bifrost check`: every Bifrost in the input, judged.

use clap::Args as ClapArgs;
use igw::cli::{Common, ReportOutput};
use igw::exit::{Exit, Failure};
use igw::judge::{self, Flags, Judged};
use igw::load::Loaded;
use igw::output;
use igw_core::bifrost::instance::{self, Instance};
use igw_core::bifrost::start::{self, Circumstances, Predicted};
use igw_core::facts::Scope;
use igw_core::finding::Finding;
use igw_core::report::{Human, Tool};
use igw_core::scene::Scene;
use igw_core::{settle, words};

use crate::checks::ALL;
use crate::head::{assumptions, head};
use crate::locate::Locator;
use crate::select::{plain, unknown_names};
use crate::{Pod, input};

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
    pub args: Flags,
}

/// Runs `check`.
pub fn run(common: &Common, pod: &Pod, args: &Flags, names: &[String]) -> Result<Exit, Failure> {
    let plan = judge::plan(common, args, ALL)?;
    let loaded = input::read(common, pod)?;
    let broken = loaded.complain();
    let scope = common.scope(&plain(names))?;
    let for_people = args.format() == ReportOutput::Human;
    if broken && loaded.store.objects == 0 && for_people {
        return Ok(Exit::Usage);
    }
    unknown_names(&loaded, &scope)?;
    let scene = Scene::new(&loaded.store, &scope);
    let mut sinks = settle::look(&plan.checks, &scene);
    let instances = instance::all(&scene);
    let suppressed = plan.finish(&loaded.store, &scope, &mut sinks)?;
    let locator = Locator::new(&loaded, instances);
    let locate = |finding: &Finding| locator.locate(finding);
    let tool = Tool { name: "kubectl-igw-bifrost", version: env!("CARGO_PKG_VERSION") };
    let assumptions = assumptions(instances);
    let mut report = plan.report(tool, &loaded, &sinks, suppressed, assumptions, &locate);
    report.predicted = Some(instances.iter().map(|i| predicted(&loaded, i)).collect());
    let judged = Judged { report, sinks };
    if for_people {
        let mut text = match common.quiet {
            true => String::new(),
            false => head(instances, &judged.report, &common.theme()),
        };
        text.push_str(&human(common, instances.len(), &scope, &judged));
        output::print(&text)?;
    } else {
        plan.print(&judged, &loaded)?;
    }
    Ok(plan.exit(&judged, broken))
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

fn human(common: &Common, judged: usize, scope: &Scope, found: &Judged) -> String {
    let passed: Vec<_> =
        found.sinks.iter().map(|sink| (sink.meta().code, sink.meta().name, sink.passed)).collect();
    Human {
        report: &found.report,
        gateways: &[],
        namespace: scope.namespace.as_deref(),
        routes: judged,
        nouns: ("configuration", "Bifrost"),
        verbose: common.verbose,
        quiet: common.quiet,
        passed: &passed,
        flags: "",
    }
    .render(&common.theme())
}
