//! `routes split`.

use std::path::PathBuf;

use clap::{Args, Parser};
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{
    ClusterFlags, ColourFlag, InputFlags, NamespaceFlag, Output, ReadFlags, ScopeFlags,
};
use igw::repair::{self, FixArgs, MakeFlags};

use crate::ROUTES;
use crate::split::{GatewayName, KeptArm, NewRoute, SplitArm, SplitGoal, SplitWish};

/// The most backends of a rule (Gateway API, `HTTPRouteRule.backendRefs`).
const MOST_ARMS: usize = 16;

/// Split requests over several Services by weight: start, step, end.
///
/// The rule of the route that has the path gets the Services of --to as its backends, with weights;
/// ReferenceGrants that are missing are made with it. What is made is shown first, verified
/// afterwards, and can be taken back by undo.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # a tenth of the requests to another model server
  kubectl igw routes split chat --path /v1 --to ml/llama:8000=90 --to ml/llama-new:8000=10

  # ten points more for it
  kubectl igw routes split chat --path /v1 --step 10

  # all requests to it, and the split is over
  kubectl igw routes split chat --path /v1 --end --keep ml/llama-new

  # a new route, in files
  kubectl igw routes split gw/ab --gateway gw/public --host api.example.com --path /v1 \\
    --to ml/llama:8000=50 --to ml/llama-new:8000=50 -f manifests/ --yes")]
