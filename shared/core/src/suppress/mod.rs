//! Findings that somebody chose not to see: the ignore annotation, and what is already known.
//!
//! The annotation `igw.dev/ignore` of an object holds entries `CODE reason`, one a line or parted
//! by `;`. The reason is required: without it the entry does nothing, which is told.

mod unused;
mod without_reason;

use serde::Serialize;

use crate::check::{self, Meta, Sink};
use crate::facts::{ObjRef, Scope, Store};
use crate::finding::Finding;

/// What is fixed about the findings of this room; they are as good as checks.
pub const METAS: [&Meta; 2] = [&without_reason::META, &unused::META];

/// Why a finding is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// By what.
    pub by: By,
    /// The reason that was given, or the file.
    pub reason: String,
}

/// By what a finding is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The annotation of its object.
    Annotation,
    /// A report of before, in which it is already.
    Baseline,
}

/// An entry of the annotation.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    check: &'a str,
    reason: &'a str,
}

fn entries(text: &str) -> impl Iterator<Item = Entry<'_>> {
    text.split(['\n', ';']).map(str::trim).filter(|entry| !entry.is_empty()).map(|entry| {
        let (check, reason) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
        Entry { check, reason: reason.trim() }
    })
}

/// Takes the findings out of the sinks whose objects say that they shall be ignored, and tells of
/// entries that do nothing. `known` are all checks of the program: an entry for another program's
/// is none of its business.
pub fn annotated(
    store: &Store,
    scope: &Scope,
    sinks: &mut Vec<Sink>,
    known: &[&'static Meta],
    ran: &[&'static Meta],
) -> Vec<(Finding, Suppression)> {
    let mut suppressed: Vec<(Finding, Suppression)> = Vec::new();
    for sink in sinks.iter_mut() {
        let meta = sink.meta();
        sink.findings.retain(|finding| {
            let ignore = finding.ignore.as_deref().unwrap_or_default();
            let entry = entries(ignore).find(|e| meta.is(e.check) && !e.reason.is_empty());
            if let Some(entry) = &entry {
                let reason = entry.reason.to_owned();
                suppressed.push((finding.clone(), Suppression { by: By::Annotation, reason }));
            }
            entry.is_none()
        });
    }
    let mut none = Sink::new(&without_reason::META);
    let mut unused = Sink::new(&unused::META);
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

/// Whether a check could not look at everything: what it did not see may be what is ignored.
fn gaps(sinks: &[Sink], check: &Meta) -> bool {
    sinks.iter().any(|sink| sink.is_of(check) && !sink.gaps().is_empty())
}

/// The check that was most likely meant; only for words that are no other program's check.
fn near(wanted: &str, known: &[&'static Meta]) -> Option<&'static Meta> {
    if check::is_code(wanted) {
        return None;
    }
    let code = wanted.to_ascii_uppercase();
    let distance = |meta: &&Meta| {
        let by_name = strsim::damerau_levenshtein(meta.name, wanted);
        by_name.min(strsim::damerau_levenshtein(meta.code, &code))
    };
    let best = known.iter().min_by_key(|meta| distance(meta))?;
    (distance(best) <= 2).then_some(best)
}

/// A finding of a report of before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The code.
    pub code: String,
    /// The object; its API version may have changed since.
    pub object: ObjRef,
    /// The field.
    pub path: String,
    /// The sentence.
    pub title: String,
}

impl Known {
    fn of(finding: &Finding) -> Known {
        Known {
            code: finding.code.to_owned(),
            object: finding.object.clone(),
            path: finding.path.clone(),
            title: finding.title.clone(),
        }
    }

    /// Whether a finding is of the same check and object.
    fn is_about(&self, finding: &Finding) -> bool {
        let group = |object: &ObjRef| {
            object.api_version.split_once('/').map_or("", |(group, _)| group).to_owned()
        };
        let (a, b) = (&self.object, &finding.object);
        self.code == finding.code
            && (&a.kind, &a.namespace, &a.name) == (&b.kind, &b.namespace, &b.name)
            && group(a) == group(b)
    }
}

/// The findings about a cluster before and after a change: those that are gone with it, and those
/// that stay, which are taken out of the sinks.
pub fn compared(
    before: &mut [Sink],
    after: &mut [Sink],
) -> (Vec<Finding>, Vec<(Finding, Suppression)>) {
    let all = |sinks: &[Sink]| -> Vec<Known> {
        sinks.iter().flat_map(|sink| &sink.findings).map(Known::of).collect()
    };
    let (was, is) = (all(before), all(after));
    known(before, &is, "");
    let mut gone: Vec<Finding> =
        before.iter_mut().flat_map(|sink| std::mem::take(&mut sink.findings)).collect();
    gone.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    (gone, known(after, &was, "the cluster"))
}

/// Takes the findings out of the sinks that are already in a report of before.
///
/// Each of before stands for one of today: that with the same field and sentence, else with the
/// same sentence, for a field moves when something is put before it. Another sentence at the same
/// field is another fault.
pub fn known(sinks: &mut [Sink], before: &[Known], file: &str) -> Vec<(Finding, Suppression)> {
    let mut open: Vec<&Known> = before.iter().collect();
    let mut suppressed = Vec::new();
    type Same = fn(&Known, &Finding) -> bool;
    let ways: [Same; 2] = [
        |known, finding| known.path == finding.path && known.title == finding.title,
        |known, finding| known.title == finding.title,
    ];
    for same in ways {
        for sink in sinks.iter_mut() {
            sink.findings.retain(|finding| {
                let fits = |known: &&Known| known.is_about(finding) && same(known, finding);
                let Some(at) = open.iter().position(fits) else { return true };
                open.swap_remove(at);
                let reason = format!("is in {file} already");
                suppressed.push((finding.clone(), Suppression { by: By::Baseline, reason }));
                false
            });
        }
    }
    suppressed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_an_annotation() {
        let all: Vec<_> =
            entries("IGW0108 is moving\n\n hostname-shadowed ; IGW0109\ta b ").collect();
        let entry = |check, reason| Entry { check, reason };
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
        assert!(near("IGW0201", &METAS).is_none());
        assert!(near("providers-not-a-map", &METAS).is_none());
        assert_eq!(near("IGW002", &METAS).map(|m| m.code), Some("IGW0002"));
        assert_eq!(near("ignore-unsed", &METAS).map(|m| m.code), Some("IGW0002"));
    }
}
