//! # A policy is not attached
//!
//! ## What it means
//! A TrafficPolicy, ListenerPolicy, HTTPListenerPolicy, BackendConfigPolicy or BackendTLSPolicy has
//! `Accepted=False` or `Attached=False`, or nothing that it could be attached to: its target is not in
//! the policy's own namespace, or has no listener, rule or port of that name. Then no controller
//! writes a status for it at all. In a running cluster a policy without a status whose target is
//! served is told, too.
//!
//! ## Why it matters
//! A policy that is not attached does nothing: requests pass without its authentication, its limits,
//! its TLS, and nothing fails. An *invalid* policy is worse for clients: kgateway answers 500 itself to
//! every request that the policy would be about, and says so in the policy's status only.
//!
//! ## Example
//! A TrafficPolicy with `extAuth` in the namespace `security`, whose target is an HTTPRoute in `models`:
//! targetRefs have no namespace, so it is looked for in `security`, where there is none.
//!
//! ## Fix safety
//! Unsafe: once attached, the policy begins to refuse requests, as it was meant to.
//!
//! ## Sources
//! kgateway main, as seen (policies); `api/v1alpha1/shared/policy_types.go`; Gateway API
//! `policy_types.go` (PolicyAncestorStatus).

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{
    Answer, BackendConfigPolicy, BackendTlsPolicy, Gateway, GatewayClass, HttpRoute, Listener,
    ListenerPolicy, ListenerSet, Seen, Service, TargetRef, Targets, TrafficPolicy, Written,
};
use igw_core::facts::{self, Fact, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::reason;
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0134.
pub struct PolicyNotAttached;

static META: Meta = Meta {
    code: "IGW0134",
    name: "policy-not-attached",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway],
    source: include_str!("policy_not_attached.rs"),
};

impl Check for PolicyNotAttached {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        // It is told about policies, and named are routes.
        if !cx.scope.names.is_empty() {
            return;
        }
        let home = cx.scope.namespace.as_deref();
        for policy in cx.list::<TrafficPolicy>(home).items {
            judge(cx, &policy.meta, &policy.targets, &policy.written, out);
        }
        for policy in cx.list::<ListenerPolicy>(home).items {
            judge(cx, &policy.meta, &policy.targets, &policy.written, out);
        }
        for policy in cx.list::<BackendConfigPolicy>(home).items {
            judge(cx, &policy.meta, &policy.targets, &policy.written, out);
        }
        for policy in cx.list::<BackendTlsPolicy>(home).items {
            judge(cx, &policy.meta, &policy.targets, &policy.written, out);
        }
    }
}