pub struct SplitArgs {
    /// The HTTPRoute: NAME, NAMESPACE/NAME or httproute/NAME
    #[arg(value_name = "NAME", required_unless_present = "plan")]
    name: Option<String>,
    /// One Service and its weight (repeatable)
    #[arg(long, value_name = "[NS/]SVC:PORT=WEIGHT", conflicts_with_all = ["step", "end"])]
    to: Vec<SplitArm>,
    /// Move so many percent of the requests from the first to the second Service
    #[arg(long, value_name = "POINTS", conflicts_with = "end", value_parser = clap::value_parser!(u32).range(1..=100))]
    step: Option<u32>,
    /// End the split: the Service of --keep gets all requests
    #[arg(long, requires = "keep")]
    end: bool,
    /// With --end: the Service that stays
    #[arg(long, value_name = "[NS/]SVC[:PORT]", requires = "end")]
    keep: Option<KeptArm>,
    /// The path of the rule; not needed if there is one rule
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Make the route for this Gateway if it is not there
    #[arg(long, value_name = "NS/NAME", requires = "to")]
    gateway: Option<GatewayName>,
    /// With --gateway: a hostname of the new route (repeatable)
    #[arg(long, value_name = "HOST", requires = "gateway")]
    host: Vec<String>,
    /// Print the plan in this format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    output: Output,
    /// Show the plan; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Apply it without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    yes: bool,
    /// With --yes: even if the Services accept different model names
    #[arg(long = "unsafe")]
    also_unsafe: bool,
    /// Save the plan for a live cluster, to be applied by --plan
    #[arg(long, value_name = "FILE", conflicts_with_all = ["yes", "plan"])]
    save_plan: Option<PathBuf>,
    /// Apply a saved plan exactly as it was shown, or nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "to", "step", "end", "path", "gateway", "dry_run", "yes"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    make: MakeFlags,
    #[command(flatten)]
    input: InputFlags,
    #[command(flatten)]
    namespace: NamespaceFlag,
    #[command(flatten)]
    pub colour: ColourFlag,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// The words of a saved plan.
#[derive(Debug, Parser)]
#[command(no_binary_name = true)]
struct SavedSplit {
    #[command(flatten)]
    split: SplitArgs,
}

pub fn run(args: &SplitArgs, console: &Console) -> Result<Exit, Failure> {
    let saved = match &args.plan {
        None => None,
        Some(path) => {
            let words = repair::plan_words(&ROUTES, path, "split")?;
            let saved = SavedSplit::try_parse_from(words).map_err(|_| {
                let shown = path.display();
                Failure::usage(format!("cannot use the plan {shown}: its words are no split"))
            })?;
            Some(saved.split)
        }
    };
    let asked = saved.as_ref().unwrap_or(args);
    let goal = goal(asked)?;
    if let Some(path) = asked.path.as_ref().filter(|path| !path.starts_with('/')) {
        return Err(Failure::usage(format!("--path {path}: a path begins with /")));
    }
    let (namespace, name) = name(asked)?;
    let new = NewRoute { gateway: asked.gateway.clone(), hosts: asked.host.clone() };
    let wish = SplitWish::new(name, asked.path.clone(), goal, new);
    let scope = ScopeFlags { namespace, ..ScopeFlags::default() };
    let fix = FixArgs {
        output: args.output,
        dry_run: args.dry_run,
        yes: args.yes,
        also_unsafe: args.also_unsafe,
        save_plan: args.save_plan.clone(),
        plan: args.plan.clone(),
        make: args.make.clone(),
        read: ReadFlags {
            input: args.input.clone(),
            scope,
            colour: args.colour.clone(),
            cluster: args.cluster.clone(),
        },
        ..FixArgs::default()
    };
    repair::change(&ROUTES, &fix, &[], &wish, console)
}

fn goal(args: &SplitArgs) -> Result<SplitGoal, Failure> {
    if let Some(step) = args.step {
        return Ok(SplitGoal::Step(step));
    }
    if let (true, Some(kept)) = (args.end, &args.keep) {
        return Ok(SplitGoal::End(kept.clone()));
    }
    let arms = &args.to;
    if arms.is_empty() {
        let failure = Failure::usage("what to split is missing");
        return Err(failure
            .hint("--to NS/SERVICE:PORT=WEIGHT, twice or more, starts a split")
            .hint("--step POINTS moves requests from the first to the second Service")
            .hint("--end --keep NS/SERVICE ends it"));
    }
    if arms.len() < 2 {
        let failure = Failure::usage("a split has two arms or more: --to is given once");
        return Err(failure.hint("--end --keep NS/SERVICE sends all requests to one Service"));
    }
    if arms.len() > MOST_ARMS {
        let many = arms.len();
        return Err(Failure::usage(format!(
            "a rule has {MOST_ARMS} backends at the most, not {many}"
        )));
    }
    for (at, arm) in arms.iter().enumerate() {
        let key = |arm: &SplitArm| (arm.namespace.clone(), arm.name.clone(), arm.port);
        if arms[..at].iter().any(|other| key(other) == key(arm)) {
            let title = arm.title("");
            return Err(Failure::usage(format!("--to has {title} twice")));
        }
    }
    if arms.iter().all(|arm| arm.weight == 0) {
        let failure = Failure::usage("the weights of --to are 0 together");
        return Err(failure.hint("every request would get 500: give one of them a weight"));
    }
    Ok(SplitGoal::To(arms.clone()))
}

/// The namespace and the name of the route.
fn name(args: &SplitArgs) -> Result<(Option<String>, &str), Failure> {
    let whole = args.name.as_deref().unwrap_or_default();
    let parts: Vec<&str> = whole.split('/').collect();
    let given = args.namespace.namespace.clone();
    let types = igw::product::Product::types(&ROUTES);
    match parts.as_slice() {
        [name] if !name.is_empty() => Ok((given, name)),
        [kind, name] if types.contains(&kind.to_lowercase().as_str()) => Ok((given, name)),
        [namespace, name] if !namespace.is_empty() && !name.is_empty() => match given {
            Some(other) if other != *namespace => {
                Err(Failure::usage(format!("{whole} is not in the namespace {other} of -n")))
            }
            _ => Ok((Some((*namespace).to_owned()), name)),
        },
        _ => {
            let failure = Failure::usage(format!("{whole:?} is no name of an HTTPRoute"));
            Err(failure.hint("write NAME or NAMESPACE/NAME"))
        }
    }
}
