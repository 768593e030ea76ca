//! # A time limit is too short for a language model
//!
//! ## What it means
//! The rule forwards to a server or gateway of language models, and an answer may take less than
//! 60 seconds: `timeouts` of the rule, a TrafficPolicy, or, where nothing is written, Envoy's
//! default of 15 seconds, which holds for kgateway and Envoy Gateway.
//!
//! ## Why it matters
//! The limit counts until the last byte of the answer. A model that writes a long text takes
//! minutes: the client gets 504 `upstream request timeout`, or a stream that ends in the middle.
//!
//! ## Example
//! A route to vLLM without `timeouts`. Write `timeouts: {request: 600s}`; `0s` is no limit.
//!
//! ## Fix safety
//! Unsafe: how long an answer may take is a decision, and a request that hangs is noticed later. The
//! limits of the rule that are too short become 600s; one of a policy is only explained.
//!
//! ## Sources
//! Envoy's documentation of `RouteAction.timeout` (15 s); Gateway API `httproute_types.go`
//! (HTTPRouteTimeouts, `0s`); 504 as observed in kgateway; llm-d-incubation/llm-d-modelservice#45.

use std::collections::HashMap;

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::HttpRoute;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::route::attach::Acceptance;
use igw_core::route::followed::{self, FollowedBackend, FollowedParent};
use igw_core::route::limits::{self, AnswerLimit, LimitKind, RuleLimits, TimeLimit};
use igw_core::route::policy;
use igw_core::schema::duration_millis;
use igw_core::{page, pointer};

use crate::{llm_server, refs};

pub static CHECK: Check = Check {
    code: "IGW0142",
    name: "llm-timeout-short",
    severity: Severity::Warning,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::Service,
        Kind::Workload,
        Kind::TrafficPolicy,
    ],
    page: page!(),
    run,
};

/// What a model needs at least, in milliseconds.
const ENOUGH: u64 = 60_000;

type ParentsOf<'s, 'a> = HashMap<*const HttpRoute, Vec<&'s FollowedParent<'a>>>;

fn run(facts: &Facts, out: &mut Sink) {
    let mut parents = ParentsOf::new();
    for parent in followed::parents(facts) {
        parents.entry(parent.route).or_default().push(parent);
    }
    let rules = followed::backends(facts).chunk_by(|a, b| std::ptr::eq(a.rule, b.rule));
    for arms in rules {
        let used = arms.iter().filter(|arm| arm.attached && arm.share > 0.0 && arm.is_granted());
        let found = used.filter_map(|arm| Some((arm, llm_server::called(facts, arm)?))).next();
        let Some((arm, program)) = found else { continue };
        let own = parents.get(&std::ptr::from_ref(arm.route)).into_iter().flatten();
        let limits: Vec<RuleLimits> =
            own.flat_map(|parent| limits_at(facts, arm, parent)).collect();
        match limits.iter().find_map(short) {
            Some(limit) => out.finding(finding(arm, program, limit)),
            None if limits.iter().all(|own| own.answer == AnswerLimit::Unknown) => {}
            None => out.passed(),
        }
    }
}

/// The limits of an arm's rule at each listener of a parent that takes the route.
fn limits_at(facts: &Facts, arm: &FollowedBackend, parent: &FollowedParent) -> Vec<RuleLimits> {
    let Some(found) = refs::attachment(parent) else { return Vec::new() };
    let Acceptance::Attached(listeners) = &found.outcome else { return Vec::new() };
    let (route, index) = (arm.route, arm.index);
    let at = |field: &str| format!("{}, spec.rules[{index}].{field}", route.meta.title());
    // Policies of single listeners are rare, and a route may be at very many.
    let each = listeners.iter().take(4).filter_map(|(number, _)| {
        let path = policy::Path {
            gateway: &found.parent.gateway().meta,
            owner: found.parent.meta(),
            listener: &found.parent.listeners().get(*number)?.name,
            route: &route.meta,
            rule: arm.rule,
        };
        let policies = match found.profile.is_kgateway() {
            true => policy::traffic(facts, &path, None),
            false => Vec::new(),
        };
        Some(limits::of(facts, arm.rule, &found.profile, &policies, &at))
    });
    each.collect()
}

