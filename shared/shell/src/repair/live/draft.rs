//! What the server would make of a step.

use std::path::Path;

use igw_core::fix::{self, FixPlace, MovedSecret, NewObject, Patched, PlanStep, Set, StepAction};
use igw_core::kube::{ObjRef, ObjectKeeper, ObjectOwner, RESTARTED_AT_POINTER, pointer};
use json_patch::jsonptr::PointerBuf;
use json_patch::{PatchOperation, TestOperation};
use serde_json::Value;

use super::inner;
use crate::cluster::{ApiWrite, Live, StoredObject, WriteError};
use crate::product::Product;
use crate::repair::drafted::{DraftPlace, Drafted, DraftedInside, ObjectDraft, ServerAnswer};
use crate::repair::file_change::FileChange;
use crate::repair::hide;
use crate::repair::masked_object::masked_ops;

/// What every change of an object tests first: nothing else has changed it since it was shown.
pub const TESTED: &str = "/metadata/resourceVersion";

/// How often a change is made up anew because the object has changed meanwhile.
const TRIES: usize = 3;

/// Makes drafts.
pub struct Drafting<'a> {
    pub live: &'a Live,
    pub product: &'a dyn Product,
    pub force_owned: bool,
}

impl Drafting<'_> {
    /// The draft of a step.
    ///
    /// # Errors
    /// Why there is none, as a fragment.
    pub fn step(&self, step: &PlanStep) -> Result<Drafted, String> {
        let mut tries = 1;
        loop {
            let own = match &step.action {
                StepAction::Create(new) => self.created(&step.object, new)?,
                StepAction::Move(moved) => self.moved(moved)?,
                StepAction::Change(place, sets) => {
                    let before = self.live.stored(&place.object).map_err(|error| error.say())?;
                    let before = before.ok_or_else(|| format!("{} is gone", place.object))?;
                    self.changed(&before, place, sets)?
                }
            };
            let (own, stale) = self.asked(own);
            if !stale || tries == TRIES {
                return Ok(self.drafted(own));
            }
            tries += 1;
        }
    }

    /// The draft of a step on an object that another one changes before it; `None`: the server can only
    /// be asked about it once that one is made.
    ///
    /// # Errors
    /// Why there is none, as a fragment.
    pub fn next_step(&self, before: &Value, step: &PlanStep) -> Result<Option<Drafted>, String> {
        let StepAction::Change(place, sets) = &step.action else { return Ok(None) };
        // What is yet to be created cannot be asked about.
        if before.pointer(TESTED).is_none() {
            return Ok(None);
        }
        let own = self.changed(before, place, sets)?;
        let after = own.after.clone();
        let (mut own, stale) = self.asked(own);
        // The server was asked about this change without the one before it.
        (own.after, own.added) = (after, Vec::new());
        Ok((!stale).then(|| self.drafted(own)))
    }

    /// The draft with the object as a person has changed it.
    ///
    /// # Errors
    /// Why there is none, as a fragment.
    pub fn edited(&self, draft: &ObjectDraft, text: &str) -> Result<Drafted, String> {
        let wanted: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let (own, named) = (ObjRef::of(&wanted), draft.write.object());
        if own != named {
            return Err(format!("the edited text is of {own}, not of {named}"));
        }
        let new = match draft.before {
            Value::Null => fresh(wanted),
            _ => {
                let was = fix::normal(&draft.before);
                let sets = differences(&was, &wanted);
                existing(&draft.before, fix::patched(&draft.before, &sets)?)
            }
        };
        Ok(self.drafted(self.asked(new).0))
    }

    fn created(&self, object: &ObjRef, new: &NewObject) -> Result<ObjectDraft, String> {
        match self.live.stored(object) {
            Ok(None) => Ok(fresh(new.object.clone())),
            Ok(Some(_)) => Err(format!("there is another {object} already")),
            // Who may create it need not be allowed to read it.
            Err(error) if error.is_forbidden() => Ok(fresh(new.object.clone())),
            Err(error) => Err(error.say()),
        }
    }

    /// The Secret of a text that stands in another object.
    fn moved(&self, moved: &MovedSecret) -> Result<ObjectDraft, String> {
        let from = self.live.stored(&moved.from.object).map_err(|error| error.say())?;
        let from = from.ok_or_else(|| format!("{} is gone", moved.from.object))?;
        let object = inner::secret(&from, moved)?;
        self.created(&ObjRef::of(&object), &NewObject { object, beside: None })
    }

    fn changed(
        &self,
        before: &Value,
        place: &FixPlace,
        sets: &[Set],
    ) -> Result<ObjectDraft, String> {
        let Some(at) = &place.inner else {
            return Ok(existing(before, fix::patched(before, sets)?));
        };
        let held = before.pointer(at).and_then(Value::as_str);
        let old = held.ok_or_else(|| format!("{} is not text", pointer::dotted(at)))?.to_owned();
        let new = inner::edited(&old, sets)?;
        let put = [Set::Put(at.clone(), new.clone().into())];
        let hidden = hide::hidden(self.product, &old, &(0..old.len()));
        let inner = Some(FileChange { path: at.into(), old, new, hidden });
        Ok(ObjectDraft { inner, ..existing(before, fix::patched(before, &put)?) })
    }

    /// The difference as it is shown: of a document in the object, where that is what changes.
    pub(super) fn drafted(&self, own: ObjectDraft) -> Drafted {
        let name = own.write.object().to_string();
        let (old, new) = (shown(&own.before), shown(&own.after));
        let inner = own.inner.as_ref().map(|inner| DraftedInside {
            name: format!("{} of {name}", key_of(&inner.path)),
            old: inner.old.clone(),
            new: inner.new.clone(),
        });
        let ops = match &own.write {
            ApiWrite::Patch(_, ops) => masked_ops(self.product, (&own.before, &own.after), ops),
            _ => Vec::new(),
        };
        let place = DraftPlace::Object(Box::new(own));
        Drafted { name, old, new, ops, comments_removed: 0, inner, place }
    }

    /// Asks the server what it would make of a draft; whether the object has changed meanwhile.
    pub(super) fn asked(&self, mut own: ObjectDraft) -> (ObjectDraft, bool) {
        own.owner = ObjectOwner::of(&own.before);
        let owner = own.owner.as_ref().filter(|_| !self.force_owned);
        // Helm leaves the mark of a restart as it is.
        let spared = |owner: &&ObjectOwner| owner.keeper == ObjectKeeper::Helm && is_restart(&own);
        if let Some(owner) = owner.filter(|owner| !spared(owner)) {
            let why = format!("{} owns it: change it {}", owner.name, owner.instead);
            own.held = Some(format!("{why}; --force-owned changes it here"));
        }
        let (verb, object) = (own.write.verb(), own.write.object());
        if self.live.may(verb, &object) == Some(false) {
            let why = format!("you may not {verb} {object}");
            own.question = Some(self.live.question(verb, &object));
            own.server = ServerAnswer::NotAsked(why.clone());
            own.held.get_or_insert(why);
            return (own, false);
        }
        match self.live.write(own.write.clone(), true) {
            Ok(StoredObject { warnings, .. }) if matches!(own.write, ApiWrite::Delete { .. }) => {
                (own.warnings, own.server) = (warnings, ServerAnswer::Admitted);
            }
            Ok(StoredObject { object, warnings }) => {
                let added = fix::differing(&fix::normal(&own.after), &fix::normal(&object));
                own.added = added.iter().map(|at| pointer::dotted(at)).collect();
                own.inverse = inverse_of(own.inverse, &object);
                (own.after, own.warnings, own.server) = (object, warnings, ServerAnswer::Admitted);
            }
            Err(WriteError::Refused(refusal)) if refusal.is_stale() => {
                own.server = ServerAnswer::NotAsked(refusal.say());
                own.held.get_or_insert("it is changed by others all the time".to_owned());
                return (own, true);
            }
            // The webhook is asked when the change is made.
            Err(WriteError::Refused(refusal)) if refusal.is_about_dry_run() => {
                own.server = ServerAnswer::NotAsked(refusal.say());
            }
            Err(WriteError::Refused(refusal)) => {
                own.server = ServerAnswer::Rejected(refusal.say());
                own.held.get_or_insert(refusal.say());
            }
            Err(error) => {
                own.server = ServerAnswer::NotAsked(error.say());
                own.held.get_or_insert(error.say());
            }
        }
        (own, false)
    }
}