fn judge(cx: &Scene, meta: &facts::Meta, targets: &Targets, written: &Written, out: &mut Sink) {
    if !cx.scope.contains(meta) {
        return;
    }
    let (mut found, mut looked) = (false, false);
    for (index, target) in targets.refs.iter().enumerate() {
        let path = pointer!["spec", "targetRefs", index];
        let looks = look(cx, meta, target);
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
    if !found && written.said.parents.is_empty() && waits(cx, meta, targets) {
        found = true;
        out.finding(unanswered(meta));
    }
    if looked && !found {
        out.passed();
    }
}

/// What a target is worth.
enum Looks {
    There,
    Nothing(String),
    Unknown,
}

/// Looks for a target: in the policy's own namespace, with its section.
fn look(cx: &Scene, policy: &facts::Meta, target: &TargetRef) -> Looks {
    let (home, name) = (policy.namespace.as_str(), target.name.as_str());
    let listeners = |all: &[Listener]| all.iter().map(|one| one.name.clone()).collect();
    let sections: Fact<Vec<String>> = match target.kind.as_str() {
        "Gateway" => cx.get::<Gateway>(home, name).map(|gateway| listeners(&gateway.listeners)),
        "ListenerSet" | "XListenerSet" => {
            cx.get::<ListenerSet>(home, name).map(|set| listeners(&set.listeners))
        }
        "HTTPRoute" => cx
            .get::<HttpRoute>(home, name)
            .map(|route| route.rules.iter().filter_map(|rule| rule.name.clone()).collect()),
        "Service" => cx
            .get::<Service>(home, name)
            .map(|service| service.ports.iter().map(|port| port.name.clone()).collect()),
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
        (Fact::Absent, _) => Looks::Nothing(format!("there is no {object}")),
        (Fact::Known(all), Some(section)) if !all.contains(section) => {
            Looks::Nothing(format!("{object} has no {noun} {section}"))
        }
        (Fact::Known(_), _) => Looks::There,
    }
}

/// The condition by which a controller refuses a policy, or leaves it out.
fn refused(answer: &Answer) -> Option<&Seen> {
    let is_false = |kind: &str| {
        let mut all = answer.conditions.iter();
        all.find(|c| c.kind == kind && c.status == "False" && !c.old)
    };
    is_false("Accepted").or_else(|| is_false("Attached"))
}

/// Whether a policy should have a status by now: a Gateway that kgateway serves is its target, or a
/// route that such a Gateway has taken. Attached policies have one (seen).
fn waits(cx: &Scene, meta: &facts::Meta, targets: &Targets) -> bool {
    // In files a missing status proves nothing, and nobody has seen what is not applied yet.
    if cx.store.world.is_some() || cx.store.overlaid {
        return false;
    }
    let home = meta.namespace.as_str();
    let own = |target: &TargetRef| match target.kind.as_str() {
        "Gateway" => cx.get::<Gateway>(home, &target.name).known().is_some_and(|gateway| {
            let kgateway = cx.profile(gateway).known().is_some_and(|p| p.is_kgateway());
            kgateway && gateway.written.answered
        }),
        "HTTPRoute" => cx.get::<HttpRoute>(home, &target.name).known().is_some_and(|route| {
            let took = |c: &Seen| c.kind == "Accepted" && c.status == "True" && !c.old;
            let mut answers = route.written.said.parents.iter();
            answers.any(|answer| {
                answer.controller == GatewayClass::KGATEWAY && answer.conditions.iter().any(took)
            })
        }),
        _ => false,
    };
    targets.refs.iter().any(own)
}

fn without_target(meta: &facts::Meta, path: String, why: &str) -> Finding {
    let title = format!("{} is attached to nothing: {why}.", meta.title());
    Finding::at(meta, path, title)
        .explain(format!(
            "A target is looked for in the policy's own namespace, and no controller writes a status where there is none. {LOST}"
        ))
        .label(why)
        .only(Severity::Warning)
}

/// What is lost without a policy.
const LOST: &str = "Requests pass without what the policy was meant to do.";

fn not_attached(meta: &facts::Meta, answer: &Answer, condition: &Seen) -> Finding {
    let reference = &answer.reference;
    let namespace = reference.namespace.as_ref().unwrap_or(&meta.namespace);
    let kind = reference.kind.as_deref().unwrap_or("Gateway");
    let place = words::clean(&words::clip(&format!("{kind} {namespace}/{}", reference.name), 200));
    let controller = words::clean(&words::clip(&answer.controller, 100));
    let wrote = words::clean(&words::clip(
        &format!("{}={} {}", condition.kind, condition.status, condition.reason),
        100,
    ));
    let title = format!("{} is not attached at {place}: {wrote}.", meta.title());
    let kgateway = answer.controller == GatewayClass::KGATEWAY;
    let fails = kgateway && condition.kind == "Accepted" && condition.reason != "Pending";
    let effect = match (fails, condition.reason.as_str()) {
        (true, _) => {
            "Requests that it is about get 500 from kgateway: what an invalid policy is attached to is taken out of service.".to_owned()
        }
        (_, "Overridden") => {
            format!("Another policy on the same target, the older or first by name, has the same field and wins. {LOST}")
        }
        _ => LOST.to_owned(),
    };
    let out = Finding::at(meta, "/spec", title)
        .explain(format!("{effect} {}", reason::said(condition)))
        .label("not attached")
        .evidence(format!("{}, status.ancestors, {controller}", meta.title()), wrote);
    match fails {
        true => out.effect(500, 1.0, format!("requests that {} is about", meta.title())),
        false => out.only(Severity::Warning),
    }
}

fn unanswered(meta: &facts::Meta) -> Finding {
    let title = format!("kgateway has written no status for {}.", meta.title());
    Finding::at(meta, "/spec/targetRefs", title)
        .explain(format!(
            "Its target is served, and policies that are attached have a status: kgateway does not see this one, or has not come to it yet. {LOST}"
        ))
        .label("not answered")
        .evidence(format!("{}, status.ancestors", meta.title()), "none")
        .only(Severity::Warning)
}
