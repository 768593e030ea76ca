//! What the ladder makes of what a real Langfuse answered (`tests/recorded/langfuse`).

mod exchange;
mod expected;

use exchange::LangfuseExchange;
use igw_core::langfuse::probe::judgement::{Judgement, ProbeTarget, RungMark};
use igw_core::langfuse::probe::key::ExporterKey;
use igw_core::langfuse::probe::ladder::RungName;
use igw_core::langfuse::probe::read_back::{ReadEndpoint, Sighting};
use igw_core::langfuse::probe::silence::{self, Carried};
use igw_core::langfuse::probe::{export, health, projects, read_back};
use igw_core::workload::Release;

/// What the ladder says to an answer; `None` to a request that it does not send.
fn judged(own: &LangfuseExchange) -> Option<Judgement> {
    let (path, query) = own.path.split_once('?').unwrap_or((&own.path, ""));
    let base = path.find("/api/public").map_or("", |at| &path[..at]);
    let base = if base == "/" { "" } else { base };
    let to = ProbeTarget {
        origin: "http://langfuse-web:3000".to_owned(),
        base: base.to_owned(),
        path: path.to_owned(),
        forwarded: true,
    };
    let key = own.authorization.as_ref().map(ExporterKey::new);
    let version = Release::parse("4.16.0");
    let rest = path[base.len()..].trim_end_matches('/');
    let get = own.method == "GET";
    let read = ReadEndpoint::order(version).into_iter().find(|endpoint| {
        rest == endpoint
            .target("", "4bf92f3577b34da6a3ce929d0e0e4736")
            .split('?')
            .next()
            .unwrap_or_default()
    });
    let silent = |rung, carried| {
        own.answer.as_ref().err().map(|why| silence::judge(why, rung, &to, carried))
    };
    match rest {
        "/api/public/health" if get => {
            let Ok(reply) = &own.answer else {
                return match (&own.answer, query.contains("failIfDatabaseUnavailable")) {
                    (Err(why), true) => Some(silence::with_database(60, Err(why), &to)),
                    _ => silent(RungName::Health, Carried::default()),
                };
            };
            if query.contains("failIfNoRecentEvents") {
                let note = |note: Option<&'static str>| {
                    Judgement::proved("recent", note.unwrap_or_default())
                };
                return Some(health::recent(reply).map_or_else(|fault| fault, note));
            }
            if query.contains("failIfDatabaseUnavailable") {
                // It is asked after a request with a key that got no answer.
                return Some(silence::with_database(60, Ok(reply.status), &to));
            }
            Some(health::judge(reply, &to).0)
        }
        "/api/public/projects" if get => {
            let Some(key) = &key else {
                return own
                    .answer
                    .as_ref()
                    .ok()
                    .map(|reply| export::judge(reply, &to, None, Carried::default(), version));
            };
            let carried = Carried { key: true, ..Carried::default() };
            let Ok(reply) = &own.answer else { return silent(RungName::Projects, carried) };
            Some(projects::judge(reply, &to, key, version).0)
        }
        _ if get && read.is_some() && (key.is_some() || own.id.contains("events_only")) => {
            let Ok(reply) = &own.answer else { return None };
            let key = key.unwrap_or(ExporterKey::new(""));
            Some(match read_back::judge(reply, read?, &to, &key) {
                Sighting::Arrived => Judgement::proved("arrived", ""),
                Sighting::NotThere => Judgement::unknown("not-there", "", ""),
                Sighting::WrongEndpoint => Judgement::unknown("wrong-endpoint", "", ""),
                Sighting::Fault(fault) => fault,
            })
        }
        _ if (own.method == "POST" && !path.starts_with("/api/") && path == "/")
            || (own.method == "POST" || get) && path.to_lowercase().contains("otel") =>
        {
            let span = own.body.windows(6).any(|part| part == b"spanId") || own.id.contains("span");
            let carried = Carried { key: key.is_some(), span, reading: false };
            let Ok(reply) = &own.answer else { return silent(RungName::Export, carried) };
            Some(export::judge(reply, &to, key.as_ref(), carried, version))
        }
        _ => None,
    }
}

#[test]
fn every_answer_has_its_cause_and_a_next_step() {
    let (mut table, mut wrong, mut used) = (String::new(), Vec::new(), 0);
    let all = exchange::all();
    for own in &all {
        let Some(found) = judged(own) else { continue };
        used += 1;
        let mark = format!("{:?}", found.mark).to_lowercase();
        let short = format!("{mark} {}", found.cause);
        if expected::of(&own.id) != Some(&short) {
            wrong.push(format!("{}: {short}, expected {:?}", own.id, expected::of(&own.id)));
        }
        if found.mark == RungMark::Failed && found.next.is_none() {
            wrong.push(format!("{}: no next step", own.id));
        }
        let status =
            own.answer.as_ref().map_or("none".to_owned(), |reply| reply.status.to_string());
        let head = format!("{} · {} · {} {} · {status}", own.id, own.row, own.method, own.path);
        let next = found.next.map(|next| format!("\n    next: {next}")).unwrap_or_default();
        table += &format!("{head}\n    {short}: {}{next}\n", found.says);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(used > 150, "only {used} of {} exchanges", all.len());
    let stale = |start: &str| !all.iter().any(|own| own.id.starts_with(start));
    let stale: Vec<_> = expected::EXPECTED.iter().filter(|(start, _)| stale(start)).collect();
    assert!(stale.is_empty(), "{stale:?}");
    insta::assert_snapshot!("answers", table);
}
