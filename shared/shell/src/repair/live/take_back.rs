//! The change that takes back what a run did to an object.

use igw_core::fix::{self, Set};
use igw_core::kube::{Hidden, ObjRef, pointer};
use json_patch::PatchOperation;
use serde_json::Value;

use super::draft::{Drafting, differences, draft, existing, fresh};
use crate::cluster::ApiWrite;
use crate::repair::drafted::{Drafted, ObjectDraft};
use crate::repair::entries::{JournalledFile, JournalledObject};
use crate::repair::file_change::FileChange;
use crate::repair::files::text_before;
use crate::repair::hide;
use crate::repair::journal::{object_sum, sum};
use crate::repair::secret_place::SecretPlace;

/// The change that takes back what a run did to an object, the last change first; `None` where nothing
/// is left of it.
///
/// # Errors
/// Why it cannot be taken back, as a sentence about the object.
pub fn taken_back(
    drafting: &Drafting,
    object: &ObjRef,
    changes: &[&JournalledObject],
) -> Result<Option<Drafted>, String> {
    let now = drafting.live.stored(object).map_err(|error| format!("{object}: {}", error.say()))?;
    let now = now.unwrap_or(Value::Null);
    let mut is = now.clone();
    for own in changes.iter().filter(|own| !own.unchanged) {
        is = Backwards { drafting, own, now: &now, is: &is }.value()?.unwrap_or(is);
    }
    let taken = match (&now, &is) {
        (Value::Null, Value::Null) => return Ok(None),
        (Value::Null, _) => fresh(is),
        (_, Value::Null) => {
            let word = |name: &str| now["metadata"][name].as_str().unwrap_or_default().to_owned();
            let (uid, version) = (word("uid"), word("resourceVersion"));
            let write = ApiWrite::Delete { object: object.clone(), uid, version };
            draft(write, now, Value::Null, Vec::new())
        }
        _ => match differences(&fix::normal(&now), &fix::normal(&is)) {
            sets if sets.is_empty() => return Ok(None),
            sets => {
                let inner = inside(drafting, changes, &now, &is);
                ObjectDraft { inner, ..existing(&now, fix::patched(&now, &sets)?) }
            }
        },
    };
    let (taken, _) = drafting.asked(taken);
    Ok(Some(drafting.drafted(taken)))
}

/// One change of an object, taken back in memory.
struct Backwards<'a> {
    drafting: &'a Drafting<'a>,
    own: &'a JournalledObject,
    /// As it is stored, by which its writers are known.
    now: &'a Value,
    /// As the changes after this one found it; null: it is not there.
    is: &'a Value,
}

