//! One step of a plan in the text of a file.

use std::path::PathBuf;

use igw_core::fix::{self, FixPlace, NewObject, PlanStep, Set, StepAction};
use igw_core::kube::Origin;
use json_patch::PatchOperation;
use serde_json::Value;

use crate::input::files::edit::{self, EditRefusal, Spot, TextEdit};
use crate::input::files::{Drafts, Input, SourceFile};
use crate::repair::drafted::{DraftPlace, Drafted};

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
    };
    let source = input.files.get(origin.file as usize).ok_or("it is in none of the files")?;
    let old = drafts.of(source.path.as_deref()).unwrap_or(&source.text).to_owned();
    let (edited, ops) = match &step.action {
        StepAction::Create(new) => {
            let edited = edit::append(&old, std::slice::from_ref(&new.object));
            (edited.map_err(|refusal| said(source, &refusal))?, Vec::new())
        }
        StepAction::Change(place, sets) => change(input, source, &old, place, sets)?,
    };
    let path = source.path.clone();
    let drafted = Drafted {
        name: source.name.clone(),
        old,
        new: edited.text,
        ops,
        comments_removed: edited.comments_removed,
        place: DraftPlace::File(path.clone()),
    };
    Ok((path, drafted))
}

fn change(
    input: &Input,
    source: &SourceFile,
    text: &str,
    place: &FixPlace,
    sets: &[Set],
) -> Result<(edit::EditedText, Vec<PatchOperation>), String> {
    let spot = spot(input, place.origin);
    let raw = edit::object(text, spot)
        .filter(|raw| is_it(raw, place))
        .ok_or_else(|| format!("{} is not in {} as it stands", place.object, source.name))?;
    let raw = match &place.inner {
        None => raw,
        Some(inner) => {
            let held = raw.pointer(inner).and_then(Value::as_str);
            let held = held.ok_or_else(|| format!("{inner} of {} is not text", place.object))?;
            serde_json::from_str(held).map_err(|error| error.to_string())?
        }
    };
    let ops = fix::patched(&raw, sets)?.ops;
    let edit = TextEdit { spot, inner: place.inner.clone(), ops: ops.clone() };
    let edited = edit::edit(text, &[edit]).map_err(|refusal| said(source, &refusal))?;
    Ok((edited, ops))
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
