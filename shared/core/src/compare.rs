//! What appears and what vanishes between two looks: for overlays, watching, baselines and repairs.

use std::collections::{BTreeMap, HashMap};

use crate::check::Sink;
use crate::finding::{Finding, NotChecked};
use crate::kube::{ObjRef, group_of};

/// A finding of before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub code: String,
    /// The object; its API version may have changed since.
    pub object: ObjRef,
    pub path: String,
    pub title: String,
}

impl Known {
    pub fn of(finding: &Finding) -> Known {
        Known {
            code: finding.code.to_owned(),
            object: finding.object.clone(),
            path: finding.path.clone(),
            title: finding.title.clone(),
        }
    }

    /// Whether a finding is of the same check and object.
    fn is_about(&self, finding: &Finding) -> bool {
        self.code == finding.code && object_key(&self.object) == object_key(&finding.object)
    }
}

/// What an object is called, whatever its version: group, kind, namespace, name.
type ObjectKey<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

fn object_key(object: &ObjRef) -> ObjectKey<'_> {
    (group_of(&object.api_version), &object.kind, object.namespace.as_deref(), &object.name)
}

/// What a change makes of the findings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared {
    /// There with the change only.
    pub appeared: Vec<Finding>,
    /// There without the change only.
    pub vanished: Vec<Finding>,
    /// There with and without it.
    pub stayed: Vec<Finding>,
}

/// Compares the findings before and after a change.
pub fn compare(before: &[Sink], after: &[Sink]) -> Compared {
    let all = |sinks: &[Sink]| -> Vec<Finding> {
        sinks.iter().flat_map(|sink| &sink.findings).cloned().collect()
    };
    let (mut vanished, mut appeared) = (all(before), all(after));
    let of = |findings: &[Finding]| -> Vec<Known> { findings.iter().map(Known::of).collect() };
    let (was, is) = (of(&vanished), of(&appeared));
    take_known(&mut vanished, &is);
    let stayed = take_known(&mut appeared, &was);
    let mut out = Compared { appeared, vanished, stayed };
    for findings in [&mut out.appeared, &mut out.vanished, &mut out.stayed] {
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    }
    out
}

/// Takes the findings out of the sinks that were there before.
pub fn take_from_sinks(sinks: &mut [Sink], before: &[Known]) -> Vec<Finding> {
    // One of before may stand for a finding of each check only: they are told apart by code.
    sinks.iter_mut().flat_map(|sink| take_known(&mut sink.findings, before)).collect()
}

/// Takes out the findings that were there before, and returns them.
///
/// Each of before stands for one of today: that with the same field and sentence, else with the
/// same sentence, for a field moves when something is put before it. Another sentence at the same
/// field is another fault.
fn take_known(findings: &mut Vec<Finding>, before: &[Known]) -> Vec<Finding> {
    let mut open: Vec<&Known> = before.iter().collect();
    let mut taken = Vec::new();
    type Same = fn(&Known, &Finding) -> bool;
    let ways: [Same; 2] = [
        |known, finding| known.path == finding.path && known.title == finding.title,
        |known, finding| known.title == finding.title,
    ];
    for same in ways {
        findings.retain(|finding| {
            let fits = |known: &&Known| known.is_about(finding) && same(known, finding);
            let Some(at) = open.iter().position(fits) else { return true };
            open.swap_remove(at);
            taken.push(finding.clone());
            false
        });
    }
    taken
}

/// What is left of a finding that was to be repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// The finding is still there, with or without a repair.
    There,
    /// Its check cannot see any more what it saw before: why.
    Unseen(String),
}