impl Backwards<'_> {
    /// The object before the change; `None`: the change was never made.
    fn value(&self) -> Result<Option<Value>, String> {
        let (own, object) = (self.own, &self.own.object);
        if own.verb == "delete" {
            return match (self.is, &own.was) {
                (Value::Null, Some(was)) => Ok(Some(was.clone())),
                (Value::Null, None) => Err(format!(
                    "{object} was deleted, and is not in the journal, because it is secret"
                )),
                _ => Err(format!("another {object} has taken its place")),
            };
        }
        if self.is.is_null() {
            return match own.verb.as_str() {
                "create" => Ok(None),
                _ => Err(format!("{object} is gone")),
            };
        }
        let uid = self.now["metadata"]["uid"].as_str();
        if own.uid.is_some() && own.uid.as_deref() != uid {
            return Err(format!("another {object} has taken its place"));
        }
        let is_as_left = own.after.as_ref().is_some_and(|after| *after == object_sum(self.is));
        let changed = || format!("{object} was changed since{}", by(self.now, ""));
        match own.verb.as_str() {
            // Without an end it is only known to be ours by its manager.
            "create" if is_as_left || own.after.is_none() && is_ours(self.now) => {
                Ok(Some(Value::Null))
            }
            "create" => Err(changed()),
            _ if own.inner.is_some() => self.inner_back(),
            _ => {
                let Some(inverse) = &own.inverse else {
                    let why = "what was there is not in the journal, because it is secret";
                    return Err(format!("{object}: {why}"));
                };
                if own.whole && !is_as_left {
                    return Err(changed());
                }
                let mut before = self.is.clone();
                match json_patch::patch(&mut before, inverse) {
                    Ok(()) => Ok(Some(before)),
                    Err(_) if own.applied => Err(self.moved(inverse)),
                    // It was never made.
                    Err(_) => Ok(None),
                }
            }
        }
    }

    /// The same of a change of the document in a field.
    fn inner_back(&self) -> Result<Option<Value>, String> {
        let Some(inner) = &self.own.inner else { return Ok(None) };
        let (object, at) = (&self.own.object, inner.path.to_string_lossy());
        let text = self.is.pointer(&at).and_then(Value::as_str).unwrap_or_default();
        if sum(text) == inner.before {
            return Ok(None);
        }
        if sum(text) != inner.after {
            let (field, by) = (pointer::dotted(&at), by(self.now, &at));
            return Err(format!("{object}: {field} was changed since{by}"));
        }
        let Some(old) = text_before(inner, text, &|place| self.held(place)) else {
            return Err(format!("{object}: {}", self.why_not(inner)));
        };
        let put = [Set::Put(at.into_owned(), old.into())];
        Ok(Some(fix::patched(self.is, &put)?.value))
    }

    /// What stands in a Secret.
    fn held(&self, place: &SecretPlace) -> Option<Hidden> {
        place.value_in(&self.drafting.live.stored(&place.secret).ok()??)
    }

    /// Why a document cannot be taken back.
    fn why_not(&self, inner: &JournalledFile) -> String {
        let mut places = inner.splices.iter().flatten().flat_map(|own| own.places());
        let Some(SecretPlace { secret, key }) = places.next() else {
            return "what stood there is not in the journal, because it is secret".to_owned();
        };
        let why = match self.drafting.live.stored(secret) {
            Ok(None) => "which is gone".to_owned(),
            Ok(Some(_)) => format!("which has something else as {key} now"),
            Err(error) => format!("which cannot be read: {}", error.say()),
        };
        format!("what stood there was moved to {secret}, {why}")
    }

    /// Which of the values is not as it was left, and who has changed it.
    fn moved(&self, inverse: &[PatchOperation]) -> String {
        let object = &self.own.object;
        let tests = inverse.iter().filter_map(|op| match op {
            PatchOperation::Test(test) => Some(test),
            _ => None,
        });
        let is = |at: &str| self.is.pointer(at);
        let mut moved = tests.filter(|test| is(test.path.as_str()) != Some(&test.value));
        match moved.next() {
            Some(test) => {
                let at = test.path.as_str();
                let is = is(at).unwrap_or(&Value::Null);
                let inside = fix::differing(&test.value, is).into_iter().next().unwrap_or_default();
                let at = &format!("{at}{inside}");
                format!("{object}: {} was changed since{}", pointer::dotted(at), by(self.now, at))
            }
            None => format!("{object} was changed since"),
        }
    }
}

/// The document that is all that changes, if it is one.
fn inside(
    drafting: &Drafting,
    changes: &[&JournalledObject],
    now: &Value,
    is: &Value,
) -> Option<FileChange> {
    let path = &changes.first()?.inner.as_ref()?.path;
    let is_of_it =
        |own: &&JournalledObject| own.inner.as_ref().is_some_and(|inner| inner.path == *path);
    let at = path.to_string_lossy();
    let text = |own: &Value| own.pointer(&at).and_then(Value::as_str).map(str::to_owned);
    let (old, new) = (text(now)?, text(is)?);
    let hidden = hide::hidden(drafting.product, &old, &(0..old.len()));
    changes.iter().all(is_of_it).then(|| FileChange { path: path.clone(), old, new, hidden })
}

/// ` (kubectl-edit, 2026-11-22T14:02:11Z)`
fn by(now: &Value, at: &str) -> String {
    fix::writer_of(now, at).map(|(who, when)| format!(" ({who}, {when})")).unwrap_or_default()
}

fn is_ours(now: &Value) -> bool {
    fix::writer_of(now, "").is_some_and(|(manager, _)| manager == "kubectl-igw")
}