/// The limit that is too short, if one is.
fn short(limits: &RuleLimits) -> Option<&TimeLimit> {
    let is_short = |own: &&TimeLimit| own.millis.is_some_and(|millis| millis < ENOUGH);
    let idle = |own: &&TimeLimit| own.kind == LimitKind::StreamIdle && own.written;
    let whole = limits.all.iter().filter(|own| own.kind != LimitKind::StreamIdle);
    match limits.answer {
        AnswerLimit::Millis(millis) if millis < ENOUGH => {
            whole.filter(is_short).min_by_key(|own| own.millis)
        }
        _ => limits.all.iter().filter(is_short).find(idle),
    }
}

fn finding(arm: &FollowedBackend, program: &str, limit: &TimeLimit) -> Finding {
    let time = limits::time(limit.millis.unwrap_or_default());
    let requests = refs::requests_in_short(arm.route, arm.rule);
    let idle = limit.kind == LimitKind::StreamIdle;
    let title = match (limit.written, idle) {
        (_, true) => format!(
            "An answer of {program} to {requests} that pauses for more than {time} is cut off."
        ),
        (true, _) => format!(
            "An answer of {program} to {requests} that takes longer than {time} is cut off: 504."
        ),
        (false, _) => format!(
            "An answer of {program} to {requests} that takes longer than {time} is cut off: no timeout is set, and that is Envoy's default."
        ),
    };
    let field = match (limit.kind, arm.rule.timeouts.is_some()) {
        (LimitKind::Request, true) => "/timeouts/request",
        (LimitKind::BackendRequest, true) => "/timeouts/backendRequest",
        _ => "",
    };
    let path = pointer!["spec", "rules", arm.index] + field;
    let explain = match idle {
        true => "The first token of a long prompt may take that long.",
        false => {
            "The time counts until the last byte of the answer, and a model that writes a long text takes minutes. Set timeouts.request of the rule, such as 600s; 0s is no limit."
        }
    };
    let finding = Finding::at(&arm.route.meta, path, title)
        .explain(explain)
        .label(format!("at most {time}"))
        .effect(504, 1.0, format!("what takes longer than {time}"))
        .repair(longer(arm, limit));
    match limit.written {
        true => finding.evidence(limit.at.clone(), limit.says.clone()),
        false => finding,
    }
}

/// What a limit becomes.
const LONG: &str = "600s";

/// Longer limits in the rule; those of a policy hold for other routes, too.
fn longer(arm: &FollowedBackend, limit: &TimeLimit) -> Option<Fix> {
    let route = &arm.route.meta;
    let own = limit.at.starts_with(&format!("{}, ", route.title()));
    if limit.kind == LimitKind::StreamIdle || (limit.written && !own) {
        return None;
    }
    let written = arm.rule.timeouts.as_deref();
    let request = written.and_then(|own| own.request.as_deref());
    let backend = written.and_then(|own| own.backend_request.as_deref());
    let is_short =
        |text: &str| duration_millis(text).is_some_and(|millis| millis > 0 && millis < ENOUGH);
    let at = pointer!["spec", "rules", arm.index, "timeouts"];
    let put = |field: &str, value: &str| Set::Put(format!("{at}/{field}"), value.into());
    let mut sets = Vec::new();
    if request.is_some_and(is_short) || (request.is_none() && backend.is_none()) {
        sets.push(put("request", LONG));
    }
    if backend.is_some_and(is_short) {
        // A try may not take longer than the request (a rule of the CRD).
        let most = request.filter(|text| {
            duration_millis(text).is_some_and(|millis| (ENOUGH..600_000).contains(&millis))
        });
        sets.push(put("backendRequest", most.unwrap_or(LONG)));
    }
    if sets.is_empty() {
        return None;
    }
    let title = format!("let answers to rule {} of {} take {LONG}", arm.index + 1, route.title());
    let why = "how long an answer may take is a decision";
    Some(Fix::unsafe_as(why, title).change(route, sets))
}
