//! Edits of a whole file.

use std::thread;

use igw_core::fix::{self, Undone};
use json_patch::PatchOperation;
use json_patch::jsonptr::PointerBuf;
use serde_json::Value;

use super::super::parallel::STACK;
use super::document::{self, Sheet};
use super::fault::{EditFault, Fallible};
use super::parts::{MARK, Parts};
use super::{EditRefusal, EditedText, Spot, TextEdit, check};

/// A document after its edits.
type Changed = (String, Vec<Undone>, usize);

/// Makes edits in the text of a file, in their order.
///
/// # Errors
/// The first reason why an edit is not made; then none is.
pub fn edit(text: &str, edits: &[TextEdit]) -> Result<EditedText, EditRefusal> {
    on_large_stack(|| edit_here(text, edits))
}

/// Does some work where the parsers have room: they call themselves for each level of nesting.
pub(super) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // Where the system gives no thread, the work waits here for a smaller stack.
    let mut work = Some(work);
    let done = thread::scope(|scope| {
        let own = &mut work;
        let run = move || own.take().map(|work| work());
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        thread.ok().map(|thread| thread.join())
    });
    match (done, work) {
        (Some(Ok(Some(done))), _) => done,
        (Some(Err(panic)), _) => std::panic::resume_unwind(panic),
        (_, Some(work)) => work(),
        (_, None) => unreachable!("work that was taken was done"),
    }
}

fn edit_here(text: &str, edits: &[TextEdit]) -> Result<EditedText, EditRefusal> {
    let mark = text.len() - text.trim_start_matches(MARK).len();
    let parts = Parts::of(&text[mark..]);
    let mut out = EditedText { text: String::new(), undone: Vec::new(), comments_removed: 0 };
    let mut done = 0;
    for (number, range) in parts.ranges.iter().enumerate() {
        let own: Vec<_> = edits.iter().filter(|edit| edit.spot.document == number).collect();
        if own.is_empty() {
            continue;
        }
        let (start, end) = (mark + range.start, mark + range.end);
        let document = &text[start..end];
        let changed = if parts.is_json { in_json(document, &own) } else { in_yaml(document, &own) };
        let (new, undone, removed) = changed.map_err(|fault| {
            EditRefusal::at(text, start + fault.at.min(end - start), fault.reason)
        })?;
        out.text.push_str(&text[done..start]);
        let base = out.text.len();
        out.undone.extend(undone.into_iter().map(|own| Undone {
            from: base + own.from,
            to: base + own.to,
            old: own.old,
        }));
        out.text.push_str(&new);
        out.comments_removed += removed;
        done = end;
    }
    out.text.push_str(&text[done..]);
    if let Some(edit) = edits.iter().find(|edit| edit.spot.document >= parts.ranges.len()) {
        let reason = format!("the file has no document {}", edit.spot.document + 1);
        return Err(EditRefusal::at(text, 0, reason));
    }
    others_stay(text, &out.text, edits)
        .map_err(|reason| EditRefusal::at(text, 0, reason.to_owned()))?;
    Ok(out)
}

/// The guard for the other documents: they are the same bytes.
fn others_stay(old: &str, new: &str, edits: &[TextEdit]) -> Result<(), &'static str> {
    let (old, new) = (old.trim_start_matches(MARK), new.trim_start_matches(MARK));
    let before = Parts::of(old);
    // What is left of YAML may be `{}`.
    let after = if before.is_json { Parts::of(new) } else { Parts::yaml(new) };
    let apart = "the file would fall apart into other documents";
    if before.is_json != after.is_json || before.ranges.len() != after.ranges.len() {
        return Err(apart);
    }
    for (number, (one, other)) in before.ranges.into_iter().zip(after.ranges).enumerate() {
        let edited = edits.iter().any(|edit| edit.spot.document == number);
        if !edited && old[one] != new[other] {
            return Err(apart);
        }
    }
    Ok(())
}

fn in_yaml(text: &str, edits: &[&TextEdit]) -> Fallible<Changed> {
    let mut sheet = Sheet::read(text)?;
    edits.iter().try_for_each(|edit| sheet.edit(edit))?;
    sheet.finish(text)
}

fn in_json(text: &str, edits: &[&TextEdit]) -> Fallible<Changed> {
    let mut operations = Vec::new();
    for edit in edits {
        let base = check::base(edit.spot.item);
        match &edit.inner {
            None => operations.extend(edit.ops.iter().map(|own| below(&base, own))),
            Some(inner) => {
                // The text as the edits before leave it.
                let now = json(text, &operations)?;
                let value: Value = serde_json::from_str(now.text()).unwrap_or_default();
                let at = format!("{base}{inner}");
                let held = value.pointer(&at).and_then(Value::as_str);
                let held = held.ok_or_else(|| EditFault::new(0, "it holds no text"))?;
                let replaced = document::replaced(held, &at, &edit.ops);
                operations.push(replaced.map_err(|reason| EditFault::new(0, reason))?);
            }
        }
    }
    let (text, undone) = json(text, &operations)?.finish();
    Ok((text, undone, 0))
}

fn json(text: &str, operations: &[PatchOperation]) -> Fallible<fix::Trail> {
    fix::json::edit(text, operations)
        .map_err(|refusal| EditFault::new(refusal.at.unwrap_or_default(), refusal.reason))
}

/// An operation on an object as one on its document.
fn below(base: &str, operation: &PatchOperation) -> PatchOperation {
    let mut operation = operation.clone();
    let lowered = |path: &mut PointerBuf| {
        let whole = format!("{base}{}", path.as_str());
        *path = PointerBuf::parse(whole).unwrap_or_default();
    };
    match &mut operation {
        PatchOperation::Add(own) => lowered(&mut own.path),
        PatchOperation::Remove(own) => lowered(&mut own.path),
        PatchOperation::Replace(own) => lowered(&mut own.path),
        PatchOperation::Test(own) => lowered(&mut own.path),
        PatchOperation::Move(own) => {
            lowered(&mut own.from);
            lowered(&mut own.path);
        }
        PatchOperation::Copy(own) => {
            lowered(&mut own.from);
            lowered(&mut own.path);
        }
    }
    operation
}

/// The objects of a file for which something holds; those of a List by themselves.
pub fn spots(text: &str, holds: impl Fn(&Value) -> bool + Send) -> Vec<Spot> {
    on_large_stack(|| spots_here(text, holds))
}

fn spots_here(text: &str, holds: impl Fn(&Value) -> bool) -> Vec<Spot> {
    let text = text.trim_start_matches(MARK);
    let parts = Parts::of(text);
    let mut out = Vec::new();
    for (document, range) in parts.ranges.iter().enumerate() {
        let Some(value) = parts.value(&text[range.clone()]) else { continue };
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        match value.get("items").and_then(Value::as_array) {
            Some(items) if kind.ends_with("List") => {
                let found = items.iter().enumerate().filter(|(_, item)| holds(item));
                let spot = |index: usize| Spot { document, item: u32::try_from(index).ok() };
                out.extend(found.map(|(index, _)| spot(index)));
            }
            _ if holds(&value) => out.push(Spot { document, item: None }),
            _ => {}
        }
    }
    out
}