/// Whether nothing changes but the mark of a restart.
fn is_restart(own: &ObjectDraft) -> bool {
    let places = fix::differing(&own.before, &own.after);
    places.iter().all(|at| RESTARTED_AT_POINTER.starts_with(at.as_str()))
}

/// The draft of an object that is not there.
pub(super) fn fresh(object: Value) -> ObjectDraft {
    let write = ApiWrite::Create(object.clone());
    draft(write, Value::Null, object, Vec::new())
}

/// The draft of a change.
pub(super) fn existing(before: &Value, patched: Patched) -> ObjectDraft {
    let write = ApiWrite::Patch(ObjRef::of(before), tested(before, patched.ops));
    draft(write, before.clone(), patched.value, patched.inverse)
}

/// The operations behind the test that nothing else has changed the object.
fn tested(object: &Value, mut ops: Vec<PatchOperation>) -> Vec<PatchOperation> {
    if let Some(version) = object.pointer(TESTED) {
        let path = PointerBuf::parse(TESTED).unwrap_or_default();
        ops.insert(0, PatchOperation::Test(TestOperation { path, value: version.clone() }));
    }
    ops
}

/// Operations that test what the server makes of the change, which is more than what was sent.
fn inverse_of(inverse: Vec<PatchOperation>, after: &Value) -> Vec<PatchOperation> {
    let mut now = after.clone();
    let mut out = Vec::new();
    for mut op in inverse {
        match &mut op {
            PatchOperation::Test(test) => {
                if let Some(value) = now.pointer(test.path.as_str()) {
                    test.value = value.clone();
                }
            }
            // One that cannot be made fails at its test, which is as it was.
            op => drop(json_patch::patch(&mut now, std::slice::from_ref(op))),
        }
        out.push(op);
    }
    out
}

/// A draft that nobody was asked about yet.
pub(super) fn draft(
    write: ApiWrite,
    before: Value,
    after: Value,
    inverse: Vec<PatchOperation>,
) -> ObjectDraft {
    let server = ServerAnswer::NotAsked("not asked yet".to_owned());
    let (warnings, added, owner, held, question, inner) = Default::default();
    ObjectDraft {
        write,
        before,
        after,
        inverse,
        inner,
        server,
        warnings,
        added,
        owner,
        held,
        question,
    }
}

/// The key of a field in `data`.
fn key_of(at: &Path) -> String {
    pointer::split_last(&at.to_string_lossy()).map(|(_, key)| key).unwrap_or_default()
}

/// An object as a person would write it.
pub(super) fn shown(object: &Value) -> String {
    match object {
        Value::Null => String::new(),
        object => serde_saphyr::to_string(&fix::normal(object)).unwrap_or_default(),
    }
}

/// What makes one object of another.
pub(super) fn differences(old: &Value, new: &Value) -> Vec<Set> {
    let set = |at: String| match new.pointer(&at) {
        Some(value) => Set::Put(at, value.clone()),
        None => Set::Drop(at),
    };
    fix::differing(old, new).into_iter().map(set).collect()
}
