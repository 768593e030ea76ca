//! # A policy is not attached
//!
//! ## What it means
//! A TrafficPolicy, ListenerPolicy, HTTPListenerPolicy, BackendConfigPolicy or BackendTLSPolicy has
//! `Accepted=False` or `Attached=False`, or it has no target to attach to: the target is not in the
//! policy's own namespace, or has no listener, rule or port of that name. Then no controller writes
//! a status for the policy at all. In a running cluster, a policy without a status whose target is
//! served is also reported. Of a policy of another kind (SecurityPolicy, BackendTrafficPolicy, an
//! Istio policy …) it is reported what its controller has written: `Accepted=False` or
//! `Attached=False`.
//!
//! ## Why it matters
//! A policy that is not attached does nothing: requests pass without its authentication, its
//! limits, its TLS, and nothing fails. An *invalid* policy is worse for clients: kgateway itself
//! answers 500 to every request that the policy applies to, and reports this only in the policy's
//! status.
//!
//! ## Example
//! A TrafficPolicy with `extAuth` in the namespace `security`, whose target is an HTTPRoute in
//! `models`: targetRefs have no namespace, so kgateway looks for the route in `security`, where it
//! does not exist.
//!
//! ## Fix safety
//! Unsafe: once attached, the policy begins to reject requests, as it was meant to.
//!
//! ## Sources
//! Observed in kgateway main (policies); `api/v1alpha1/shared/policy_types.go`; Gateway API
//! `policy_types.go` (PolicyAncestorStatus).

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{
    BackendConfigPolicy, BackendTlsPolicy, Gateway, GatewayClass, HttpRoute, Listener,
    ListenerPolicy, ListenerSet, ParentStatus, Service, TargetRef, Targets, TrafficPolicy, Written,
    WrittenCondition,
};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, Meta};
use igw_core::route::{class, reason};
use igw_core::{page, pointer, text};

use crate::other_refusals;

pub static CHECK: Check = Check {
    code: "IGW0134",
    name: "policy-not-attached",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    // It is told about policies, and named are routes.
    if !facts.scope.names.is_empty() {
        return;
    }
    other_refusals::of_policies(facts, out);
    let home = facts.scope.namespace.as_deref();
    for policy in facts.list::<TrafficPolicy>(home).items {
        judge(facts, &policy.meta, &policy.targets, &policy.written, out);
    }
    for policy in facts.list::<ListenerPolicy>(home).items {
        judge(facts, &policy.meta, &policy.targets, &policy.written, out);
    }
    for policy in facts.list::<BackendConfigPolicy>(home).items {
        judge(facts, &policy.meta, &policy.targets, &policy.written, out);
    }
    for policy in facts.list::<BackendTlsPolicy>(home).items {
        judge(facts, &policy.meta, &policy.targets, &policy.written, out);
    }
}

fn judge(facts: &Facts, meta: &Meta, targets: &Targets, written: &Written, out: &mut Sink) {
    if !facts.scope.contains(meta) {
        return;
    }
    let (mut found, mut looked) = (false, false);
    for (index, target) in targets.refs.iter().enumerate() {
        let path = pointer!["spec", "targetRefs", index];
        let looks = look(facts, meta, target);
        looked |= !matches!(looks, Looks::Unknown);
        if let Looks::Nothing(why) = looks {
            found = true;
            out.finding(without_target(meta, path, &why));
        }
    }
    for answer in &written.said.parents {
        looked = true;
        if let Some(condition) = refused(answer) {
            found = true;
            out.finding(not_attached(meta, answer, condition));
        }
    }
    if !found && written.said.parents.is_empty() && waits(facts, meta, targets) {
        found = true;
        out.finding(unanswered(meta));
    }
    if looked && !found {
        out.passed();
    }
}

enum Looks {
    There,
    Nothing(String),
    Unknown,
}

/// Looks for a target: in the policy's own namespace, with its section.
fn look(facts: &Facts, policy: &Meta, target: &TargetRef) -> Looks {
    let (home, name) = (policy.namespace.as_str(), target.name.as_str());
    let listeners = |all: &[Listener]| all.iter().map(|one| one.name.clone()).collect();
    let sections: Fact<Vec<String>> = match target.kind.as_str() {
        "Gateway" => facts.get::<Gateway>(home, name).map(|gateway| listeners(&gateway.listeners)),
        "ListenerSet" | "XListenerSet" => {
            facts.get::<ListenerSet>(home, name).map(|set| listeners(&set.listeners))
        }
        "HTTPRoute" => facts
            .get::<HttpRoute>(home, name)
            .map(|route| route.rules.iter().filter_map(|rule| rule.name.clone()).collect()),
        "Service" => facts.get::<Service>(home, name).map(section_names),
        _ => return Looks::Unknown,
    };
    let noun = match target.kind.as_str() {
        "HTTPRoute" => "rule",
        "Service" => "port",
        _ => "listener",
    };
    let object = format!("{} {home}/{name}", target.kind);
    match (sections, &target.section_name) {
        (Fact::Unknown(_), _) => Looks::Unknown,
        (Fact::Absent, _) => Looks::Nothing(format!("{object} does not exist")),
        (Fact::Known(all), Some(section)) if !all.contains(section) => {
            Looks::Nothing(format!("{object} has no {noun} {section}"))
        }
        (Fact::Known(_), _) => Looks::There,
    }
}

