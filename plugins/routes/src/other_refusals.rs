//! What controllers refuse of policies and routes whose kinds no rule reads.

use igw_core::check::Sink;
use igw_core::facts::views::{ParentStatus, WrittenCondition};
use igw_core::facts::{Facts, Other};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::ENVOY_GATEWAY_API;
use igw_core::kube::Meta;
use igw_core::route::reason::{self, ReasonHarm};
use igw_core::text;

/// Reports policies, by the answers for each of their targets.
pub fn of_policies(facts: &Facts, out: &mut Sink) {
    let answered = in_scope(facts).filter(|other| other.route.is_none());
    for other in answered {
        for answer in &other.refusals {
            let counts =
                |one: &&WrittenCondition| ["Accepted", "Attached"].contains(&one.kind.as_str());
            if let Some(condition) = answer.conditions.iter().find(counts) {
                out.finding(policy(&other.meta, answer, condition));
            }
        }
    }
}

/// Reports routes of other kinds, by the answers for each of their parents.
pub fn of_routes(facts: &Facts, out: &mut Sink) {
    for other in in_scope(facts).filter(|other| other.route.is_some()) {
        for answer in &other.refusals {
            if let Some(condition) = answer.conditions.first() {
                out.finding(route(&other.meta, answer, condition));
            }
        }
    }
}

fn in_scope<'f>(facts: &'f Facts) -> impl Iterator<Item = &'f Other> {
    facts.store.others.iter().filter(|other| facts.scope.contains(&other.meta))
}

/// `Accepted=False Invalid`.
fn wrote(condition: &WrittenCondition) -> String {
    let says = format!("{}={} {}", condition.kind, condition.status, condition.reason);
    text::clean(&text::clip(&says, 100))
}

/// What an answer is about; `None`: the object as a whole.
fn place(meta: &Meta, answer: &ParentStatus) -> Option<String> {
    let reference = &answer.reference;
    let namespace = reference.namespace.as_ref().unwrap_or(&meta.namespace);
    let kind = reference.kind.as_deref().unwrap_or("Gateway");
    let place = text::clean(&text::clip(&format!("{kind} {namespace}/{}", reference.name), 200));
    (!reference.name.is_empty()).then_some(place)
}

fn who(answer: &ParentStatus) -> String {
    match answer.controller.as_str() {
        "" => "Its controller".to_owned(),
        name => text::clean(&text::clip(name, 100)),
    }
}

fn evidence(meta: &Meta, answer: &ParentStatus) -> String {
    let list = if meta.kind.ends_with("Route") { "parents" } else { "ancestors" };
    match answer.reference.name.is_empty() {
        true => format!("{}, status.conditions", meta.title()),
        false => format!("{}, status.{list}", meta.title()),
    }
}

fn policy(meta: &Meta, answer: &ParentStatus, condition: &WrittenCondition) -> Finding {
    let wrote = wrote(condition);
    let title = match place(meta, answer) {
        Some(place) => format!("{} is refused for {place}: {wrote}.", meta.title()),
        None => format!("{} is refused: {wrote}.", meta.title()),
    };
    // `securitypolicy.go`, `backendtrafficpolicy.go` and their like in Envoy Gateway's translator.
    let harm = match (meta.group() == ENVOY_GATEWAY_API, condition.reason.as_str()) {
        (true, "Invalid") => {
            "What it was meant to do does not happen: where it is attached, Envoy Gateway answers 500 in its place, unless it fails open."
        }
        (_, "Overridden" | "Conflicted") => {
            "Another policy takes its place. Requests skip what this one was meant to do."
        }
        _ => {
            "Requests skip what it was meant to do, or its controller keeps them out; which of them depends on the controller."
        }
    };
    Finding::at(meta, "/spec", title)
        .explain(format!("{harm} {}", reason::said(condition)))
        .label("refused")
        .evidence(format!("{}, {}", evidence(meta, answer), who(answer)), wrote)
        .only(Severity::Warning)
}

fn route(meta: &Meta, answer: &ParentStatus, condition: &WrittenCondition) -> Finding {
    let wrote = wrote(condition);
    let at = place(meta, answer).map(|place| format!(" at {place}")).unwrap_or_default();
    let title = format!("{} wrote {wrote} for {}{at}.", who(answer), meta.title());
    // Only calls have an answer of HTTP.
    let calls = meta.kind == "GRPCRoute";
    let harm = match reason::of_route(&condition.kind, &condition.status, &condition.reason) {
        Some(ReasonHarm::Status(status)) if calls => format!("Calls to it get {status}. "),
        Some(ReasonHarm::Part(status)) if calls => {
            format!("Calls to the affected backend or rule get {status}. ")
        }
        Some(_) => "Connections that it was meant to take fail. ".to_owned(),
        None => String::new(),
    };
    Finding::at(meta, "/spec", title)
        .explain(format!("{harm}{}", reason::said(condition)))
        .label("refused")
        .evidence(format!("{}, {}", evidence(meta, answer), who(answer)), wrote)
}
