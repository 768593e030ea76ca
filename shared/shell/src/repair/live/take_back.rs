//! The change that takes back what a run did to an object.

use igw_core::fix::{self, Set};
use igw_core::kube::pointer;
use json_patch::PatchOperation;
use serde_json::Value;

use super::draft::{Drafting, draft, drafted, existing, tested};
use crate::cluster::ApiWrite;
use crate::repair::drafted::{Drafted, ObjectDraft};
use crate::repair::entries::JournalledObject;
use crate::repair::file_change::FileChange;
use crate::repair::files::text_before;
use crate::repair::journal::{object_sum, sum};

/// The change that takes back what a run did to an object; `None` where nothing is left of it.
///
/// # Errors
/// Why it cannot be taken back, as a sentence about the object.
pub fn taken_back(drafting: &Drafting, own: &JournalledObject) -> Result<Option<Drafted>, String> {
    if own.unchanged {
        return Ok(None);
    }
    let object = &own.object;
    let now = drafting.live.stored(object).map_err(|error| format!("{object}: {}", error.say()))?;
    let Some(now) = now else {
        return match own.verb.as_str() {
            "create" => Ok(None),
            _ => Err(format!("{object} is gone")),
        };
    };
    let uid = now["metadata"]["uid"].as_str();
    if own.uid.is_some() && own.uid.as_deref() != uid {
        return Err(format!("another {object} has taken its place"));
    }
    let is_as_left = own.after.as_ref().is_some_and(|after| *after == object_sum(&now));
    let changed = || format!("{object} was changed since{}", by(&now, ""));
    let taken = match own.verb.as_str() {
        "create" => {
            // Without an end it is only known to be ours by its manager.
            if !is_as_left && (own.after.is_some() || !is_ours(&now)) {
                return Err(changed());
            }
            let word = |name: &str| now["metadata"][name].as_str().unwrap_or_default().to_owned();
            let (uid, version) = (word("uid"), word("resourceVersion"));
            let write = ApiWrite::Delete { object: object.clone(), uid, version };
            draft(write, now, Value::Null, Vec::new())
        }
        "patch" if own.inner.is_some() => match inner_back(own, &now)? {
            Some(taken) => taken,
            None => return Ok(None),
        },
        "patch" => {
            let Some(inverse) = &own.inverse else {
                let why = "what was there is not in the journal, because it is secret";
                return Err(format!("{object}: {why}"));
            };
            if own.whole && !is_as_left {
                return Err(changed());
            }
            let mut after = now.clone();
            if json_patch::patch(&mut after, inverse).is_err() {
                return match own.applied {
                    true => Err(moved(own, &now, inverse)),
                    // It was never made.
                    false => Ok(None),
                };
            }
            let write = ApiWrite::Patch(object.clone(), tested(&now, inverse.clone()));
            draft(write, now, after, Vec::new())
        }
        _ => return Err(format!("{object} was deleted, and is not in the journal")),
    };
    let (taken, _) = drafting.asked(taken);
    Ok(Some(drafted(taken)))
}

/// The change that takes back what was done to the document in a field; `None`: it was never made.
fn inner_back(own: &JournalledObject, now: &Value) -> Result<Option<ObjectDraft>, String> {
    let Some(inner) = &own.inner else { return Ok(None) };
    let (object, at) = (&own.object, inner.path.to_string_lossy());
    let text = now.pointer(&at).and_then(Value::as_str).unwrap_or_default();
    if sum(text) == inner.before {
        return Ok(None);
    }
    if sum(text) != inner.after {
        return Err(format!(
            "{object}: {} was changed since{}",
            pointer::dotted(&at),
            by(now, &at)
        ));
    }
    let Some(old) = text_before(inner, text) else {
        let why = "what stood there is not in the journal, because it is secret";
        return Err(format!("{object}: {why}"));
    };
    let put = [Set::Put(at.clone().into_owned(), old.clone().into())];
    let change = FileChange {
        path: inner.path.clone(),
        old: text.to_owned(),
        new: old,
        // It is an undo, which is not undone.
        hidden: std::iter::once(0..text.len()).collect(),
    };
    Ok(Some(ObjectDraft { inner: Some(change), ..existing(now, fix::patched(now, &put)?) }))
}

/// Which of the values is not as it was left, and who has changed it.
fn moved(own: &JournalledObject, now: &Value, inverse: &[PatchOperation]) -> String {
    let object = &own.object;
    let tests = inverse.iter().filter_map(|op| match op {
        PatchOperation::Test(test) => Some(test),
        _ => None,
    });
    let mut moved = tests.filter(|test| now.pointer(test.path.as_str()) != Some(&test.value));
    match moved.next() {
        Some(test) => {
            let at = test.path.as_str();
            let is = now.pointer(at).unwrap_or(&Value::Null);
            let inside = fix::differing(&test.value, is).into_iter().next().unwrap_or_default();
            let at = &format!("{at}{inside}");
            format!("{object}: {} was changed since{}", pointer::dotted(at), by(now, at))
        }
        None => format!("{object} was changed since"),
    }
}

/// ` (kubectl-edit, 2026-11-22T14:02:11Z)`
fn by(now: &Value, at: &str) -> String {
    fix::writer_of(now, at).map(|(who, when)| format!(" ({who}, {when})")).unwrap_or_default()
}

fn is_ours(now: &Value) -> bool {
    fix::writer_of(now, "").is_some_and(|(manager, _)| manager == "kubectl-igw")
}
