//! # A policy fails requests
//!
//! ## What it means
//! A kgateway policy is invalid (a CEL expression or a regular expression that does not compile, an
//! extAuth whose GatewayExtension or Service is missing, tracing to a Service that is missing or
//! not granted), or it answers requests itself: an abort of faultInjection, an extAuth whose
//! service has no endpoints.
//!
//! ## Why it matters
//! kgateway replaces every route that an invalid policy is attached to with a direct response: 500
//! with the body `invalid route configuration detected and replaced with a direct response.` If the
//! policy is attached to a Gateway, that is every route of the Gateway. If an authorization service
//! has no endpoints, every request gets 403, unless `failOpen` is set.
//!
//! ## Example
//! `rbac` with the expression `request.headers['x' == 'a'`: a bracket is not closed.
//!
//! ## Fix safety
//! Unsafe: without the policy, requests skip what it was meant to do.
//!
//! ## Sources
//! Observed in kgateway main and 2.3.

use std::collections::BTreeMap;

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{HttpRoute, ListenerPolicy, TrafficPolicy};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, ObjRef};
use igw_core::route::followed;
use igw_core::route::gateway::Compiled;
use igw_core::route::gateway_policy::OnGateway;
use igw_core::route::policy::{self, Path, PolicyEffect};
use igw_core::route::rule::REPLACED_BODY;
use igw_core::{page, text};

pub static CHECK: Check = Check {
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
    page: page!(),
    run,
};

struct Harm {
    says: String,
    status: u16,
    share: f64,
    routes: Vec<String>,
}

fn run(facts: &Facts, out: &mut Sink) {
    // It is told about policies, and named are routes.
    if !facts.scope.names.is_empty() {
        return;
    }
    let mut harms: BTreeMap<(ObjRef, String), Harm> = BTreeMap::new();
    let any = !facts.list::<TrafficPolicy>(None).items.is_empty();
    for front in followed::gateways(facts).iter().filter(|f| f.compiled.profile.is_kgateway()) {
        if let OnGateway::Replaced(object, says) = &front.compiled.policy {
            whole_gateway(facts, &front.compiled, object, says, out);
        }
        if any {
            traffic(facts, &front.compiled, &mut harms);
        }
    }
    for policy in facts.list::<TrafficPolicy>(None).items {
        let own = policy.meta.reference();
        if !facts.scope.contains(&policy.meta) {
            continue;
        }
        let mut clean = true;
        for ((_, _), harm) in harms.iter().filter(|((object, _), _)| *object == own) {
            clean = false;
            out.finding(finding(&policy.meta, harm));
        }
        if clean {
            out.passed();
        }
    }
}

fn traffic(facts: &Facts, compiled: &Compiled, harms: &mut BTreeMap<(ObjRef, String), Harm>) {
    for attached in &compiled.attached {
        let listener = &compiled.listeners[attached.listener];
        for rule in &attached.route.rules {
            let path = Path {
                gateway: &compiled.gateway.meta,
                owner: listener.owner,
                listener: &listener.spec.name,
                route: &attached.route.meta,
                rule,
            };
            for found in policy::traffic(facts, &path, None) {
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
    effect: PolicyEffect,
    route: &HttpRoute,
) {
    let (says, status, share) = match effect {
        PolicyEffect::Replaces(says) => (says, 500, 1.0),
        PolicyEffect::Answers { status, share, says } if status >= 400 && share > 0.0 => {
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

fn finding(meta: &igw_core::kube::Meta, harm: &Harm) -> Finding {
    let mut names = harm.routes.clone();
    names.sort();
    names.dedup();
    let routes = format!("HTTPRoute {}", text::some_of(&names, 4));
    let (says, status) = (&harm.says, harm.status);
    let title = match text::share(harm.share).as_str() {
        "all" => format!("Every request to {routes} gets {status}: {says}."),
        share => format!("{share} of the requests to {routes} get {status}: {says}."),
    };
    let explanation = match status {
        500 if harm.share >= 1.0 => format!(
            "kgateway replaces everything that an invalid policy is attached to with a direct response whose body is \"{REPLACED_BODY}\"."
        ),
        _ => "The policy answers before the request reaches a backend.".to_owned(),
    };
    Finding::at(meta, "/spec", title)
        .explain(explanation)
        .label(says.clone())
        .effect(status, harm.share, routes)
}

/// A ListenerPolicy that makes kgateway replace all routes of its Gateway.
fn whole_gateway(facts: &Facts, compiled: &Compiled, object: &ObjRef, says: &str, out: &mut Sink) {
    let policies = facts.list::<ListenerPolicy>(None).items;
    let own = policies.into_iter().find(|policy| policy.meta.reference() == *object);
    let Some(policy) = own.filter(|policy| facts.scope.contains(&policy.meta)) else { return };
    let gateway = compiled.gateway.meta.title();
    let title = format!("Every request to {gateway} gets 500: {says}.");
    out.finding(
        Finding::at(&policy.meta, "/spec", title)
            .explain(format!("kgateway replaces all its routes with a direct response whose body is \"{REPLACED_BODY}\". The Gateway has Accepted=False GatewayReplaced and stays Programmed=True."))
            .label(says)
            .effect(500, 1.0, format!("every request to {gateway}"))
            .related(compiled.gateway.meta.reference()),
    );
}
