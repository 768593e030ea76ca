//! One step of a plan in the text of a file.

use std::path::PathBuf;

use igw_core::fix::{self, FixPlace, MovedSecret, NewObject, PlanStep, Set, StepAction};
use igw_core::kube::{Origin, pointer};
use json_patch::PatchOperation;
use serde_json::Value;

use crate::input::files::edit::{self, EditRefusal, Spot, TextEdit};
use crate::input::files::{Drafts, Input, SourceFile};
use crate::repair::drafted::{DraftPlace, Drafted, DraftedInside};
use crate::repair::moved;

/// Makes a step in the text that its file has, or is to have, and gives the path of that file.
///
/// # Errors
/// Why it cannot be made, as a fragment.
pub fn draft(
    input: &Input,
    drafts: &Drafts,
    step: &PlanStep,
    home: Origin,
) -> Result<(Option<PathBuf>, Drafted), String> {
    let origin = match &step.action {
        StepAction::Create(NewObject { beside, .. }) => {
            beside.filter(|origin| *origin != Origin::CLUSTER).unwrap_or(home)
        }
        StepAction::Change(place, _) => place.origin,
        StepAction::Move(moved) => moved.from.origin,
    };
    let source = input.files.get(origin.file as usize).ok_or("it is in none of the files")?;
    let old = drafts.of(source.path.as_deref()).unwrap_or(&source.text).to_owned();
    let (edited, ops) = match &step.action {
        StepAction::Create(new) => (append(source, &old, &new.object)?, Vec::new()),
        StepAction::Move(moved) => {
            let secret = secret(input, source, &old, moved)?;
            (append(source, &old, &secret)?, Vec::new())
        }
        StepAction::Change(place, sets) => change(input, source, &old, place, sets)?,
    };
    let inner = inside(input, source, &step.action, &old, &edited.text);
    let path = source.path.clone();
    let drafted = Drafted {
        name: source.name.clone(),
        old,
        new: edited.text,
        ops,
        comments_removed: edited.comments_removed,
        inner,
        place: DraftPlace::File(path.clone()),
    };
    Ok((path, drafted))
}

/// The document of a change before and after it.
fn inside(
    input: &Input,
    source: &SourceFile,
    action: &StepAction,
    old: &str,
    new: &str,
) -> Option<DraftedInside> {
    let StepAction::Change(place, _) = action else { return None };
    let field = place.inner.as_deref().filter(|field| !field.is_empty())?;
    let held = |text: &str| {
        let object = edit::object(text, spot(input, place.origin))?;
        object.pointer(field)?.as_str().map(str::to_owned)
    };
    let key = pointer::segments(field).pop()?;
    let name = format!("{}: {key} of {}", source.name, place.object);
    Some(DraftedInside { name, old: held(old)?, new: held(new)? })
}

fn append(source: &SourceFile, text: &str, object: &Value) -> Result<edit::EditedText, String> {
    edit::append(text, std::slice::from_ref(object)).map_err(|refusal| said(source, &refusal))
}

/// The Secret of a text that stands in the file.
fn secret(
    input: &Input,
    source: &SourceFile,
    text: &str,
    moved: &MovedSecret,
) -> Result<Value, String> {
    let object = whole(input, source, text, &moved.from)?;
    let held = document(&object, &moved.from)?;
    moved::secret(&object, &held, moved, ("stringData", str::to_owned))
}

fn change(
    input: &Input,
    source: &SourceFile,
    text: &str,
    place: &FixPlace,
    sets: &[Set],
) -> Result<(edit::EditedText, Vec<PatchOperation>), String> {
    let raw = document(&whole(input, source, text, place)?, place)?;
    let ops = fix::patched(&raw, sets)?.ops;
    if is_file(place) {
        let edited = fix::json::edit(text, &ops)
            .map_err(|refusal| format!("{}: {}", source.name, refusal.reason))?;
        let (text, undone) = edited.finish();
        return Ok((edit::EditedText { text, undone, comments_removed: 0 }, ops));
    }
    let spot = spot(input, place.origin);
    let edit = TextEdit { spot, inner: place.inner.clone(), ops: ops.clone() };
    let edited = edit::edit(text, &[edit]).map_err(|refusal| said(source, &refusal))?;
    Ok((edited, ops))
}

/// Whether the file itself is the document.
fn is_file(place: &FixPlace) -> bool {
    place.inner.as_deref() == Some("")
}

/// The object of a place, or the document that is the file.
fn whole(
    input: &Input,
    source: &SourceFile,
    text: &str,
    place: &FixPlace,
) -> Result<Value, String> {
    if is_file(place) {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    edit::object(text, spot(input, place.origin))
        .filter(|raw| is_it(raw, place))
        .ok_or_else(|| format!("{} is not in {} as it stands", place.object, source.name))
}

/// What the changes of a place are about: the object, or the document inside of it.
fn document(object: &Value, place: &FixPlace) -> Result<Value, String> {
    match place.inner.as_deref() {
        None | Some("") => Ok(object.clone()),
        Some(inner) => {
            let held = object.pointer(inner).and_then(Value::as_str);
            let held = held.ok_or_else(|| format!("{inner} of {} is not text", place.object))?;
            serde_json::from_str(held).map_err(|error| error.to_string())
        }
    }
}

/// The document of an origin among those of its file.
fn spot(input: &Input, origin: Origin) -> Spot {
    let before = input.documents.iter().take(origin.document as usize);
    let document = before.filter(|own| own.file == origin.file).count();
    Spot { document, item: origin.item }
}

/// Whether a manifest is of the object that is meant; it may say no namespace.
fn is_it(raw: &Value, place: &FixPlace) -> bool {
    let object = &place.object;
    let namespace = raw["metadata"]["namespace"].as_str();
    raw["kind"] == object.kind.as_str()
        && raw["metadata"]["name"] == object.name.as_str()
        && (namespace.is_none() || namespace == object.namespace.as_deref())
}

fn said(source: &SourceFile, refusal: &EditRefusal) -> String {
    format!("{}:{}:{}: {}", source.name, refusal.line, refusal.column, refusal.reason)
}
