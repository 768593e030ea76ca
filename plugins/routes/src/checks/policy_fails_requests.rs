//! # A policy fails requests
//!
//! ## What it means
//! A policy of kgateway is invalid (a CEL expression or a regular expression that does not compile,
//! an extAuth whose GatewayExtension or Service is missing, tracing to a Service that is missing or
//! not granted), or it answers requests itself: an abort of faultInjection, an extAuth that nobody
//! is behind.
//!
//! ## Why it matters
//! kgateway replaces every route that an invalid policy is attached to by a direct response: 500
//! with the body `invalid route configuration detected and replaced with a direct response.` On a
//! Gateway that is every route of the Gateway. An authorization service without endpoints makes
//! every request 403, unless `failOpen` is set.
//!
//! ## Example
//! `rbac` with the expression `request.headers['x' == 'a'`: a bracket is left open.
//!
//! ## Fix safety
//! Unsafe: without the policy, requests pass without what it was meant to do.
//!
//! ## Sources
//! kgateway main, 2.3, as seen.

use std::collections::BTreeMap;

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{HttpRoute, ListenerPolicy, TrafficPolicy};
use igw_core::facts::{Cx, Kind, ObjRef, View};
use igw_core::finding::{Finding, Severity};
use igw_core::route::gateway::Compiled;
use igw_core::route::policy::{self, Effect, OnGateway, Path};
use igw_core::route::rule::{self, REPLACED_BODY};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0137.
pub struct PolicyFailsRequests;

static META: Meta = Meta {
    code: "IGW0137",
    name: "policy-fails-requests",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::TrafficPolicy,
        Kind::ListenerPolicy,
        Kind::GatewayExtension,
        Kind::Service,
    ],
    source: include_str!("policy_fails_requests.rs"),
};

/// What a policy does, and the routes that it does it to.
struct Harm {
    says: String,
    status: u16,
    share: f64,
    routes: Vec<String>,
}

impl Check for PolicyFailsRequests {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        // It is told about policies, and named are routes.
        if !cx.scope.names.is_empty() {
            return;
        }
        let mut harms: BTreeMap<(ObjRef, String), Harm> = BTreeMap::new();
        let any = !cx.list::<TrafficPolicy>(None).items.is_empty();
        for front in cx.gateways().iter().filter(|f| f.compiled.profile.is_kgateway()) {
            if let OnGateway::Replaced(object, says) = &front.compiled.policy {
                whole_gateway(cx, &front.compiled, object, says, out);
            }
            if any {
                traffic(cx, &front.compiled, &mut harms);
            }
        }
        for policy in cx.list::<TrafficPolicy>(None).items {
            let own = policy.meta.reference();
            if !cx.scope.contains(&policy.meta) {
                continue;
            }
            let mut clean = true;
            for ((_, _), harm) in harms.iter().filter(|((object, _), _)| *object == own) {
                clean = false;
                out.finding(finding(policy.meta(), harm));
            }
            if clean {
                out.passed();
            }
        }
    }
}

/// Follows each rule past the TrafficPolicies that it meets.
fn traffic(cx: &Cx, compiled: &Compiled, harms: &mut BTreeMap<(ObjRef, String), Harm>) {
    for attached in &compiled.attached {
        let listener = &compiled.listeners[attached.listener];
        for rule in &attached.route.rules {
            let path = Path {
                gateway: &compiled.gateway.meta,
                owner: listener.owner,
                listener: &listener.spec.name,
                route: &attached.route.meta,
                rule: rule.name.as_deref(),
            };
            for found in policy::traffic(cx, &path, None, &rule::extension_refs(rule)) {
                for effect in found.effects {
                    note(harms, &found.object, effect, attached.route);
                }
            }
        }
    }
}

fn note(
    harms: &mut BTreeMap<(ObjRef, String), Harm>,
    policy: &ObjRef,
    effect: Effect,
    route: &HttpRoute,
) {
    let (says, status, share) = match effect {
        Effect::Replaces(says) => (says, 500, 1.0),
        Effect::Answers { status, share, says } if status >= 400 && share > 0.0 => {
            (says, status, share)
        }
        _ => return,
    };
    let fresh = Harm { says: says.clone(), status, share, routes: Vec::new() };
    let harm = harms.entry((policy.clone(), says)).or_insert(fresh);
    let title = route.meta.full_name();
    if harm.routes.last() != Some(&title) {
        harm.routes.push(title);
    }
}

fn finding(meta: &igw_core::facts::Meta, harm: &Harm) -> Finding {
    let mut names = harm.routes.clone();
    names.sort();
    names.dedup();
    let routes = format!("HTTPRoute {}", words::some_of(&names, 4));
    let (says, status) = (&harm.says, harm.status);
    let title = match words::share(harm.share).as_str() {
        "all" => format!("Every request to {routes} gets {status}: {says}."),
        share => format!("{share} of the requests to {routes} get {status}: {says}."),
    };
    let explanation = match status {
        500 if harm.share >= 1.0 => format!(
            "kgateway replaces what an invalid policy is attached to by a direct response with the body \"{REPLACED_BODY}\"."
        ),
        _ => "The policy answers before any backend is asked.".to_owned(),
    };
    Finding::at(meta, "/spec", title)
        .explain(explanation)
        .label(says.clone())
        .effect(status, harm.share, routes)
}

/// A ListenerPolicy that makes kgateway replace all routes of its Gateway.
fn whole_gateway(cx: &Cx, compiled: &Compiled, object: &ObjRef, says: &str, out: &mut Sink) {
    let policies = cx.list::<ListenerPolicy>(None).items;
    let own = policies.into_iter().find(|policy| policy.meta.reference() == *object);
    let Some(policy) = own.filter(|policy| cx.scope.contains(&policy.meta)) else { return };
    let gateway = compiled.gateway.meta.title();
    let title = format!("Every request to {gateway} gets 500: {says}.");
    out.finding(
        Finding::at(&policy.meta, "/spec", title)
            .explain(format!("kgateway replaces all its routes by a direct response with the body \"{REPLACED_BODY}\". The Gateway has Accepted=False GatewayReplaced and stays Programmed=True."))
            .label(says)
            .effect(500, 1.0, format!("every request to {gateway}"))
            .related(compiled.gateway.meta.reference()),
    );
}
