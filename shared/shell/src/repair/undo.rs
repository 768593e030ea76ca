//! `undo`: takes back what a run has changed.

use std::time::Duration;

use clap::Args;
use igw_core::kube::ObjRef;

use super::drafted::Drafted;
use super::entries::{JournalEntry, JournalledObject, entries};
use super::file_change::FileChange;
use super::history::{takes_back, undone_by};
use super::journal::{Journal, JournalHome};
use super::keys::{self, Reply};
use super::live::{self, Drafting, Rollouts, WriteEnd};
use super::show::undo_line;
use super::{files, hide};
use crate::cluster::Live;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::{ClusterFlags, ColourFlag, InputFlags};
use crate::product::Product;
use crate::session::{self, Opening};

/// How long pods are waited for when nothing is said.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, Default, Args)]
pub struct UndoArgs {
    /// The run to take back, as history lists it; the last one if absent
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Take it back without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Also change objects that Argo CD, Flux, Helm or others own
    #[arg(long)]
    pub force_owned: bool,
    /// Do not wait for the pods that it replaces
    #[arg(long)]
    pub no_verify: bool,
    /// Lines around each change in a diff
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub diff_context: usize,
    #[command(flatten)]
    pub colour: ColourFlag,
    #[command(flatten)]
    pub cluster: ClusterFlags,
}

/// Takes a run back.
///
/// # Errors
/// When there is none, or it cannot be taken back as things are.
pub fn undo(
    product: &'static dyn Product,
    args: &UndoArgs,
    console: &Console,
) -> Result<Exit, Failure> {
    let all = entries()?;
    let is_open =
        |entry: &&JournalEntry| !takes_back(entry, &all) && undone_by(entry, &all).is_none();
    let entry = match &args.id {
        None => all.iter().rfind(is_open).ok_or_else(|| Failure::usage("there is nothing to undo")),
        Some(id) => all.iter().find(|entry| entry.id == *id).ok_or_else(|| {
            Failure::usage(format!("there is no run {id}")).hint("history lists them")
        }),
    }?;
    if let Some(by) = undone_by(entry, &all) {
        return Err(Failure::usage(format!("{} was taken back by {}", entry.id, by.id)));
    }
    let mut changes = Vec::new();
    for file in entry.files.iter().rev() {
        changes.extend(files::taken_back(product, file)?);
    }
    let cluster = match entry.objects.is_empty() {
        true => None,
        false => Some(connected(product, args, entry)?),
    };
    let mut drafts = Vec::new();
    if let Some(live) = &cluster {
        let drafting = Drafting { live, product, force_owned: args.force_owned };
        for (object, changes) in backwards(entry) {
            let taken = live::taken_back(&drafting, object, &changes);
            drafts.extend(taken.map_err(Failure::refused)?);
        }
    }
    if changes.is_empty() && drafts.is_empty() {
        console.note(&format!("{}: everything is as it was before it", entry.id));
        return Ok(Exit::Good);
    }
    for change in &changes {
        let name = change.path.display().to_string();
        console.say(&hide::unified(product, &name, &change.old, &change.new, args.diff_context))?;
    }
    for one in &drafts {
        console.say(&one.diff(product, args.diff_context))?;
    }
    if let Some((one, why)) = drafts.iter().find_map(|one| Some((one, one.held()?))) {
        return Err(Failure::refused(format!("{} is not taken back: {why}", one.name)));
    }
    if !args.yes {
        if !keys::can_ask() {
            console.note(&format!("{} was not taken back: --yes does", entry.id));
            return Ok(Exit::Findings);
        }
        match keys::ask(&format!("Take back {}? [y]es [n]o (n) ", entry.id))? {
            Reply::Yes => {}
            Reply::Interrupt => return Ok(Exit::Interrupted),
            _ => return Ok(Exit::Refused),
        }
    }
    let exit = make(product, args, entry, &changes, &drafts, cluster.as_ref(), console)?;
    if exit == Exit::Good {
        console.note(&format!("{} {} was taken back", console.theme.tick(), entry.id));
        if let Some(before) = all.iter().filter(is_open).rfind(|other| other.id != entry.id) {
            let line = undo_line(product, &before.id).replacen("undo:", "next:", 1);
            console.note(&format!("{line}   (the run before)"));
        }
    }
    Ok(exit)
}

