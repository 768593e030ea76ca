//! `kubectl igw version`: these programs, and what runs in the cluster.

use clap::Args;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::flags::{Output, ReadFlags};
use igw::output::{MachineDocument, document};
use igw::session::{self, Opening};
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::text;
use igw_core::workload::image::image_name;
use serde::Serialize;

use crate::TOGETHER;

/// What the images of the system's components are called.
const COMPONENTS: &[&str] =
    &["kgateway", "envoy", "gateway", "bifrost", "vllm", "litellm", "langfuse"];

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # this program, and what runs in the cluster
  kubectl igw version

  # without a cluster
  kubectl igw version --client")]
pub struct VersionArgs {
    /// Print only the version of this program
    #[arg(long)]
    client: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    output: Output,
    #[command(flatten)]
    read: ReadFlags,
}

/// What runs, as `version` prints it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    client: &'static str,
    components: Vec<Component>,
    not_read: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Component {
    kind: String,
    namespace: String,
    name: String,
    image: String,
    /// The image's tag; `None` where it has none, or only a digest.
    version: Option<String>,
}

pub fn run(args: &VersionArgs, console: &Console) -> Result<Exit, Failure> {
    let client = env!("CARGO_PKG_VERSION");
    let mut versions = Versions { client, components: Vec::new(), not_read: None };
    let mut exit = Exit::Good;
    if !args.client {
        match components(args, console) {
            Ok((components, gap)) => (versions.components, versions.not_read) = (components, gap),
            Err(failure) if args.output == Output::Human => {
                console.say(&format!("kubectl-igw {client}\n"))?;
                return Err(failure);
            }
            Err(failure) => return Err(failure),
        }
        if versions.not_read.is_some() {
            exit = Exit::Blind;
        }
    }
    let text = match args.output {
        Output::Human => human(&versions),
        machine => document(&MachineDocument::new("Versions", &versions), machine)?,
    };
    console.put(&text, args.output)?;
    Ok(exit)
}

/// What runs of the system, and why not all of it could be seen.
fn components(
    args: &VersionArgs,
    console: &Console,
) -> Result<(Vec<Component>, Option<String>), Failure> {
    let mut scope = args.read.scope.clone();
    scope.widest(&args.read.input);
    let mut session = session::open(Opening::of(&TOGETHER, &args.read)?)?;
    session.complain(console);
    session.lay();
    let scope = session.scope(&scope, &[])?;
    session.look(&scope, |facts| {
        let list = facts.list::<Workload>(scope.namespace.as_deref());
        let mut found: Vec<Component> =
            list.items.into_iter().filter(|own| own.owner.is_none()).flat_map(of).collect();
        found.sort();
        found.dedup();
        (found, gap(facts))
    })
}

fn gap(facts: &Facts) -> Option<String> {
    facts.blind().into_iter().next().map(|(_, _, why)| why.detail)
}

fn of(workload: &Workload) -> impl Iterator<Item = Component> {
    let is_one = |image: &&String| {
        let (name, _) = image_name(image);
        COMPONENTS.iter().any(|component| name.contains(component))
    };
    workload.images.iter().filter(is_one).map(|image| Component {
        kind: workload.meta.kind.to_string(),
        namespace: workload.meta.namespace.clone(),
        name: workload.meta.name.clone(),
        image: text::clean(image),
        version: image_name(image).1.map(text::clean),
    })
}

fn human(versions: &Versions) -> String {
    let mut out = format!("kubectl-igw {}\n", versions.client);
    let title =
        |one: &Component| text::clean(&format!("{} {}/{}", one.kind, one.namespace, one.name));
    let width = versions.components.iter().map(|one| title(one).chars().count()).max();
    for one in &versions.components {
        let width = width.unwrap_or_default();
        out.push_str(&format!("{:width$}   {}\n", title(one), one.image));
    }
    if let Some(why) = &versions.not_read {
        out.push_str(&text::clean(&format!("not read: {why}")));
        out.push('\n');
    }
    out
}
