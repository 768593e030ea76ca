//! Predictions against what a running kgateway and Envoy answered (`tests/recorded/`).
//!
//! Nothing may be wrong. What we decline to predict is listed in `unknown.rs`, with the reason.

mod case;
mod compare;
mod findings;
mod statuses;
mod unknown;

use case::Form;

/// One folder of recordings under one kgateway version, in the typed and, if recorded, the stored
/// form: every request, every condition.
fn judge(folder: &str, file: &str, version: &str, skip: &[&str]) {
    let mut wrong = Vec::new();
    let mut declined = Vec::new();
    let mut judged = (0, 0);
    for case in case::all(folder, file) {
        if skip.contains(&case.id.as_str()) {
            continue;
        }
        for form in [Form::Typed, Form::Stored] {
            let Some(store) = case.store(form, version) else {
                continue;
            };
            let outcome = case.judge(&store);
            judged.0 += outcome.requests;
            judged.1 += outcome.conditions;
            wrong.extend(outcome.wrong.into_iter().map(|w| format!("{} ({form:?}): {w}", case.id)));
            if form == Form::Typed {
                declined.extend(outcome.declined.into_iter().map(|path| (case.id.clone(), path)));
            }
        }
    }
    println!("{folder} {version}: {} requests, {} conditions judged", judged.0, judged.1);
    assert!(judged.0 > 0, "no request was judged");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let unlisted: Vec<_> = declined
        .iter()
        .filter(|(id, what)| !unknown::UNKNOWN.iter().any(|(i, w, _)| i == id && w == what))
        .collect();
    assert!(unlisted.is_empty(), "declined, but not listed in unknown.rs: {unlisted:#?}");
    if version == "2.4" && folder == "kgateway" {
        let stale: Vec<_> = unknown::UNKNOWN
            .iter()
            .filter(|(i, w, reason)| {
                let declined = declined.iter().any(|(id, what)| i == id && w == what);
                !declined && !reason.contains("(2.3)")
            })
            .collect();
        assert!(stale.is_empty(), "listed in unknown.rs, but predicted by now: {stale:#?}");
        let requests = declined.iter().filter(|(_, what)| what.starts_with('/')).count();
        assert!(requests * 20 <= judged.0 / 2, "{requests} requests declined, more than 5 %");
    }
}

#[test]
fn kgateway_main() {
    judge("kgateway", "case.json", "2.4", &[]);
}

#[test]
fn kgateway_2_3() {
    judge("kgateway", "case-2.3.0.json", "2.3", &[]);
}

#[test]
fn kgateway_2_2() {
    judge("kgateway", "case-2.2.json", "2.2", &[]);
}

/// Sequences are compared up to their first action; what input.yaml alone does not explain (a
/// controller that is stopped, an object changed later) is left out by name.
#[test]
fn kgateway_special() {
    let unexplained = [
        "allowed-selector-label-added",
        "controller-back-catches-up",
        "controller-down-new-objects",
        "controller-down-service-deleted",
        "grant-revoked",
        "nack-keeps-old-routes",
    ];
    judge("kgateway-special", "case.json", "2.4", &unexplained);
}

/// What the API server rejected is exactly what we say it refuses.
#[test]
fn refusals_are_those_of_the_api_server() {
    for case in case::all("kgateway", "case.json") {
        let store = case.store(Form::Typed, "2.4").expect("the typed form is always there");
        let mut ours: Vec<String> = store.refused.iter().map(|r| r.meta.title()).collect();
        let mut theirs = case.rejected.clone();
        ours.sort();
        theirs.sort();
        // A class that cannot be changed once it is there, and kinds that the cluster does not
        // serve: nothing that the object itself shows.
        let elsewhere = ["GatewayClass ", "GatewayClassConfig ", "EnvoyRetry "];
        theirs.retain(|title| !elsewhere.iter().any(|kind| title.starts_with(kind)));
        assert_eq!(ours, theirs, "{}", case.id);
    }
}