/// The repairs whose findings are not known to be gone after a change, by name.
///
/// A finding is still there if one of the same check and object is about the same fault, or is at its
/// place, whether or not it could be repaired again. It is gone if what is left of it is only at
/// the further fields that it spoke of.
pub fn left(before: &[Sink], after: &[Sink]) -> BTreeMap<String, Left> {
    let mut out = BTreeMap::new();
    for was in before {
        let Some(now) = after.iter().find(|sink| sink.is_of(was.check())) else { continue };
        let known = was.gaps();
        let unseen = now.gaps().into_iter().find(|gap| {
            let is_same = |old: &NotChecked| {
                (&old.resource, &old.namespace, &old.why)
                    == (&gap.resource, &gap.namespace, &gap.why)
            };
            !known.iter().any(|old| is_same(old) && old.objects >= gap.objects)
        });
        let (old, new) = (by_object(&was.findings), by_object(&now.findings));
        for finding in was.findings.iter().filter(|finding| finding.fix.is_some()) {
            let id = finding.fix_id();
            let object = object_key(&finding.object);
            let is_there = new.get(&object).into_iter().flatten().any(|other| {
                let mut old = old.get(&object).into_iter().flatten();
                match finding.is_same_fault(other) {
                    true => other.path == finding.path || !finding.more_paths.contains(&other.path),
                    // Another one of the object may have moved to its place.
                    false => other.fix_id() == id && !old.any(|one| one.is_same_fault(other)),
                }
            });
            if is_there {
                out.insert(id, Left::There);
            } else if let Some(gap) = &unseen {
                out.insert(id, Left::Unseen(gap.why.detail.clone()));
            }
        }
    }
    out
}

fn by_object(findings: &[Finding]) -> HashMap<ObjectKey<'_>, Vec<&Finding>> {
    let mut out: HashMap<ObjectKey<'_>, Vec<&Finding>> = HashMap::new();
    for finding in findings {
        out.entry(object_key(&finding.object)).or_default().push(finding);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Fix;
    use crate::kube::Meta;
    use crate::suppress::CHECKS;

    fn finding(path: &str, title: &str) -> Finding {
        Finding::at(&Meta::default(), path, title)
    }

    fn with_repair(path: &str, title: &str) -> Finding {
        finding(path, title).repair(Fix::safe("repair it"))
    }

    fn sink(findings: Vec<Finding>) -> Sink {
        let mut sink = Sink::new(CHECKS[0]);
        findings.into_iter().for_each(|finding| sink.finding(finding));
        sink
    }

    fn is_left(before: Vec<Finding>, after: Vec<Finding>) -> bool {
        let before = sink(before);
        let id = before.findings[0].fix_id();
        left(&[before], &[sink(after)]).contains_key(&id)
    }

    #[test]
    fn what_cannot_be_repaired_again_is_still_there() {
        assert!(is_left(vec![with_repair("a", "A is bad")], vec![finding("a", "A is bad")]));
        assert!(is_left(vec![with_repair("a", "A is bad")], vec![finding("a", "A is worse")]));
        assert!(is_left(vec![with_repair("x[0]", "A is bad")], vec![finding("x[1]", "A is bad")]));
        assert!(!is_left(vec![with_repair("a", "A is bad")], vec![]));
        assert!(!is_left(vec![with_repair("a", "A is bad")], vec![finding("b", "B is bad")]));
    }

    #[test]
    fn another_finding_may_take_its_place() {
        let before = vec![with_repair("x[0]", "A is bad"), finding("x[1]", "B is bad")];
        assert!(!is_left(before, vec![finding("x[0]", "B is bad")]));
    }

    #[test]
    fn what_another_object_had_does_not_take_its_place() {
        let mut other = finding("x[0]", "B is bad");
        other.object.name = "other".to_owned();
        let before = vec![with_repair("x[0]", "A is bad"), other];
        assert!(is_left(before, vec![finding("x[0]", "B is bad")]));
    }

    #[test]
    fn what_is_left_may_be_its_further_fields() {
        let before = || vec![with_repair("x[0]", "A is bad"), finding("x[3]", "A is bad")];
        assert!(!is_left(before(), vec![finding("x[3]", "A is bad")]));
        assert!(is_left(before(), vec![finding("x[0]", "A is bad"), finding("x[3]", "A is bad")]));
    }

    #[test]
    fn what_is_not_seen_any_more_is_not_known_to_be_gone() {
        use crate::facts::{Why, WhyKind};
        use crate::kube::Kind;
        let before = sink(vec![with_repair("a", "A is bad")]);
        let id = before.findings[0].fix_id();
        let mut after = sink(vec![]);
        let why = Why { kind: WhyKind::Forbidden, detail: "you may not list it".to_owned() };
        after.not_checked(Kind::HttpRoute, "models", why);
        let left = left(&[before], &[after]);
        assert_eq!(left.get(&id), Some(&Left::Unseen("you may not list it".to_owned())));
    }
}
