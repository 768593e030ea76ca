//! What appears and what vanishes between two looks: for overlays, watching, baselines and repairs.

use crate::check::Sink;
use crate::finding::Finding;
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
        let (a, b) = (&self.object, &finding.object);
        self.code == finding.code
            && (&a.kind, &a.namespace, &a.name) == (&b.kind, &b.namespace, &b.name)
            && group_of(&a.api_version) == group_of(&b.api_version)
    }
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
