//! Climbing: which request each rung sends, and whether the next one may be tried.

use super::health::{self, HEALTH};
use super::judgement::{Judgement, RungMark};
use super::key::ExporterKey;
use super::ladder::{KeyProject, LadderRung, RungName, RungRequest};
use super::plan::{ClimbPlan, NoKey, Wire, WireEnd};
use super::projects::{self, PROJECTS};
use super::request::ingestion_version;
use super::silence::{self, Carried};
use super::{export, refused};
use crate::langfuse::authorization::AuthorizationFault;
use crate::wire::{Outgoing, Silence, WireReply};
use crate::workload::Release;

/// A climb that is under way.
pub struct Climb<'a> {
    pub(super) plan: &'a ClimbPlan,
    pub(super) wire: &'a mut dyn Wire,
    pub version: Option<Release>,
    pub project: Option<KeyProject>,
    pub rungs: Vec<LadderRung>,
    /// Of the rung that is being tried.
    pub(super) requests: Vec<RungRequest>,
}

/// Whether a key may be sent again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Good,
    /// Refused, or never answered: each further try with it would do harm.
    Spent,
    /// There is none.
    None,
}

impl<'a> Climb<'a> {
    /// Tries all rungs in order.
    pub fn of(plan: &'a ClimbPlan, wire: &'a mut dyn Wire) -> Climb<'a> {
        let (requests, rungs) = (Vec::new(), Vec::new());
        let mut climb = Climb { plan, wire, version: None, project: None, rungs, requests };
        climb.all();
        climb
    }

    fn all(&mut self) {
        self.wire.begin(RungName::Health);
        let sure = match self.health() {
            Some(sure) => sure,
            None => return self.leave_out(RungName::Projects, "Langfuse was not reached"),
        };
        self.wire.begin(RungName::Projects);
        let trust = match sure {
            true => self.projects(),
            false => {
                let says = "the key is not sent to what may not be Langfuse";
                self.step(RungName::Projects, Judgement::not_done("not-reached", says));
                if self.plan.key.is_ok() { Trust::Good } else { Trust::None }
            }
        };
        self.wire.begin(RungName::Export);
        let accepted = self.export(trust, sure);
        if !accepted {
            return self.leave_out(RungName::Write, "no export with the key was accepted");
        }
        self.wire.begin(RungName::Write);
        let stored = self.write();
        if self.plan.chat.is_some() && stored {
            self.wire.begin(RungName::Through);
            self.chat();
        } else {
            self.leave_out(RungName::Through, "what comes before it does not hold");
        }
    }

    /// Rungs that rest on one that does not hold.
    fn leave_out(&mut self, from: RungName, why: &str) {
        let all = [RungName::Projects, RungName::Export, RungName::Write, RungName::Through];
        for rung in all.into_iter().skip_while(|rung| *rung != from) {
            let wanted = match rung {
                RungName::Write => self.plan.write.as_ref().map_err(String::as_str).map(|_| ()),
                RungName::Through if self.plan.chat.is_none() => {
                    Err("not asked for: --through SERVICE|URL")
                }
                _ => Ok(()),
            };
            let says = wanted.err().unwrap_or(why).to_owned();
            self.step(rung, Judgement::not_done("not-tried", says));
        }
    }

    pub(super) fn step(&mut self, rung: RungName, judged: Judgement) -> &mut LadderRung {
        let mut done = LadderRung::new(rung, judged);
        done.requests = std::mem::take(&mut self.requests);
        self.rungs.push(done);
        let last = self.rungs.len() - 1;
        &mut self.rungs[last]
    }

    pub(super) fn send(&mut self, end: WireEnd, request: &Outgoing) -> Result<WireReply, Silence> {
        let begin = self.wire.now();
        let mut answer = self.wire.send(end, request);
        if let Ok(reply) = &mut answer {
            reply.body = self.plan.secrets.clean(&reply.body);
            for (_, value) in &mut reply.headers {
                *value = self.plan.secrets.clean(value);
            }
        }
        // A query of ours is no secret; that of a configured address may be one.
        let title = request.title();
        let configured = end == WireEnd::Chat || request.target == self.plan.target;
        let shown = title.split('?').next().filter(|_| configured).unwrap_or(&title).to_owned();
        self.requests.push(RungRequest {
            request: shown,
            with_key: request.header("authorization").is_some(),
            status: answer.as_ref().ok().map(|reply| reply.status),
            millis: self.wire.now().saturating_sub(begin),
        });
        answer
    }

    /// `Some(true)`: Langfuse answers; `Some(false)`: something does; `None`: nothing can follow.
    fn health(&mut self) -> Option<bool> {
        let base = &self.plan.to.base;
        let ask = |tail: &str| self.plan.server.get(format!("{base}{HEALTH}{tail}"), None);
        let (plain, recent) = (ask(""), ask("?failIfNoRecentEvents=true"));
        let (mut judged, version) = match self.send(WireEnd::Langfuse, &plain) {
            Ok(reply) => health::judge(&reply, &self.plan.to),
            Err(why) => {
                let judged =
                    silence::judge(&why, RungName::Health, &self.plan.to, Carried::default());
                self.step(RungName::Health, judged);
                return None;
            }
        };
        self.version = version;
        if judged.mark == RungMark::Proved {
            let recent = self.send(WireEnd::Langfuse, &recent);
            let (note, fault) = match recent.map(|reply| health::recent(&reply)) {
                Ok(Ok(note)) => (note, None),
                Ok(Err(fault)) => (None, Some(fault)),
                Err(_) => (None, None),
            };
            let rung = self.step(RungName::Health, fault.unwrap_or(judged));
            rung.notes.extend(note.map(str::to_owned));
            return Some(true);
        }
        // A gateway may lead only the collector's own path to Langfuse.
        let other = ["gateway-404", "not-langfuse", "redirected", "redirected-elsewhere"];
        let goes_on = judged.mark == RungMark::Unknown || other.contains(&judged.cause);
        if goes_on && !self.plan.to.forwarded {
            judged.mark = RungMark::Unknown;
            self.step(RungName::Health, judged);
            return Some(false);
        }
        self.step(RungName::Health, judged);
        None
    }

    fn projects(&mut self) -> Trust {
        let key = match &self.plan.key {
            Ok(key) => key,
            Err(NoKey::NotGiven(why)) => {
                self.step(RungName::Projects, Judgement::not_done("no-key", why.clone()));
                return Trust::None;
            }
            Err(NoKey::NotConfigured) => {
                self.step(RungName::Projects, refused::not_sent());
                return Trust::None;
            }
        };
        if key.fault() == Some(AuthorizationFault::LineBreak) {
            self.step(RungName::Projects, refused::line_break());
            return Trust::Spent;
        }
        let base = &self.plan.to.base;
        let request = self.plan.server.get(format!("{base}{PROJECTS}"), Some(key));
        let judged = match self.send(WireEnd::Langfuse, &request) {
            Ok(reply) => {
                let (judged, project) = projects::judge(&reply, &self.plan.to, key, self.version);
                self.project = project;
                judged
            }
            Err(Silence::TimedOut(seconds)) => {
                let tail = "?failIfDatabaseUnavailable=true";
                let ask = self.plan.server.get(format!("{base}{HEALTH}{tail}"), None);
                let database = self.send(WireEnd::Langfuse, &ask).map(|reply| reply.status);
                let database = database.as_ref().map(|status| *status);
                silence::with_database(seconds, database, &self.plan.to)
            }
            Err(why) => {
                let carried = Carried { key: true, ..Carried::default() };
                silence::judge(&why, RungName::Projects, &self.plan.to, carried)
            }
        };
        let last = self.requests.first().and_then(|request| request.status);
        let trust = match last {
            None | Some(401 | 403) => Trust::Spent,
            _ => Trust::Good,
        };
        self.step(RungName::Projects, judged);
        trust
    }

    /// Whether an export with the key was accepted.
    fn export(&mut self, trust: Trust, sure: bool) -> bool {
        let key = self.plan.key.as_ref().ok().filter(|_| trust == Trust::Good);
        let first = (key.is_none() || !sure).then(|| self.export_once(None));
        let judged = match first {
            Some((judged, right)) if !right || key.is_none() => judged,
            _ => self.export_once(key).0,
        };
        let with_key = self.requests.last().is_some_and(|request| request.with_key);
        let accepted = judged.mark == RungMark::Proved && with_key;
        let late =
            ingestion_version(&self.plan.headers).and_then(export::foresee_ingestion_version);
        match late.filter(|_| judged.mark == RungMark::Proved) {
            Some(fault) => {
                let rung = self.step(RungName::Export, fault);
                rung.notes.push(
                    "an empty export is accepted: the header counts only with spans".to_owned(),
                );
                false
            }
            None => {
                self.step(RungName::Export, judged);
                accepted
            }
        }
    }

    /// One empty export, and whether it reached the right endpoint.
    fn export_once(&mut self, key: Option<&ExporterKey>) -> (Judgement, bool) {
        let plan = self.plan;
        let request = plan.server.export(plan.target.clone(), &plan.headers, key, None);
        let carried = Carried { key: key.is_some(), ..Carried::default() };
        let judged = match self.send(WireEnd::Langfuse, &request) {
            Ok(reply) => export::judge(&reply, &plan.to, key, carried, self.version),
            Err(why) => silence::judge(&why, RungName::Export, &plan.to, carried),
        };
        match judged.cause == "no-authorization" {
            true => (
                Judgement::proved(
                    "path-right",
                    "sent without the key: Langfuse asks for one, so the path and the method are right",
                ),
                true,
            ),
            false => (judged, false),
        }
    }
}
