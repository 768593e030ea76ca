//! The two rungs that leave something behind: a span, or a chat request and its trace.

use super::climb::Climb;
use super::export;
use super::judgement::{Judgement, RungMark, beginning, server};
use super::ladder::RungName;
use super::plan::WireEnd;
use super::read_back::{self, ReadEndpoint, Sighting};
use super::silence::{self, Carried};
use crate::text;
use crate::wire::Silence;

/// Most spans are visible within it.
const USUAL_MILLIS: u64 = 30_000;

impl Climb<'_> {
    /// Whether a chat request may follow.
    pub(super) fn write(&mut self) -> bool {
        let plan = self.plan;
        let Ok(key) = &plan.key else { return false };
        let span = match &plan.write {
            Ok(span) => span,
            Err(why) => {
                self.step(RungName::Write, Judgement::not_done("not-tried", why.clone()));
                return true;
            }
        };
        let request = plan.server.export(plan.target.clone(), &plan.headers, Some(key), Some(span));
        let carried = Carried { key: true, span: true, reading: false };
        let sent = match self.send(WireEnd::Langfuse, &request) {
            Ok(reply) => export::judge(&reply, &plan.to, Some(key), carried, self.version),
            Err(why) => silence::judge(&why, RungName::Write, &plan.to, carried),
        };
        if sent.mark != RungMark::Proved {
            self.step(RungName::Write, sent);
            return false;
        }
        let trace = span.trace_id();
        let arrived = self.look_up(&trace, "the span");
        let holds = arrived.mark == RungMark::Proved;
        let rung = self.step(RungName::Write, arrived);
        rung.notes.push(format!("trace {trace}, in the environment {}", super::otlp::ENVIRONMENT));
        if sent.cause == "public-key-mismatch" {
            rung.notes.push(sent.says);
            if rung.mark == RungMark::Proved {
                rung.cause = sent.cause;
                rung.next = sent.next;
            }
        }
        holds
    }

    pub(super) fn chat(&mut self) {
        let plan = self.plan;
        let Some(chat) = &plan.chat else { return };
        let request = chat.server.chat(chat.target.clone(), &chat.model, &chat.span);
        let judged = match self.send(WireEnd::Chat, &request) {
            Ok(reply) if (200..300).contains(&reply.status) => {
                let trace = chat.span.trace_id();
                let mut judged = self.look_up(&trace, "the trace of the chat request");
                if judged.cause == "not-arriving" {
                    judged.cause = "chat-trace-missing";
                    judged.next = Some(
                        "check that the otel plugin is enabled in the running configuration, and read Bifrost's log for lines with [otel]".to_owned(),
                    );
                }
                judged
            }
            Ok(reply) => Judgement::failed(
                "chat-failed",
                format!(
                    "Bifrost answers the chat request with {}{} and {}",
                    reply.status,
                    server(&reply),
                    beginning(&reply)
                ),
                format!("kubectl igw bifrost model {}", text::clip(&text::clean(&chat.model), 60)),
            ),
            Err(Silence::NoWay(why) | Silence::NoAddress(why)) => Judgement::unknown(
                "no-way",
                format!("the chat request was not sent: {why}"),
                "give a URL that this machine can reach: --through URL",
            ),
            Err(why) => {
                let to = super::judgement::ProbeTarget {
                    origin: chat.server.origin(),
                    base: String::new(),
                    path: chat.target.clone(),
                    forwarded: plan.to.forwarded,
                };
                let mut judged = silence::judge(&why, RungName::Through, &to, Carried::default());
                judged.cause = "chat-failed";
                judged
            }
        };
        let trace = chat.span.trace_id();
        self.step(RungName::Through, judged).notes.push(format!("trace {trace}"));
    }

    /// Asks until it is there, or the time is over.
    fn look_up(&mut self, trace: &str, what: &str) -> Judgement {
        let plan = self.plan;
        let Ok(key) = &plan.key else {
            return Judgement::unknown(
                "no-key",
                format!("{what} cannot be looked up without a key"),
                "give one: --key-from",
            );
        };
        let begin = self.wire.now();
        let mut open = ReadEndpoint::order(self.version).to_vec();
        let mut pauses = [1_000, 2_000, 3_000].into_iter().chain(std::iter::repeat(5_000));
        let (mut missed, mut fault) = (false, None);
        loop {
            for endpoint in open.clone() {
                let request = plan.server.get(endpoint.target(&plan.to.base, trace), Some(key));
                let sighting = match self.send(WireEnd::Langfuse, &request) {
                    Ok(reply) => read_back::judge(&reply, endpoint, &plan.to, key),
                    Err(why) => {
                        let carried = Carried { reading: true, ..Carried::default() };
                        Sighting::Fault(silence::judge(&why, RungName::Write, &plan.to, carried))
                    }
                };
                match sighting {
                    Sighting::Arrived => {
                        return arrived(self.wire.now().saturating_sub(begin), what);
                    }
                    Sighting::NotThere => missed = true,
                    Sighting::WrongEndpoint => open.retain(|own| *own != endpoint),
                    // A key that is refused here is not tried again.
                    Sighting::Fault(own) => {
                        let denied = self.requests.last().and_then(|request| request.status);
                        if own.mark == RungMark::Failed || matches!(denied, Some(401 | 403)) {
                            return own;
                        }
                        fault = Some(own);
                    }
                }
            }
            if open.is_empty() {
                return Judgement::unknown(
                    "no-read-endpoint",
                    format!(
                        "this Langfuse has neither endpoint by which {what} could be looked up"
                    ),
                    format!("look in the user interface for the trace {trace}"),
                );
            }
            let pause = pauses.next().unwrap_or_default();
            let waited = self.wire.now().saturating_sub(begin);
            if waited + pause > plan.wait_millis {
                let missed = missed.then(|| not_there(waited, what));
                return missed.or(fault).unwrap_or_else(|| not_there(waited, what));
            }
            self.wire.pause(pause);
        }
    }
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1000, millis % 1000 / 100)
}

fn arrived(millis: u64, what: &str) -> Judgement {
    let after = seconds(millis);
    match millis <= USUAL_MILLIS {
        true => Judgement::proved(
            "arrived",
            format!("{what} can be read after {after}; up to 30 s is the normal delay"),
        ),
        false => Judgement::proved(
            "arrived-late",
            format!("{what} can be read only after {after}; up to 30 s is the normal delay"),
        )
        .then("look at the load of the Langfuse worker and of ClickHouse; with both write paths, send x-langfuse-ingestion-version: 4"),
    }
}

fn not_there(millis: u64, what: &str) -> Judgement {
    let after = seconds(millis);
    match millis >= USUAL_MILLIS - 5_000 {
        true => Judgement::failed(
            "not-arriving",
            format!(
                "{what} was accepted, but cannot be read after {after}; up to 30 s is the normal delay"
            ),
            "read the log of the Langfuse worker, and compare its Redis, S3 and ClickHouse settings with the web container's; without x-langfuse-ingestion-version: 4 a Langfuse with both write paths may show it after 10 to 15 minutes",
        ),
        false => Judgement::unknown(
            "not-yet",
            format!("{what} cannot be read after {after}; up to 30 s is the normal delay"),
            "wait longer: --timeout 60s",
        ),
    }
}
