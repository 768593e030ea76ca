//! Findings that somebody chose not to see: the ignore annotation, and what is already known.
//!
//! The annotation `igw.dev/ignore` of an object holds entries `CODE reason`, one a line or parted
//! by `;`. The reason is required: without it the entry does nothing, which is reported.

mod unused;
mod without_reason;

use serde::Serialize;

use crate::check::{self, Check, Sink};
use crate::facts::{Scope, Store};
use crate::finding::Finding;

/// The checks of this room: what they say is known once all others have run.
pub const CHECKS: [&Check; 2] = [&without_reason::CHECK, &unused::CHECK];

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    pub by: SuppressedBy,
    /// The reason that was given, or the file.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    Annotation,
    /// An earlier report that already contains it.
    Baseline,
}

/// An entry of the annotation.
#[derive(Debug, PartialEq, Eq)]
struct IgnoreEntry<'a> {
    check: &'a str,
    reason: &'a str,
}

fn entries(text: &str) -> impl Iterator<Item = IgnoreEntry<'_>> {
    text.split(['\n', ';']).map(str::trim).filter(|entry| !entry.is_empty()).map(|entry| {
        let (check, reason) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
        IgnoreEntry { check, reason: reason.trim() }
    })
}

/// Takes the findings out of the sinks whose objects say that they shall be ignored, and tells of
/// entries that do nothing. `known` are all checks of the program: an entry for another program's
/// is none of its business.
pub fn annotated(
    store: &Store,
    scope: &Scope,
    sinks: &mut Vec<Sink>,
    known: &[&'static Check],
    ran: &[&'static Check],
) -> Vec<(Finding, Suppression)> {
    let mut suppressed: Vec<(Finding, Suppression)> = Vec::new();
    for sink in sinks.iter_mut() {
        let check = sink.check();
        sink.findings.retain(|finding| {
            let ignore = finding.ignore.as_deref().unwrap_or_default();
            let entry = entries(ignore).find(|e| check.is(e.check) && !e.reason.is_empty());
            if let Some(entry) = &entry {
                let reason = entry.reason.to_owned();
                suppressed
                    .push((finding.clone(), Suppression { by: SuppressedBy::Annotation, reason }));
            }
            entry.is_none()
        });
    }
    let mut none = Sink::new(&without_reason::CHECK);
    let mut unused = Sink::new(&unused::CHECK);
    for meta in store.ignoring.iter().filter(|meta| scope.contains(meta)) {
        let text = meta.ignore.as_deref().unwrap_or_default();
        for entry in entries(text) {
            let Some(check) = known.iter().find(|check| check.is(entry.check)) else {
                if let Some(near) = near(entry.check, known) {
                    unused.finding(unused::no_such_check(meta, entry.check, near));
                }
                continue;
            };
            let object = meta.reference();
            let used = suppressed.iter().any(|(f, _)| f.code == check.code && f.object == object);
            if entry.reason.is_empty() {
                none.finding(without_reason::finding(meta, check));
            } else if !used && ran.iter().any(|own| own.code == check.code) && !gaps(sinks, check) {
                unused.finding(unused::finding(meta, check));
            } else {
                unused.passed();
            }
        }
    }
    let asked = |sink: &Sink| ran.iter().any(|meta| sink.is_of(meta));
    sinks.extend([none, unused].into_iter().filter(asked));
    suppressed
}

/// Whether a check could not see everything: what is ignored may be in the unseen part.
fn gaps(sinks: &[Sink], check: &Check) -> bool {
    sinks.iter().any(|sink| sink.is_of(check) && !sink.gaps().is_empty())
}

/// The check that was probably meant; only for words that are no other program's check.
fn near(wanted: &str, known: &[&'static Check]) -> Option<&'static Check> {
    if check::is_code(wanted) {
        return None;
    }
    let code = wanted.to_ascii_uppercase();
    let distance = |meta: &&Check| {
        let by_name = strsim::damerau_levenshtein(meta.name, wanted);
        by_name.min(strsim::damerau_levenshtein(meta.code, &code))
    };
    let best = known.iter().min_by_key(|meta| distance(meta))?;
    (distance(best) <= 2).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_an_annotation() {
        let all: Vec<_> =
            entries("IGW0108 is moving\n\n hostname-shadowed ; IGW0109\ta b ").collect();
        let entry = |check, reason| IgnoreEntry { check, reason };
        assert_eq!(
            all,
            [
                entry("IGW0108", "is moving"),
                entry("hostname-shadowed", ""),
                entry("IGW0109", "a b")
            ]
        );
    }

    #[test]
    fn words_of_other_programs_are_not_judged() {
        assert!(near("IGW0201", &CHECKS).is_none());
        assert!(near("providers-not-a-map", &CHECKS).is_none());
        assert_eq!(near("IGW002", &CHECKS).map(|m| m.code), Some("IGW0002"));
        assert_eq!(near("ignore-unsed", &CHECKS).map(|m| m.code), Some("IGW0002"));
    }
}
