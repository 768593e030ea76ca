//! `restart TYPE/NAME..`: one workload after the other, what others need first.

use std::time::Duration;

use clap::Args;
use igw::check::CheckArgs;
use igw::clock;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags, ReportOutput};
use igw::product::Product as _;
use igw::repair::{self, FixArgs, MakeFlags};
use igw::session::{self, Opening};
use igw_core::facts::Facts;
use igw_core::kube::Meta;

use crate::wish::RestartWish;
use crate::{RESTART, argo_rollouts, role, subject};

/// How long a rollout is waited for when nothing is said.
const PATIENCE: Duration = Duration::from_secs(300);

/// How named workloads are restarted.
#[derive(Debug, Clone, Default, Args)]
pub struct RestartFlags {
    /// Workloads to restart: TYPE/NAME; none: check all
    #[arg(value_name = "TYPE/NAME")]
    pub names: Vec<String>,
    /// Restart without asking
    #[arg(short, long, requires = "names", conflicts_with = "dry_run", help_heading = "Restart")]
    yes: bool,
    /// Show the plan; change nothing
    #[arg(long, requires = "names", help_heading = "Restart")]
    dry_run: bool,
    /// Restart also against a warning, or what Argo CD or Flux manages
    #[arg(long, requires = "names", help_heading = "Restart")]
    force: bool,
    /// Do not wait for the rollout
    #[arg(long, requires = "names", help_heading = "Restart")]
    no_verify: bool,
}

pub fn run(flags: &RestartFlags, check: &CheckArgs, console: &Console) -> Result<Exit, Failure> {
    let namespace = check.scope.namespace.as_deref();
    let known = |name: &String| known_type(name, namespace);
    let names: Vec<String> = flags.names.iter().map(known).collect::<Result<_, _>>()?;
    let mut cluster = check.cluster.clone();
    cluster.timeout.get_or_insert(PATIENCE);
    let fix = FixArgs {
        output: output(check.report.output)?,
        dry_run: flags.dry_run,
        yes: flags.yes,
        also_unsafe: flags.force,
        make: MakeFlags {
            force_owned: flags.force,
            no_verify: flags.no_verify,
            diff_context: 3,
            ..MakeFlags::default()
        },
        read: ReadFlags {
            input: check.input.clone(),
            scope: check.scope.clone(),
            cluster,
            ..ReadFlags::default()
        },
        ..FixArgs::default()
    };
    let all = in_order(&fix, &names)?;
    let at = clock::now();
    let mut exit = Exit::Good;
    for (number, meta) in all.iter().enumerate() {
        let wish = RestartWish {
            kind: meta.kind.to_string(),
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            at: at.clone(),
            force: flags.force,
        };
        let mut own = fix.clone();
        if !meta.namespace.is_empty() {
            own.read.scope.namespace = Some(meta.namespace.clone());
            own.read.scope.all_namespaces = false;
        }
        let name = format!("{}/{}", meta.kind.to_lowercase(), meta.name);
        exit = exit.and(repair::change(&RESTART, &own, &[name], &wish, console)?);
        let left = all.len() - number - 1;
        if exit != Exit::Good && !flags.dry_run && left > 0 {
            let titles: Vec<String> = all[number + 1..].iter().map(Meta::title).collect();
            console.note(&format!("not restarted: {}", titles.join(", ")));
            break;
        }
    }
    Ok(exit)
}

/// Names need a type: `gw` alone may be two things.
fn known_type(name: &str, namespace: Option<&str>) -> Result<String, Failure> {
    if let Some(own) = argo_rollouts::named(name) {
        return Err(Failure::refused(format!("{name}: Argo Rollouts restarts its own workloads"))
            .hint(argo_rollouts::command(namespace, own)));
    }
    let kind = name.split_once('/').map(|(kind, _)| kind.to_lowercase());
    match kind.filter(|kind| RESTART.types().contains(&kind.as_str())) {
        Some(_) => Ok(name.to_owned()),
        None => Err(Failure::usage(format!("{name}: not a workload as TYPE/NAME"))
            .hint("write deployment/NAME, statefulset/NAME or daemonset/NAME, and -n NAMESPACE")
            .hint("kubectl igw restart check NAME checks without a restart")),
    }
}

fn output(wanted: ReportOutput) -> Result<Output, Failure> {
    match wanted {
        ReportOutput::Human => Ok(Output::Human),
        ReportOutput::Json => Ok(Output::Json),
        ReportOutput::Yaml => Ok(Output::Yaml),
        _ => Err(Failure::usage("a restart is shown as text, json or yaml")),
    }
}

/// The named workloads in the order of their roles: what others need first.
fn in_order(fix: &FixArgs, names: &[String]) -> Result<Vec<Meta>, Failure> {
    let mut session = session::open(Opening::of(&RESTART, &fix.read)?)?;
    session.lay();
    let scope = session.scope(&fix.read.scope, names)?;
    let mut found: Vec<(role::Role, Meta)> = session.look(&scope, |facts: &Facts| {
        let all = subject::all(facts).iter();
        all.map(|own| (own.role, own.workload.meta.clone())).collect()
    })?;
    let place = session.place();
    for (name, wanted) in names.iter().zip(&scope.names) {
        if !found.iter().any(|(_, meta)| meta.is_called(wanted)) {
            return Err(Failure::usage(format!("there is no workload {name} in {place}")));
        }
    }
    // A name may be of two kinds: the type decides.
    found.retain(|(_, meta)| {
        names.iter().any(|name| {
            let (kind, own) = name.split_once('/').unwrap_or_default();
            own == meta.name && of_type(kind, &meta.kind)
        })
    });
    found.sort_by(|(role, meta), (other, theirs)| {
        (role, &meta.namespace, &meta.name).cmp(&(other, &theirs.namespace, &theirs.name))
    });
    Ok(found.into_iter().map(|(_, meta)| meta).collect())
}

fn of_type(wanted: &str, kind: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let kind = kind.to_lowercase();
    let short = match kind.as_str() {
        "deployment" => "deploy",
        "statefulset" => "sts",
        _ => "ds",
    };
    wanted == kind || wanted == format!("{kind}s") || wanted == short
}