/// The objects of a run with their changes, the last one first: what was made first, as others refer to
/// it, is taken back last.
fn backwards(entry: &JournalEntry) -> Vec<(&ObjRef, Vec<&JournalledObject>)> {
    let mut out: Vec<(&ObjRef, Vec<&JournalledObject>)> = Vec::new();
    for own in &entry.objects {
        match out.iter_mut().find(|(object, _)| **object == own.object) {
            Some((_, changes)) => changes.insert(0, own),
            None => out.push((&own.object, vec![own])),
        }
    }
    out.reverse();
    out
}

/// Makes the changes; what is not made is reported.
fn make(
    product: &'static dyn Product,
    args: &UndoArgs,
    entry: &JournalEntry,
    changes: &[FileChange],
    drafts: &[Drafted],
    cluster: Option<&Live>,
    console: &Console,
) -> Result<Exit, Failure> {
    let home = cluster.map(|live| JournalHome::of(live, &args.cluster)).unwrap_or_default();
    let mut journal = Journal::begin(product, Some(&entry.id), &home)?;
    files::in_place(changes, journal.as_mut())?;
    let (mut exit, mut made) = (Exit::Good, 0);
    let mut rollouts = Rollouts::default();
    for one in drafts {
        let (Some(live), Some(own)) = (cluster, one.object()) else { continue };
        live.interrupts().hold();
        let (why, end) = match live::write_journalled(live, journal.as_mut(), &[], own)?.1 {
            WriteEnd::Applied(now) => {
                rollouts.begun(own, &now);
                (None, Exit::Good)
            }
            WriteEnd::Refused(why) => (Some(why), Exit::Refused),
            WriteEnd::Failed(why) | WriteEnd::Unknown(why) => (Some(why), Exit::Failed),
        };
        if let Some(why) = why {
            console.note(&format!("{} {}: {why}", console.theme.dot(), one.name));
        }
        exit = exit.and(end);
        if live.interrupts().release() {
            exit = Exit::Interrupted;
        }
        if exit != Exit::Good {
            break;
        }
        made += 1;
    }
    if let (Exit::Good, Some(journal)) = (exit, &mut journal) {
        journal.complete()?;
    }
    if exit != Exit::Good {
        let whole = drafts.len();
        console.note(&format!("{}: {made} of {whole} objects were taken back", entry.id));
    }
    if let (Some(live), false) = (cluster, args.no_verify) {
        let limit = args.cluster.timeout.unwrap_or(PATIENCE);
        exit = exit.and(rollouts.follow(live, limit, console));
    }
    Ok(exit)
}

/// The cluster that a run has changed.
fn connected(
    product: &'static dyn Product,
    args: &UndoArgs,
    entry: &JournalEntry,
) -> Result<Live, Failure> {
    let mut flags = args.cluster.clone();
    let is_said = flags.context.is_some() || flags.server.is_some() || flags.cluster.is_some();
    if !is_said {
        flags.context.clone_from(&entry.home.context);
    }
    let input = InputFlags::default();
    let session = session::open(Opening::new(product, &input, &flags, &None)?)?;
    let live = session.live.ok_or_else(|| Failure::blind("there is no cluster"))?;
    live.interrupts().lift_limit();
    let uid = live.uid();
    if entry.home.cluster.is_some() && uid != entry.home.cluster {
        let context = entry.home.context.as_deref().unwrap_or("another one");
        let what = format!("{} changed another cluster (context {context})", entry.id);
        return Err(Failure::refused(what).hint("give its --context"));
    }
    Ok(live)
}
