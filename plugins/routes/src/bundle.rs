//! `routes bundle`: what the cluster answered, in one file.

use clap::Args;
use igw::bundle::{self, Kept};
use igw::cli::Common;
use igw::exit::{Exit, Failure};
use igw::{judge, load, output};
use igw_core::words;

use crate::checks::ALL;

/// Save what the checks read of the cluster, to look at it elsewhere.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # all that a colleague needs to see the same report
  kubectl igw routes bundle --to incident.igw.gz -A

  # there: the report, one request, the statuses
  kubectl igw routes --bundle incident.igw.gz
  kubectl igw routes why http://api.example.com/v1/models --bundle incident.igw.gz")]
pub struct Bundle {
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    to: String,
}

/// Runs `bundle`.
pub fn run(common: &Common, args: &Bundle) -> Result<Exit, Failure> {
    let mut loaded = load::load(common, crate::DEMO)?;
    let Some(live) = &mut loaded.live else {
        return Err(Failure::usage("a bundle is of a cluster: leave out -f, --bundle and --demo"));
    };
    live.kept = Some(Kept::default());
    let scope = loaded.scope(common, &[])?;
    let mut plan = judge::plan(common, &judge::Flags::default(), ALL)?;
    // What this project skips, others may want to see.
    plan.checks = ALL.to_vec();
    plan.gather(&mut loaded, &scope)?;
    plan.settle(&mut loaded, &scope)?;
    let kept = loaded.live.as_mut().and_then(|live| live.kept.take()).unwrap_or_default();
    let context = loaded.home.as_ref().and_then(|home| home.context.clone());
    let (head, size) = bundle::write(&args.to, context, scope.namespace, &loaded.store, &kept)?;
    let mut denied: Vec<&str> = loaded
        .store
        .answered
        .values()
        .filter_map(|answer| answer.as_ref().err())
        .filter(|why| why.kind.is_failure())
        .map(|why| why.detail.as_str())
        .collect();
    denied.sort_unstable();
    denied.dedup();
    for why in &denied {
        eprintln!("not in it: {}", words::clean(why));
    }
    let objects = words::count(kept.objects().len(), "object");
    output::print(&format!(
        "{} written: {objects}, {}, taken {}. Secrets are masked in it.\n\
         Look at it:   kubectl igw routes --bundle {}\n",
        args.to,
        words::size(size),
        head.taken,
        args.to
    ))?;
    Ok(if denied.is_empty() { Exit::Good } else { Exit::Blind })
}
