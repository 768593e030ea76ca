//! What the API server refuses is what IGW0125 and IGW0130 say, field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use igw_core::facts::{Openness, Store, decode};
use igw_core::finding::Finding;
use igw_core::kube::{Origin, pointer};
use igw_tests::compare::{REFUSED, findings};
use igw_tests::lab::{ApiRefusal, LabCluster};
use igw_tests::story::{Story, standard_channel};

use super::world::{lay, objects};
use super::{channel_of, experimental, lab, lab_of};

/// The code of the check that must report it, and the field.
pub type Reasons = BTreeSet<(String, String)>;

/// The API server's reasons.
///
/// Strict decoding comes first, with 400 and the fields in its message; then the schema and the
/// CRD's rules together, with 422 and a cause for each.
pub fn told(refused: &ApiRefusal) -> Reasons {
    if refused.code == 400 {
        let fields = refused.message.split("unknown field \"").skip(1);
        let field = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
        return fields.map(|rest| ("IGW0130".to_owned(), field(rest))).collect();
    }
    let mut out = Reasons::new();
    for cause in &refused.causes {
        let field = match cause.message.rsplit_once(" in spec.") {
            Some((_, field)) if cause.field == "<nil>" => format!("spec.{field}"),
            _ => cause.field.clone(),
        };
        // The others repeat a cause in other words, or say that rules were not looked at.
        if field != "<nil>" {
            out.insert(("IGW0125".to_owned(), field));
        }
    }
    out
}

fn predicted(findings: &[Finding]) -> BTreeMap<String, Reasons> {
    let mut out: BTreeMap<String, Reasons> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| REFUSED.contains(&finding.code)) {
        let reasons = out.entry(finding.object.to_string()).or_default();
        for path in std::iter::once(&finding.path).chain(&finding.more_paths) {
            let field = if path.starts_with('/') { pointer::dotted(path) } else { path.clone() };
            reasons.insert((finding.code.to_owned(), field));
        }
    }
    // Nothing else is looked at where a field is unknown.
    for reasons in out.values_mut() {
        if reasons.iter().any(|(code, _)| code == "IGW0130") {
            reasons.retain(|(code, _)| code == "IGW0130");
        }
    }
    out
}

/// Whether the reasons are the same in kind: a rule may be told at the list, and is predicted at
/// the item that breaks it.
pub fn alike(told: &Reasons, predicted: &Reasons) -> bool {
    let within = |a: &str, b: &str| {
        a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let meets = |one: &(String, String), others: &Reasons| {
        let meet = |(code, field): &(String, String)| {
            *code == one.0 && (within(field, &one.1) || within(&one.1, field))
        };
        others.iter().any(meet)
    };
    told.iter().all(|one| meets(one, predicted)) && predicted.iter().all(|one| meets(one, told))
}

/// Applies the stories that the caller wants and compares refusals with predictions.
fn compare(assume: impl Fn(&Story) -> &'static str, lab: impl Fn(&Story) -> &'static LabCluster) {
    let mut wrong = Vec::new();
    let mut refusals = 0;
    for story in super::stories() {
        let expected =
            predicted(&findings(&igw_routes::ROUTES, &story.assuming(&[assume(&story)]).store));
        let world = lay(lab(&story), &objects(&story.file));
        let refused: BTreeMap<_, _> =
            world.refused.iter().map(|(object, refused)| (object.clone(), told(refused))).collect();
        refusals += refused.len();
        let same = |object: &String| match (refused.get(object), expected.get(object)) {
            (Some(told), Some(predicted)) => alike(told, predicted),
            _ => false,
        };
        if !refused.keys().chain(expected.keys()).all(same) {
            let words: Vec<String> =
                world.refused.iter().map(|(object, why)| format!("{object}: {why}")).collect();
            wrong.push(format!(
                "{}\n  predicted {expected:?}\n  told      {refused:?}\n  {}",
                story.name,
                words.join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} stories:\n{}", wrong.len(), wrong.join("\n"));
    assert!(refusals >= 2, "only {refusals} refusals were compared");
}

#[test]
fn of_every_story_are_what_the_checks_say() {
    compare(channel_of, lab_of);
}

#[test]
fn of_the_experimental_channel_are_what_the_checks_say() {
    compare(|_| "gateway-api=experimental", |_| experimental());
}

/// The worlds of the recordings: what our API server refuses, ours and kgateway's CRDs together.
#[test]
fn of_the_recorded_worlds_are_what_the_checks_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/kgateway");
    let mut wrong = Vec::new();
    let mut refusals = 0;
    for entry in std::fs::read_dir(root).expect("the recordings") {
        let file = entry.expect("readable").path().join("input.yaml");
        let objects = objects(&file);
        let mut store = Store::for_files(Openness::Closed, standard_channel());
        for object in &objects {
            decode(&mut store, object.clone(), Origin::default(), "default");
        }
        let expected = predicted(&findings(&igw_routes::ROUTES, &store));
        let world = lay(lab(), &objects);
        // Kinds that nobody serves have no schema.
        let served = world.refused.iter().filter(|(_, refused)| refused.reason != "NotServed");
        let refused: BTreeMap<_, _> = served.map(|(name, why)| (name.clone(), told(why))).collect();
        refusals += refused.len();
        let same = |object: &String| match (refused.get(object), expected.get(object)) {
            (Some(told), Some(predicted)) => alike(told, predicted),
            _ => false,
        };
        if !refused.keys().chain(expected.keys()).all(same) {
            let why: Vec<_> = world.refused.iter().map(|(n, r)| format!("{n}: {r}")).collect();
            wrong.push(format!("{}\n  predicted {expected:?}\n  told {why:?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{} worlds:\n{}", wrong.len(), wrong.join("\n"));
    assert!(refusals >= 20, "only {refusals} refusals");
}
