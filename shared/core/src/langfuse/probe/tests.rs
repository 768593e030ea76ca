//! Climbs with a clock of their own.

use super::climb::Climb;
use super::judgement::ProbeTarget;
use super::key::ExporterKey;
use super::ladder::{LadderRung, RungName, verdict};
use super::otlp::ProbeSpan;
use super::plan::{ClimbPlan, NoKey, Wire, WireEnd};
use super::request::Server;
use super::scrub::Scrubber;
use crate::kube::Hidden;
use crate::wire::{Outgoing, Silence, WireReply};

/// Answers by a rule; the time passes only in pauses.
struct Scripted {
    now: u64,
    rule: fn(&Outgoing, u64) -> Result<WireReply, Silence>,
    sent: Vec<String>,
}

impl Wire for Scripted {
    fn send(&mut self, _: WireEnd, request: &Outgoing) -> Result<WireReply, Silence> {
        let key = if request.header("authorization").is_some() { " with key" } else { "" };
        let target = request.target.split('?').next().unwrap_or_default();
        self.sent.push(format!("{} {target}{key}", request.method));
        (self.rule)(request, self.now)
    }

    fn pause(&mut self, millis: u64) {
        self.now += millis;
    }

    fn now(&self) -> u64 {
        self.now
    }

    fn begin(&mut self, _: RungName) {}
}

fn json(status: u16, body: &str) -> Result<WireReply, Silence> {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Ok(WireReply { status, headers, body: body.to_owned(), cut: false })
}

fn plan() -> ClimbPlan {
    let (server, target) =
        Server::of("http://langfuse-web:3000/api/public/otel/v1/traces").expect("a URL");
    ClimbPlan {
        to: ProbeTarget {
            origin: server.origin(),
            base: String::new(),
            path: target.clone(),
            forwarded: true,
        },
        server,
        target,
        headers: Vec::new(),
        key: Ok(ExporterKey::of_pair("pk-lf-1", "sk-lf-2")),
        write: Ok(ProbeSpan { trace: [1; 16], span: [2; 8], at: 3, version: "1" }),
        chat: None,
        wait_millis: 60_000,
        secrets: Scrubber::default(),
    }
}

fn climb(plan: &ClimbPlan, rule: fn(&Outgoing, u64) -> Result<WireReply, Silence>) -> FakeClimb {
    let mut wire = Scripted { now: 0, rule, sent: Vec::new() };
    let rungs = Climb::of(plan, &mut wire).rungs;
    FakeClimb { rungs, sent: wire.sent }
}

struct FakeClimb {
    rungs: Vec<LadderRung>,
    sent: Vec<String>,
}

impl FakeClimb {
    fn cause(&self) -> &'static str {
        verdict(&self.rungs).cause
    }
}

/// A Langfuse that stores a span after so many milliseconds.
fn healthy(request: &Outgoing, now: u64, after: u64) -> Result<WireReply, Silence> {
    let target = request.target.as_str();
    match target {
        _ if target.contains("/health") => json(200, r#"{"status":"OK","version":"4.16.0"}"#),
        _ if target.contains("/projects") => json(200, r#"{"data":[{"id":"p","name":"P"}]}"#),
        _ if target.contains("/otel/") && request.body.is_empty() => json(200, "{}"),
        _ if target.contains("/otel/") => json(200, r#"{"name":"otel-ingestion-job"}"#),
        _ if target.contains("/traces/") => {
            json(404, r#"{"message":"not available in events_only mode"}"#)
        }
        _ if now >= after => json(200, r#"{"data":[{"id":"o"}]}"#),
        _ => json(200, r#"{"data":[]}"#),
    }
}

#[test]
fn a_span_is_early_late_or_lost() {
    let early = climb(&plan(), |request, now| healthy(request, now, 3_000));
    assert_eq!(early.cause(), "arrived");
    assert_eq!(
        climb(&plan(), |request, now| healthy(request, now, 40_000)).cause(),
        "arrived-late"
    );
    let lost = climb(&plan(), |request, now| healthy(request, now, u64::MAX));
    assert_eq!(lost.cause(), "not-arriving");
    let looks = lost.sent.iter().filter(|own| own.contains("observations")).count();
    assert!((8..20).contains(&looks), "{looks} looks in a minute");
    // The endpoint that this mode does not have is asked once.
    let others = lost.sent.iter().filter(|own| own.contains("/traces/")).count();
    assert_eq!(others, 1);
    let mut hasty = plan();
    hasty.wait_millis = 5_000;
    assert_eq!(climb(&hasty, |request, now| healthy(request, now, u64::MAX)).cause(), "not-yet");
}

#[test]
fn a_refused_key_is_sent_once() {
    let climbed = climb(&plan(), |request, now| match request.header("authorization") {
        Some(_) => json(401, r#"{"message":"Invalid credentials. Confirm"}"#),
        None if request.target.contains("/otel/") => {
            json(401, r#"{"message":"No authorization header"}"#)
        }
        None => healthy(request, now, 0),
    });
    assert_eq!(climbed.cause(), "key-unknown");
    assert_eq!(
        climbed.sent,
        [
            "GET /api/public/health",
            "GET /api/public/health",
            "GET /api/public/projects with key",
            "POST /api/public/otel/v1/traces",
        ]
    );
    let marks: Vec<_> = climbed.rungs.iter().map(|rung| (rung.rung, rung.cause)).collect();
    assert_eq!(
        marks[2..],
        [
            (RungName::Export, "path-right"),
            (RungName::Write, "not-tried"),
            (RungName::Through, "not-tried"),
        ]
    );
}

#[test]
fn an_ingestion_version_counts_only_with_spans() {
    let mut plan = plan();
    plan.headers = vec![("X-Langfuse-Ingestion-Version".to_owned(), Hidden::new("5"))];
    let climbed = climb(&plan, |request, now| healthy(request, now, 0));
    assert_eq!(climbed.cause(), "ingestion-version-refused");
    assert!(climbed.sent.iter().all(|own| !own.contains("observations")), "nothing is written");
}

#[test]
fn an_exporter_without_a_key_is_at_fault() {
    let mut plan = plan();
    plan.key = Err(NoKey::NotConfigured);
    let climbed = climb(&plan, |request, now| match request.target.contains("/otel/") {
        true => json(401, r#"{"message":"No authorization header"}"#),
        false => healthy(request, now, 0),
    });
    assert_eq!(climbed.cause(), "no-authorization");
}

#[test]
fn silence_of_requests_with_a_key_is_that_of_redis_or_postgres() {
    let redis = climb(&plan(), |request, now| match request.header("authorization") {
        Some(_) => Err(Silence::TimedOut(30)),
        None => healthy(request, now, 0),
    });
    assert_eq!(redis.cause(), "redis-hangs");
    let postgres = climb(&plan(), |request, now| {
        let asks = request.target.contains("failIfDatabaseUnavailable");
        match request.header("authorization").is_some() || asks {
            true => Err(Silence::TimedOut(30)),
            false => healthy(request, now, 0),
        }
    });
    assert_eq!(postgres.cause(), "postgres-hangs");
    // The key is not sent again.
    let with_key = postgres.sent.iter().filter(|own| own.ends_with("with key")).count();
    assert_eq!(with_key, 1);
}
