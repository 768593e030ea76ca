//! A repair as data, beside the finding that it repairs. Nothing here changes anything.

use serde_json::Value;

use super::set::Set;
use crate::kube::{Meta, ObjRef, Origin};

/// What to change so that a finding goes away.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does, as a command: `create ReferenceGrant gpu/allow-gw-httproutes-to-llama`.
    pub title: String,
    pub safety: Safety,
    /// What it changes; empty where `choice` says it.
    pub edits: Vec<Edit>,
    /// What has to be decided first.
    pub choice: Option<FixChoice>,
    /// What it makes possible, for the preview: `lets HTTPRoutes of gw send traffic to …`.
    pub grants: Option<String>,
    /// What else is to be known before it is made, each a line.
    pub notes: Vec<String>,
}

/// Whether a repair may be applied without a person who looks at it; the safest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// What it changes did not work before, and nothing else changes.
    Safe,
    /// Why a person has to decide.
    Unsafe(String),
    /// Why it is only shown.
    ShowOnly(String),
}

impl Safety {
    /// The word in machine output.
    pub fn word(&self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe(_) => "unsafe",
            Safety::ShowOnly(_) => "show-only",
        }
    }

    pub fn reason(&self) -> Option<&str> {
        match self {
            Safety::Safe => None,
            Safety::Unsafe(why) | Safety::ShowOnly(why) => Some(why),
        }
    }
}

/// A decision that only a person can make.
#[derive(Debug, Clone, PartialEq)]
pub struct FixChoice {
    /// Its name for `--set CODE.key=value`.
    pub key: &'static str,
    /// The question.
    pub ask: String,
    /// The answers, the recommended one first.
    pub picks: Vec<Pick>,
}

/// An answer to a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// The value for `--set`.
    pub value: String,
    /// What it means, in the list of answers.
    pub label: String,
    pub edits: Vec<Edit>,
}

/// How many answers a choice has at the most: one key each.
pub const MOST_PICKS: usize = 9;

impl Pick {
    /// One that changes an object that is there.
    pub fn change(
        value: impl Into<String>,
        label: impl Into<String>,
        meta: &Meta,
        sets: Vec<Set>,
    ) -> Pick {
        let edits = vec![Edit::Change(FixPlace::of(meta), sets)];
        Pick { value: value.into(), label: label.into(), edits }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Edit {
    /// A new object.
    Create(NewObject),
    /// Changes of an object that is there.
    Change(FixPlace, Vec<Set>),
    /// A new Secret, of a text that stands somewhere else. The repair names the place, and never holds
    /// the text.
    Move(MovedSecret),
}

/// A text that is to become an entry of a new Secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MovedSecret {
    pub from: FixPlace,
    /// Where it stands there.
    pub pointer: String,
    /// The new Secret.
    pub secret: ObjRef,
    pub key: String,
}

/// An object that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NewObject {
    pub object: Value,
    /// The object in whose file it belongs, among files.
    pub beside: Option<Origin>,
}

/// Which object is changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FixPlace {
    pub object: ObjRef,
    pub origin: Origin,
    /// The field that holds a JSON document, if the changes are about that; empty where the file
    /// itself is the document.
    pub inner: Option<String>,
}

impl FixPlace {
    pub fn of(meta: &Meta) -> FixPlace {
        FixPlace { object: meta.reference(), origin: meta.origin, inner: None }
    }

    /// The JSON document that a field of an object holds, or the file that is one.
    pub fn inside(meta: &Meta, field: impl Into<String>) -> FixPlace {
        FixPlace { inner: Some(field.into()), ..FixPlace::of(meta) }
    }
}

impl Fix {
    pub fn safe(title: impl Into<String>) -> Fix {
        Fix {
            title: title.into(),
            safety: Safety::Safe,
            edits: Vec::new(),
            choice: None,
            grants: None,
            notes: Vec::new(),
        }
    }

    /// One that a person has to agree to.
    pub fn unsafe_as(why: impl Into<String>, title: impl Into<String>) -> Fix {
        Fix { safety: Safety::Unsafe(why.into()), ..Fix::safe(title) }
    }

    /// One that a person has to choose; with one answer it is that answer, and with none there is no
    /// repair. `title` gets the only answer, if it is the only one.
    pub fn choose(
        safety: Safety,
        mut choice: FixChoice,
        title: impl FnOnce(Option<&Pick>) -> String,
    ) -> Option<Fix> {
        choice.picks.truncate(MOST_PICKS);
        let only = match choice.picks.as_slice() {
            [] => return None,
            [only] => Some(only),
            _ => None,
        };
        let mut fix = Fix { safety, ..Fix::safe(title(only)) };
        match only {
            Some(only) => fix.edits.clone_from(&only.edits),
            None => fix.choice = Some(choice),
        }
        Some(fix)
    }

    /// Changes an object that is there.
    pub fn change(self, meta: &Meta, sets: Vec<Set>) -> Fix {
        self.change_at(FixPlace::of(meta), sets)
    }

    /// The same, or a document inside of it.
    pub fn change_at(mut self, place: FixPlace, sets: Vec<Set>) -> Fix {
        self.edits.push(Edit::Change(place, sets));
        self
    }

    /// Makes a Secret of a text.
    pub fn move_out(mut self, moved: MovedSecret) -> Fix {
        self.edits.push(Edit::Move(moved));
        self
    }

    /// Puts a value at a place of an object, whatever is there.
    pub fn put(self, meta: &Meta, at: impl Into<String>, value: impl Into<Value>) -> Fix {
        self.change(meta, vec![Set::Put(at.into(), value.into())])
    }

    pub fn create(mut self, new: NewObject) -> Fix {
        self.edits.push(Edit::Create(new));
        self
    }

    pub fn grants(mut self, what: impl Into<String>) -> Fix {
        self.grants = Some(what.into());
        self
    }

    pub fn notes(mut self, notes: Vec<String>) -> Fix {
        self.notes = notes;
        self
    }

    /// The edits of one answer, where there is a choice.
    pub fn picked(&self, value: Option<&str>) -> Option<&[Edit]> {
        match (&self.choice, value) {
            (None, _) => Some(&self.edits),
            (Some(choice), Some(value)) => {
                let pick = choice.picks.iter().find(|pick| pick.value == value);
                pick.map(|pick| pick.edits.as_slice())
            }
            (Some(_), None) => None,
        }
    }

    /// Takes over the repair of a further place of the same finding.
    pub fn join(&mut self, other: &Fix) {
        add_new(&mut self.edits, &other.edits);
        let (Some(own), Some(theirs)) = (&mut self.choice, &other.choice) else { return };
        for pick in &mut own.picks {
            if let Some(same) = theirs.picks.iter().find(|one| one.value == pick.value) {
                add_new(&mut pick.edits, &same.edits);
            }
        }
    }
}

/// Adds what is not among some values yet.
pub(super) fn add_new<T: Clone + PartialEq>(known: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !known.contains(one) {
            known.push(one.clone());
        }
    }
}

/// The name of a finding's repair: the code, and eight digits of object, code and path.
pub fn id(code: &str, object: &ObjRef, path: &str) -> String {
    let text = format!("{object}\n{code}\n{path}");
    // FNV-1a: the same on every machine and in every version.
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{code}-{hash:08x}")
}
