//! What repairs change is what `kubectl igw rbac --fix` grants, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::finding::Finding;
use igw_core::fix::Edit;
use igw_core::kube::{Kind, group_of};
use igw_tests::compare::findings;
use igw_tests::story;

use super::PRODUCTS;

/// The objects that a repair may change, and how.
fn changed(finding: &Finding) -> Vec<(String, String, &'static str)> {
    let Some(fix) = &finding.fix else { return Vec::new() };
    let picks = fix.choice.iter().flat_map(|choice| &choice.picks).flat_map(|pick| &pick.edits);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = Vec::new();
    for edit in fix.edits.iter().chain(picks) {
        match edit {
            Edit::Create(new) => {
                let own = &new.object;
                out.push((text(&own["apiVersion"]), text(&own["kind"]), "create"));
            }
            Edit::Change(place, _) => {
                out.push((place.object.api_version.clone(), place.object.kind.clone(), "patch"));
            }
            Edit::Move(moved) => {
                out.push((moved.secret.api_version.clone(), moved.secret.kind.clone(), "create"));
            }
        }
    }
    out
}

#[test]
fn the_rights_are_those_that_repairs_need() {
    for product in PRODUCTS {
        let mut needed: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
        for story in story::of(product) {
            for finding in findings(product, &story.session().store) {
                for (version, kind, verb) in changed(&finding) {
                    // Only the files of a plugin itself have no group.
                    let Some(kind) = Kind::of(group_of(&version), &kind) else {
                        assert_eq!(kind, "File", "{}: {finding:?}", story.name);
                        continue;
                    };
                    // In a cluster these are not read.
                    if kind == Kind::ChartRelease {
                        continue;
                    }
                    needed.entry(kind).or_default().insert(verb);
                }
            }
        }
        let granted: BTreeMap<Kind, BTreeSet<&str>> = product
            .changes()
            .iter()
            .map(|(kind, verbs)| {
                // What was created is deleted, and what was patched patched, by undo.
                let verbs = verbs.iter().copied().filter(|verb| *verb != "delete");
                (*kind, verbs.collect())
            })
            .collect();
        assert_eq!(granted, needed, "{}", product.name());
    }
}
