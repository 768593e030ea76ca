//! A trace in the making: the order of the decisions.

use super::super::gateway::{Compiled, Running};
use super::super::gateway_policy::{self, OnGateway};
use super::super::matching::{self, Fit};
use super::super::request::Request;
use super::super::served_listener::ServedListener;
use super::super::table;
use super::super::trace::*;
use super::super::{hostname, near_miss, path};
use crate::facts::Facts;
use crate::facts::views::*;

/// A trace while it is built.
pub(super) struct Walk<'r> {
    pub(super) request: &'r Request,
    pub(super) trace: Trace,
}

/// How far a request came.
#[derive(Default)]
pub(super) struct WayPassed<'p, 'a> {
    pub(super) listener: Option<&'p ServedListener<'a>>,
    /// The pattern that won its host.
    pub(super) hostname: Option<&'p str>,
    pub(super) rule: Option<(&'p HttpRoute, &'p Rule)>,
}

impl<'r> Walk<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        let verdict = Verdict {
            status: None,
            by: AnsweredBy::None,
            says: String::new(),
            unknown: None,
            possible: Vec::new(),
        };
        let trace = Trace {
            request: request.clone(),
            gateway: None,
            profile: None,
            listener: None,
            matched: None,
            verdict,
            backends: Vec::new(),
            forwarded: None,
            redirect: None,
            arrives: None,
            steps: Vec::new(),
            assumed: Vec::new(),
            limits: Vec::new(),
            near_misses: Vec::new(),
            unmodelled: Vec::new(),
            expected: None,
            sent: None,
            not_sent: None,
        };
        Walk { request, trace }
    }

    pub(super) fn step(&mut self, stage: Stage, says: impl Into<String>, at: impl Into<String>) {
        self.trace.steps.push(Step { stage, says: says.into(), at: at.into() });
    }

    pub(super) fn end(&mut self, status: Option<u16>, by: AnsweredBy, says: &str) {
        let verdict = &mut self.trace.verdict;
        (verdict.status, verdict.by, verdict.says) = (status, by, says.to_owned());
        verdict.possible = match status {
            Some(_) => vec![Possible { status, share: 1.0 }],
            None => Vec::new(),
        };
    }

    pub(super) fn nothing(mut self, says: &str) -> Trace {
        self.end(None, AnsweredBy::None, says);
        self.trace
    }

    pub(super) fn unknown(mut self, why: &str) -> Trace {
        self.cannot_say(why);
        self.trace
    }

    pub(super) fn cannot_say(&mut self, why: &str) {
        self.end(None, AnsweredBy::None, &format!("not known, because {why}"));
        self.trace.verdict.unknown = Some(why.to_owned());
    }

    pub(super) fn through(&mut self, facts: &Facts, compiled: &Compiled) {
        let gateway = compiled.gateway.meta.title();
        match &compiled.running {
            Running::Yes => {}
            Running::No(reason, says) => {
                let says =
                    format!("there is no proxy: {gateway} is not accepted ({reason}), {says}");
                return self.end(None, AnsweredBy::None, &says);
            }
            Running::Unknown(why) => return self.cannot_say(&why.detail),
        }
        if let OnGateway::ProxyProtocol(policy) = &compiled.policy {
            let says = "connections that do not begin with a PROXY protocol header are reset";
            self.step(Stage::Policy, says, policy.to_string());
            return self.end(None, AnsweredBy::None, says);
        }
        if let OnGateway::Unknown(policy, why) = &compiled.policy {
            self.step(Stage::Policy, why, policy.to_string());
            return self.cannot_say(why);
        }
        self.refused_objects(facts);
        if compiled.profile.is_kgateway() {
            for object in gateway_policy::of_gateway(facts, &compiled.gateway.meta) {
                let says = "may change how connections are handled".to_owned();
                self.trace.unmodelled.push(Unmodelled { object, says });
            }
        }
        let Some(group) = self.listener(compiled) else {
            return;
        };
        if compiled.profile.is_kgateway() {
            let own = group.iter().map(|&i| &compiled.listeners[i]);
            let own = own.filter(|listener| listener.owner.kind == "Gateway");
            let names: Vec<&str> = own.map(|listener| listener.spec.name.as_str()).collect();
            if let Some(policy) =
                gateway_policy::on_listeners(facts, &compiled.gateway.meta, &names)
            {
                return self.cannot_say(&format!("{policy} is attached to one listener only"));
            }
        }
        let Some(host) = hostname::of_header(&self.request.host) else {
            return self.end(Some(400), AnsweredBy::Gateway, "the Host header is not a host name");
        };
        let mut request = self.request.clone();
        if compiled.profile.is_envoy() {
            match path::normalise(&request.path) {
                Some(path) if path != request.path => {
                    let says = format!("the path is normalised to {path}");
                    self.step(Stage::Listener, says, format!("{gateway}, its proxy"));
                    request.path = path;
                }
                Some(_) => {}
                None => {
                    return self.end(
                        Some(400),
                        AnsweredBy::Gateway,
                        "the path is not a valid path",
                    );
                }
            }
        }
        if self.ends_early(facts, compiled, &request) {
            return;
        }
        let table = table::build_for(compiled, &group, |pattern| hostname::covers(pattern, &host));
        if self.refused_by_envoy(compiled, &table) {
            return;
        }
        self.undecided(compiled, &request, &host);
        if self.trace.verdict.unknown.is_some() {
            return;
        }
        let Some((pattern, entry)) = table.choose(&host) else {
            let says =
                format!("no route of this port has a hostname that matches {}", shown(&host));
            self.step(Stage::Hostname, &says, gateway);
            self.trace.near_misses = near_miss::find(facts, compiled, &request, &host, None);
            self.not_found(&says);
            return self.weigh_others(facts, compiled, &WayPassed::default());
        };
        self.hostname(compiled, pattern, entry, &host);
        self.rule(facts, compiled, &request, &host, pattern, entry);
    }

    /// Objects that the API server would refuse count as absent; the trace says so.
    pub(super) fn refused_objects(&mut self, facts: &Facts) {
        use crate::kube::Kind;
        let counts = |kind| {
            matches!(
                kind,
                // Routes of other kinds.
                None | Some(
                    Kind::HttpRoute
                        | Kind::ListenerSet
                        | Kind::ReferenceGrant
                        | Kind::BackendTlsPolicy
                        | Kind::TrafficPolicy
                        | Kind::ListenerPolicy
                )
            )
        };
        let host = hostname::of_header(&self.request.host).unwrap_or_default();
        let concerns = |names: &[String]| {
            names.is_empty() || names.iter().any(|name| hostname::covers(name, &host))
        };
        let refused =
            facts.store.refused.iter().filter(|r| counts(r.kind) && concerns(&r.hostnames));
        for refused in refused.take(5) {
            let Some(first) = refused.refusals.first() else {
                continue;
            };
            let field = crate::kube::pointer::dotted(&first.pointer);
            let says =
                format!("{} counts as absent: the API server refuses it", refused.meta.title());
            self.step(Stage::Rule, says, format!("{}, {field}", refused.meta.title()));
        }
    }

    /// What was seen of kgateway's proxy, in brackets; empty for other proxies.
    pub(super) fn seen(&self, what: &str) -> String {
        match self.trace.profile.as_ref().is_some_and(|profile| profile.starts_with("kgateway")) {
            true => format!(" ({what})"),
            false => String::new(),
        }
    }

    pub(super) fn not_found(&mut self, says: &str) {
        let says = format!("{says}{}", self.seen("Envoy: NR route_not_found, empty body"));
        self.end(Some(404), AnsweredBy::Gateway, &says);
    }

    /// Routes with undecided attachment leave the answer open if they could matter.
    pub(super) fn undecided(&mut self, compiled: &Compiled, request: &Request, host: &str) {
        let could = |route: &HttpRoute| {
            let named = route.hostnames.is_empty()
                || route.hostnames.iter().any(|h| hostname::covers(h, host));
            named
                && (!route.hostnames.is_empty()
                    || route.rules.iter().flat_map(matching::matches_of).any(|one| {
                        !matches!(matching::test(request, &one, &compiled.profile), Fit::No(_))
                    }))
        };
        if let Some((route, why)) = compiled.undecided.iter().find(|(route, _)| could(route)) {
            self.cannot_say(&format!("{}: {}", route.meta.title(), why.detail));
        }
    }
}

/// A host as people read it.
pub(super) fn shown(host: &str) -> &str {
    if host.is_empty() { "the empty host" } else { host }
}