/// The condition by which a controller refuses a policy, or leaves it out.
fn refused(answer: &ParentStatus) -> Option<&WrittenCondition> {
    let is_false = |kind: &str| {
        let mut all = answer.conditions.iter();
        all.find(|c| c.kind == kind && c.status == "False" && !c.old)
    };
    is_false("Accepted").or_else(|| is_false("Attached"))
}

/// Whether a policy should have a status by now: a Gateway that kgateway serves is its target, or a
/// route that such a Gateway has taken. Attached policies have one (seen).
fn waits(facts: &Facts, meta: &Meta, targets: &Targets) -> bool {
    // In files a missing status proves nothing, and nobody has seen what is not applied yet.
    if facts.store.world.is_some() || facts.store.overlaid {
        return false;
    }
    let home = meta.namespace.as_str();
    let own = |target: &TargetRef| match target.kind.as_str() {
        "Gateway" => facts.get::<Gateway>(home, &target.name).known().is_some_and(|gateway| {
            let kgateway = class::profile(facts, gateway).known().is_some_and(|p| p.is_kgateway());
            kgateway && gateway.written.answered
        }),
        "HTTPRoute" => facts.get::<HttpRoute>(home, &target.name).known().is_some_and(|route| {
            let took = |c: &WrittenCondition| c.kind == "Accepted" && c.status == "True" && !c.old;
            let mut answers = route.written.said.parents.iter();
            answers.any(|answer| {
                answer.controller == GatewayClass::KGATEWAY && answer.conditions.iter().any(took)
            })
        }),
        _ => false,
    };
    targets.refs.iter().any(own)
}

fn without_target(meta: &Meta, path: String, why: &str) -> Finding {
    let title = format!("{} is attached to nothing: {why}.", meta.title());
    Finding::at(meta, path, title)
        .explain(format!(
            "A target must be in the policy's own namespace, and no controller writes a status for a policy without a target. {LOST}"
        ))
        .label(why)
        .only(Severity::Warning)
}

const LOST: &str = "Requests skip what the policy was meant to do.";

fn not_attached(meta: &Meta, answer: &ParentStatus, condition: &WrittenCondition) -> Finding {
    let reference = &answer.reference;
    let namespace = reference.namespace.as_ref().unwrap_or(&meta.namespace);
    let kind = reference.kind.as_deref().unwrap_or("Gateway");
    let place = text::clean(&text::clip(&format!("{kind} {namespace}/{}", reference.name), 200));
    let controller = text::clean(&text::clip(&answer.controller, 100));
    let wrote = text::clean(&text::clip(
        &format!("{}={} {}", condition.kind, condition.status, condition.reason),
        100,
    ));
    let title = format!("{} is not attached to {place}: {wrote}.", meta.title());
    let kgateway = answer.controller == GatewayClass::KGATEWAY;
    let fails = kgateway && condition.kind == "Accepted" && condition.reason != "Pending";
    let effect = match (fails, condition.reason.as_str()) {
        (true, _) => {
            "Requests that it applies to get 500: kgateway takes everything that an invalid policy is attached to out of service.".to_owned()
        }
        (_, "Overridden") => {
            format!("Another policy on the same target sets the same field and wins: it is older, or first by name. {LOST}")
        }
        _ => LOST.to_owned(),
    };
    let out = Finding::at(meta, "/spec", title)
        .explain(format!("{effect} {}", reason::said(condition)))
        .label("not attached")
        .evidence(format!("{}, status.ancestors, {controller}", meta.title()), wrote);
    match fails {
        true => out.effect(500, 1.0, format!("requests that {} applies to", meta.title())),
        false => out.only(Severity::Warning),
    }
}

fn unanswered(meta: &Meta) -> Finding {
    let title = format!("kgateway has written no status for {}.", meta.title());
    Finding::at(meta, "/spec/targetRefs", title)
        .explain(format!(
            "Its target is served, and policies that are attached have a status: kgateway does not see this one, or has not processed it yet. {LOST}"
        ))
        .label("no status")
        .evidence(format!("{}, status.ancestors", meta.title()), "none")
        .only(Severity::Warning)
}

/// What `sectionName` may say of a Service: the name of a port, and for some controllers its number.
fn section_names(service: &Service) -> Vec<String> {
    let ports = service.ports.iter();
    ports.flat_map(|port| [port.name.clone(), port.port.to_string()]).collect()
}
