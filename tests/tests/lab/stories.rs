//! Findings and traces of what the API server really stores are those of the manifests.

use igw_tests::compare::{REFUSED, findings, keys, requests, traces};

use super::world::{lay, objects};
use super::{channel_of, lab_of};

#[test]
fn have_the_same_findings_when_they_are_read_back() {
    let mut wrong = Vec::new();
    for story in super::stories() {
        let typed = keys(&igw_routes::ROUTES, &story.session().store);
        let world = lay(lab_of(&story), &objects(&story.file));
        let stored = keys(&igw_routes::ROUTES, &world.store());
        if stored != typed {
            wrong.push(format!("{}\n  typed  {typed:?}\n  stored {stored:?}", story.name));
        }
        let refused = |finding: &igw_core::finding::Finding| REFUSED.contains(&finding.code);
        let again: Vec<_> =
            findings(&igw_routes::ROUTES, &world.store()).into_iter().filter(refused).collect();
        if !again.is_empty() {
            wrong.push(format!("{}: admitted, and yet {again:?}", story.name));
        }
    }
    assert!(wrong.is_empty(), "{} stories:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn have_the_same_traces_when_they_are_read_back() {
    let (mut wrong, mut traced) = (Vec::new(), 0);
    for story in super::stories() {
        let typed = story.assuming(&[channel_of(&story)]).store;
        let stored = lay(lab_of(&story), &objects(&story.file)).store();
        for request in requests(&typed) {
            traced += 1;
            if traces(&stored, &request) != traces(&typed, &request) {
                wrong.push(format!("{}: {} {}", story.name, request.method, request.typed));
            }
        }
    }
    assert!(wrong.is_empty(), "{} requests:\n{}", wrong.len(), wrong.join("\n"));
    assert!(traced > 500, "only {traced} requests");
}
