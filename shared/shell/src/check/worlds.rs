//! Several worlds of one input in one report.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::report::{Located, Summary, UnmodelledKind};

use super::report::CheckRun;

/// Makes one report of those of all worlds. An object that is in several worlds has a finding only
/// where each of them gives it: what it needs may be in one world and not in another. Findings at
/// one place of the sources are one, which names the objects that it is about.
pub fn merge(runs: Vec<CheckRun>, documents: &[&BTreeSet<u32>]) -> CheckRun {
    let mut runs = runs.into_iter();
    let Some(mut out) = runs.next() else { unreachable!("there is a world") };
    let rest: Vec<CheckRun> = runs.collect();
    let mut found: BTreeMap<Key, (Located, usize)> = BTreeMap::new();
    let all = std::iter::once(&out).chain(&rest).flat_map(|run| &run.report.findings);
    for located in all {
        let entry = found.entry(key(located)).or_insert_with(|| (located.clone(), 0));
        entry.1 += 1;
    }
    let worlds_with =
        |document: u32| documents.iter().filter(|own| own.contains(&document)).count();
    let everywhere = found.into_values().filter(|(located, times)| {
        let worlds = worlds_with(located.finding.origin.document);
        worlds == 0 || *times >= worlds
    });
    out.report.findings = one_place(everywhere.map(|(located, _)| located));
    for run in rest {
        let CheckRun { report, subjects, head, .. } = run;
        out.subjects.extend(subjects);
        if !out.head.contains(&head) {
            out.head.push_str(&head);
        }
        for suppressed in report.suppressed {
            if !out.report.suppressed.iter().any(|own| key(own) == key(&suppressed)) {
                out.report.suppressed.push(suppressed);
            }
        }
        for gap in report.not_checked {
            if !out.report.not_checked.contains(&gap) {
                out.report.not_checked.push(gap);
            }
        }
        out.report.assumptions.extend(report.assumptions);
        for kind in report.unmodelled {
            let known = |own: &&UnmodelledKind| own.kind == kind.kind && own.says == kind.says;
            if !out.report.unmodelled.iter().any(|own| known(&own)) {
                out.report.unmodelled.push(kind);
            }
        }
        for (name, value) in report.extra {
            match (out.report.extra.get_mut(&name), value) {
                (Some(serde_json::Value::Array(own)), serde_json::Value::Array(more)) => {
                    more.into_iter().for_each(|one| {
                        if !own.contains(&one) {
                            own.push(one);
                        }
                    });
                }
                (Some(_), _) => {}
                (None, value) => drop(out.report.extra.insert(name, value)),
            }
        }
    }
    out.report.assumptions.sort();
    out.report.assumptions.dedup();
    let passed = out.report.summary.passed;
    let objects = out.report.summary.objects;
    let not_checked = out.report.not_checked.len();
    out.report.summary = Summary { objects, passed, not_checked, ..Summary::default() };
    out.report.summary.count(&out.report.findings);
    out
}

/// Code, object, document and path: what makes two findings one.
type Key = (String, String, u32, String);

fn key(located: &Located) -> Key {
    let finding = &located.finding;
    let (code, object) = (finding.code.to_owned(), finding.object.to_string());
    (code, object, finding.origin.document, finding.path.clone())
}

/// Findings with one code at one place of the sources become one.
fn one_place(findings: impl Iterator<Item = Located>) -> Vec<Located> {
    let mut out: Vec<Located> = Vec::new();
    for located in findings {
        let place = |own: &Located| {
            own.location.as_ref().map(|l| (own.finding.code, l.file.clone(), l.line, l.column))
        };
        let same = out.iter_mut().find(|own| place(own).is_some() && place(own) == place(&located));
        match same {
            Some(own) if own.finding.object != located.finding.object => {
                own.finding.related.push(located.finding.object);
            }
            Some(_) => {}
            None => out.push(located),
        }
    }
    out.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    out
}
