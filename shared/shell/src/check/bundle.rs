//! `bundle`: what the cluster answered, in one file.

use clap::Args;
use igw_core::facts::Said;
use igw_core::text;

use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::{ClusterFlags, ColourFlag, InputFlags, ScopeFlags};
use crate::input::bundle::{self, Kept};
use crate::input::files::Drafts;
use crate::product::Product;
use crate::session::{self, Opening};

#[derive(Debug, Args)]
pub struct BundleArgs {
    /// Write this file; it must not exist yet
    #[arg(long, value_name = "FILE")]
    to: String,
    #[command(flatten)]
    scope: ScopeFlags,
    #[command(flatten)]
    pub colour: ColourFlag,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Reads what the checks need of the cluster, and saves it.
///
/// # Errors
/// When the cluster cannot be read, or the file not be written.
pub fn bundle(
    product: &'static dyn Product,
    args: &BundleArgs,
    console: &Console,
) -> Result<Exit, Failure> {
    let input = InputFlags::default();
    // What the project assumes decides about no read.
    let mut session = session::open(Opening {
        product,
        input: &input,
        cluster: &args.cluster,
        namespace: args.scope.namespace.as_deref(),
        said: Said::default(),
        statuses_of: &[],
        drafts: Drafts::default(),
    })?;
    if let Some(live) = &mut session.live {
        live.kept = Some(Kept::default());
    }
    let scope = session.scope(&args.scope, &[])?;
    session.gather(product.checks(), &scope)?;
    session.run(product.checks(), &scope)?;
    let kept = session.live.as_mut().and_then(|live| live.kept.take()).unwrap_or_default();
    let context = session.home.as_ref().and_then(|home| home.context.clone());
    let (head, size) = bundle::write(&args.to, context, scope.namespace, &session.store, &kept)?;
    let answers = session.store.answered.values().filter_map(|answer| answer.as_ref().err());
    let denied = answers.filter(|why| why.kind.is_failure()).map(|why| why.detail.as_str());
    let mut denied: Vec<&str> = denied.collect();
    denied.sort_unstable();
    denied.dedup();
    for why in &denied {
        console.note(&format!("not in the bundle: {}", text::clean(why)));
    }
    let objects = text::count(kept.objects().len(), "object");
    console.say(&format!(
        "{} written: {objects}, {}, taken {}. Secrets are masked in it.\n\
         Look at it:   {} --bundle {}\n",
        args.to,
        text::size(size),
        head.taken,
        product.command(),
        args.to
    ))?;
    Ok(if denied.is_empty() { Exit::Good } else { Exit::Blind })
}
