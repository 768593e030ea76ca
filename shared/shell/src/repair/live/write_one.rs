//! One change of an object, made for good.

use igw_core::fix;
use igw_core::kube::pointer;
use json_patch::PatchOperation;
use serde_json::Value;

use super::draft::TESTED;
use crate::cluster::{ApiWrite, Live, WriteError};
use crate::exit::Failure;
use crate::repair::drafted::ObjectDraft;
use crate::repair::journal::Journal;

/// How often a change is sent again because only what the server keeps for itself has changed, as a
/// status does.
const TRIES: usize = 5;

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteEnd {
    /// The object as it is stored now.
    Applied(Value),
    /// Nothing was changed.
    Refused(String),
    /// Nothing was changed, because nothing could be.
    Failed(String),
    /// It is not known whether it was changed.
    Unknown(String),
}

impl WriteEnd {
    /// As the journal has it.
    fn word(&self) -> &'static str {
        match self {
            WriteEnd::Applied(_) => "applied",
            WriteEnd::Refused(_) => "refused",
            WriteEnd::Failed(_) => "failed",
            WriteEnd::Unknown(_) => "unknown",
        }
    }
}

/// Makes a change that is journalled before and after it; gives its number in the journal, too.
///
/// # Errors
/// When the journal cannot be written.
pub fn write_journalled(
    live: &Live,
    mut journal: Option<&mut Journal>,
    fixes: &[String],
    own: &ObjectDraft,
) -> Result<(usize, WriteEnd), Failure> {
    let number = match &mut journal {
        Some(journal) => journal.before_object(fixes, own)?,
        None => 0,
    };
    let end = write_one(live, own);
    if let Some(journal) = journal {
        let stored = if let WriteEnd::Applied(stored) = &end { Some(stored) } else { None };
        journal.end_object(number, end.word(), stored)?;
    }
    Ok((number, end))
}

fn write_one(live: &Live, own: &ObjectDraft) -> WriteEnd {
    let mut write = own.write.clone();
    let mut tries = 1;
    loop {
        let error = match live.write(write.clone(), false) {
            Ok(stored) => return WriteEnd::Applied(stored.object),
            Err(error) => error,
        };
        match error {
            WriteError::Refused(refusal) if refusal.is_stale() => {
                let now = live.stored(&write.object());
                let Ok(Some(now)) = now else {
                    return WriteEnd::Refused("it is gone since it was shown".to_owned());
                };
                if tries < TRIES && is_alike(&own.before, &now) {
                    write = renewed(write, &now);
                    tries += 1;
                    continue;
                }
                return WriteEnd::Refused(whose(&own.before, &now));
            }
            WriteError::Refused(refusal) if refusal.is_taken() => {
                let why = "another one of this name was created since it was shown";
                return WriteEnd::Refused(why.to_owned());
            }
            WriteError::Refused(refusal) => return WriteEnd::Refused(refusal.say()),
            WriteError::NotSent(why) => return WriteEnd::Failed(format!("not sent: {why}")),
            WriteError::Unclear(error) => return looked_after(live, own, &error.say()),
        }
    }
}

/// Whether only what the server keeps for itself has changed.
fn is_alike(before: &Value, now: &Value) -> bool {
    before["metadata"]["uid"] == now["metadata"]["uid"] && fix::normal(before) == fix::normal(now)
}

/// The same change of the object as it is now.
fn renewed(mut write: ApiWrite, now: &Value) -> ApiWrite {
    let version = &now["metadata"]["resourceVersion"];
    match &mut write {
        ApiWrite::Patch(_, ops) => {
            if let Some(PatchOperation::Test(test)) = ops.first_mut()
                && test.path.as_str() == TESTED
            {
                test.value = version.clone();
            }
        }
        ApiWrite::Delete { version: own, .. } => {
            *own = version.as_str().unwrap_or_default().to_owned();
        }
        ApiWrite::Create(_) => {}
    }
    write
}

/// Which field was changed, when and by whom.
fn whose(before: &Value, now: &Value) -> String {
    let (was, is) = (fix::normal(before), fix::normal(now));
    let Some(at) = fix::differing(&was, &is).into_iter().next() else {
        return "another one of this name has taken its place".to_owned();
    };
    let field = pointer::dotted(&at);
    match fix::writer_of(now, &at) {
        Some((manager, time)) => format!("{field} was changed at {time} ({manager})"),
        None => format!("{field} was changed since it was shown"),
    }
}

/// What became of a change that was not answered.
fn looked_after(live: &Live, own: &ObjectDraft, why: &str) -> WriteEnd {
    let unknown = || WriteEnd::Unknown(format!("{why}; it is not known whether it was changed"));
    let unchanged = || WriteEnd::Failed(format!("{why}; nothing was changed"));
    let Ok(now) = live.stored(&own.write.object()) else { return unknown() };
    match (now, &own.write) {
        (None, ApiWrite::Create(_)) => unchanged(),
        (None, ApiWrite::Delete { .. }) => WriteEnd::Applied(Value::Null),
        (None, ApiWrite::Patch(..)) => unknown(),
        (Some(now), ApiWrite::Delete { .. }) if is_alike(&own.before, &now) => unchanged(),
        (Some(now), _) if fix::normal(&now) == fix::normal(&own.after) => WriteEnd::Applied(now),
        (Some(now), _) if is_alike(&own.before, &now) => unchanged(),
        (Some(_), _) => unknown(),
    }
}
