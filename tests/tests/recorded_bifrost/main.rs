//! Predictions against what real Bifrost programs did (`tests/recorded/bifrost`).
//!
//! Nothing may be wrong. What we decline to predict is listed in `unknown.rs`, with the reason.

mod case;
mod unknown;

use case::BifrostCase;
use igw_bifrost::checks::ALL;
use igw_bifrost::codes::check_of;
use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::chain::Query;
use igw_core::bifrost::follow::follow;
use igw_core::bifrost::prediction::Start;
use igw_core::bifrost::{instances, last_words, start};
use igw_core::facts::{Facts, Scope};
use igw_core::finding::Severity;
use igw_tests::sinks;

#[test]
fn starts() {
    let (mut wrong, mut declined, mut judged) = (Vec::new(), Vec::new(), 0);
    for case in case::all() {
        judged += 1;
        let store = case.store();
        let scope = Scope::default();
        let facts = Facts::new(&store, &scope);
        let [instance] = instances::all(&facts) else { panic!("{}: not one Bifrost", case.name()) };
        let found = start::predict(instance, &case.circumstances());
        if found.start == Start::Unknown {
            declined.push((case.id.clone(), "start".to_owned()));
        } else if found.start != case.outcome {
            let seen = case.outcome;
            wrong.push(format!("{}: {:?}, seen {seen:?}", case.name(), found.start));
        } else if let (Some(says), Some(cause)) = (&case.says, found.cause) {
            // What no file shows is told in words of ours.
            let ours = [Cause::Arguments, Cause::DataNotWritable].contains(&cause);
            if !ours && !says.starts_with(&found.says) {
                wrong.push(format!("{}: {}\n  seen {says}", case.name(), found.says));
            }
        }
    }
    println!("{judged} starts judged, {} declined", declined.len());
    finish(wrong, declined, judged, "start");
}

/// What a program wrote when it ended has the meaning that its configuration gives it.
#[test]
fn last_words() {
    let (mut wrong, mut judged) = (Vec::new(), 0);
    for case in case::all().into_iter().filter(|case| case.outcome == Start::Exits) {
        let Some(says) = &case.says else { continue };
        judged += 1;
        let log = serde_json::json!({ "level": "fatal", "message": says }).to_string();
        let words = last_words::last_words(&[log, "bye".to_owned()]).unwrap_or_default();
        let Some(found) = last_words::meaning(&words) else {
            wrong.push(format!("{}: no meaning: {says}", case.name()));
            continue;
        };
        let store = case.store();
        let scope = Scope::default();
        let facts = Facts::new(&store, &scope);
        let around = case.circumstances();
        let predicted = start::predict(&instances::all(&facts)[0], &around).cause;
        // A full volume is no matter of rights.
        let data = around.data.is_some() && found.cause.is_none();
        if found.cause != predicted && !data {
            wrong.push(format!("{}: {found:?}, predicted {predicted:?}", case.name()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(judged > 40, "only {judged}");
}

#[test]
fn requests() {
    let (mut wrong, mut declined, mut judged) = (Vec::new(), Vec::new(), 0);
    for case in case::all().into_iter().filter(|case| case.outcome == Start::Listens) {
        let store = case.store();
        let scope = Scope::default();
        let facts = Facts::new(&store, &scope);
        let [instance] = instances::all(&facts) else { panic!("{}: not one Bifrost", case.name()) };
        for request in case.requests() {
            judged += 1;
            let query = Query {
                model: request.model.clone(),
                path: request.path.clone(),
                served: case.served(),
                virtual_key: request.virtual_key.clone(),
                around: case.circumstances(),
                ..Query::default()
            };
            let chain = follow(&facts, instance, &query);
            let verdict = &chain.verdict;
            if verdict.unknown.is_some() {
                declined.push((case.id.clone(), request.model.clone()));
                continue;
            }
            let what = format!("{}: {} {}", case.name(), request.path, request.model);
            if verdict.status != Some(request.status) {
                wrong.push(format!("{what}: {verdict:?}, seen {}", request.status));
            }
            if let (Some(ours), Some(seen)) = (&verdict.message, &request.message)
                && ours != seen
            {
                wrong.push(format!("{what}: {ours}, seen {seen}"));
            }
            if let Some((to, path, model)) = &request.upstream {
                let sent = chain.upstream.as_ref();
                let url = sent.map(|sent| sent.url.clone()).unwrap_or_default();
                let named = sent.map(|sent| sent.model.clone()).unwrap_or_default();
                // A name stands for the address that the recording has.
                let port = to.rsplit(':').next().unwrap_or_default();
                let by_name = url.contains(".svc") && url.ends_with(&format!(":{port}{path}"));
                if (url != format!("http://{to}{path}") && !by_name) || named != *model {
                    wrong.push(format!("{what}: {url} {named}, seen {to}{path} {model}"));
                }
            }
        }
    }
    println!("{judged} requests judged, {} declined", declined.len());
    finish(wrong, declined, judged, "request");
}

fn finish(wrong: Vec<String>, declined: Vec<(String, String)>, judged: usize, what: &str) {
    assert!(judged > 300, "only {judged}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let listed = |(id, asked): &&(String, String)| {
        unknown::UNKNOWN.iter().any(|(i, w, _)| i == id && w == asked)
    };
    let unlisted: Vec<_> = declined.iter().filter(|one| !listed(one)).collect();
    assert!(unlisted.is_empty(), "declined, but not listed in unknown.rs: {unlisted:#?}");
    let mine = unknown::UNKNOWN.iter().filter(|(_, w, _)| (*w == "start") == (what == "start"));
    for (id, asked, _) in mine {
        let still = declined.iter().any(|(i, w)| i == id && w == asked);
        assert!(still, "listed in unknown.rs, but predicted by now: {id} {asked}");
    }
    assert!(declined.len() * 20 <= judged, "{} of {judged} declined", declined.len());
}

/// A configuration with which every request succeeded has no error.
#[test]
fn no_false_alarms() {
    let mut judged = 0;
    for case in case::all() {
        let requests = case.requests();
        let good = !requests.is_empty() && requests.iter().all(|request| request.status == 200);
        if case.outcome != Start::Listens || !good {
            continue;
        }
        judged += 1;
        let store = case.store();
        let sinks = sinks(ALL, &store);
        let errors: Vec<String> = sinks
            .iter()
            .flat_map(|sink| &sink.findings)
            .filter(|finding| finding.severity == Severity::Error && finding.inner.is_some())
            .map(|finding| format!("{} {}", finding.code, finding.title))
            .collect();
        assert_eq!(errors, [""; 0], "{}", case.name());
    }
    assert!(judged > 150, "only {judged}");
}

/// A configuration with which Bifrost exits, and that shows why, has an error.
#[test]
fn exits_are_explained() {
    let mut judged = 0;
    for case in case::all() {
        let store = case.store();
        let scope = Scope::default();
        let facts = Facts::new(&store, &scope);
        let found = start::predict(&instances::all(&facts)[0], &Default::default());
        let Some(cause) = found.cause.filter(|_| found.start == Start::Exits) else { continue };
        let code = check_of(cause).code;
        judged += 1;
        let sinks = sinks(ALL, &store);
        let told = sinks
            .iter()
            .flat_map(|sink| &sink.findings)
            .any(|finding| finding.code == code && finding.severity == Severity::Error);
        assert!(told, "{}: no {code}", BifrostCase::name(&case));
    }
    assert!(judged > 30, "only {judged}");
}
