//! `history`: what was changed.

use clap::Args;
use igw_core::text;
use serde_json::json;

use super::entries::{JournalEntry, JournalledFile, JournalledObject, entries};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::{ColourFlag, Output};
use crate::output::document;

#[derive(Debug, Clone, Default, Args)]
pub struct HistoryArgs {
    /// Print the list in this format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: Output,
    #[command(flatten)]
    pub colour: ColourFlag,
}

/// Lists what was changed.
///
/// # Errors
/// When the journal cannot be read.
pub fn history(args: &HistoryArgs, console: &Console) -> Result<Exit, Failure> {
    let all = entries()?;
    if args.output != Output::Human {
        let list: Vec<_> = all.iter().map(|entry| wire(entry, &all)).collect();
        let list = json!({ "apiVersion": "igw.dev/v1alpha1", "kind": "History", "items": list });
        console.print(&document(&list, args.output)?)?;
        return Ok(Exit::Good);
    }
    let mut out = String::new();
    for entry in all.iter().rev() {
        let files = entry.files.iter().map(|file| file.path.display().to_string());
        let objects = entry.objects.iter().map(|own| own.object.to_string());
        let all_of_it: Vec<String> = files.chain(objects).collect();
        let what = format!("{}  {}  {}", entry.id, entry.at, text::some_of(&all_of_it, 3));
        out.push_str(&text::clean(&format!("{what}{}", state(entry, &all))));
        out.push('\n');
    }
    if all.is_empty() {
        out.push_str("Nothing was changed yet.\n");
    }
    console.say(&out)?;
    Ok(Exit::Good)
}

fn wire(entry: &JournalEntry, all: &[JournalEntry]) -> serde_json::Value {
    let file = |own: &JournalledFile| json!({ "file": own.path, "applied": own.applied });
    let object = |own: &JournalledObject| json!({ "object": own.object, "verb": own.verb, "applied": own.applied });
    json!({
        "id": entry.id,
        "at": entry.at,
        "argv": entry.argv,
        "undoes": entry.undoes,
        "undoneBy": undone_by(entry, all).map(|by| &by.id),
        "context": entry.home.context,
        "files": entry.files.iter().map(file).collect::<Vec<_>>(),
        "objects": entry.objects.iter().map(object).collect::<Vec<_>>(),
    })
}

fn state(entry: &JournalEntry, all: &[JournalEntry]) -> String {
    match (&entry.undoes, undone_by(entry, all)) {
        (Some(undoes), None) => format!("  (took back {undoes})"),
        (Some(undoes), Some(by)) => format!("  (took back {undoes}, taken back by {})", by.id),
        (None, Some(by)) => format!("  (taken back by {})", by.id),
        (None, None) if entry.is_open() => "  (ended before it was done)".to_owned(),
        (None, None) => String::new(),
    }
}

pub(super) fn undone_by<'a>(
    entry: &JournalEntry,
    all: &'a [JournalEntry],
) -> Option<&'a JournalEntry> {
    all.iter().find(|other| other.complete && other.undoes.as_ref() == Some(&entry.id))
}

/// Whether a run takes another one back, and not one that took another one back: then it has made that
/// one's changes again.
pub(super) fn takes_back(entry: &JournalEntry, all: &[JournalEntry]) -> bool {
    let (mut at, mut depth) = (entry, 0);
    while let Some(undoes) = at.undoes.as_ref().filter(|_| depth <= all.len()) {
        depth += 1;
        let Some(undone) = all.iter().find(|other| other.id == *undoes) else { break };
        at = undone;
    }
    depth % 2 == 1
}
