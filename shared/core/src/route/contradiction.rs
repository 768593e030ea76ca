//! What a controller wrote of an object that is not what is predicted of it.

use std::borrow::Cow;

use super::attach::Attachment;
use super::backend::JudgedBackend;
use super::compare::{self, Disagreement};
use super::gateway::{self, Compiled};
use super::profile::{Profile, Version};
use super::{class, route_status, status};
use crate::facts::Facts;
use crate::facts::views::*;

/// What is written of a route for one parent, and not as predicted. `judged` tells what a backend is
/// worth by some rules ([`super::backend::judge_of`]).
pub fn of_route<'a, 'j>(
    facts: &Facts,
    route: &'a HttpRoute,
    reference: &ParentRef,
    found: &Attachment,
    judged: impl Fn(&Rule, &BackendRef, &Profile) -> Cow<'j, JudgedBackend>,
) -> Vec<Disagreement<'a>> {
    let gateway = found.parent.gateway();
    // What was said before the Gateway was changed is no evidence, either.
    if !route.written.is_current() || gateway.written.stale().is_some() {
        return Vec::new();
    }
    let class = || facts.get::<GatewayClass>("", &gateway.class).known();
    let controller = match found.profile.is_kgateway() {
        true => GatewayClass::KGATEWAY,
        false => class().map_or("", |class| class.controller.as_str()),
    };
    let mut apart = under_all(facts, found.profile, |profile| {
        let under = match profile == found.profile {
            true => Cow::Borrowed(found),
            false => Cow::Owned(Attachment { profile, ..found.clone() }),
        };
        let judged = |rule: &Rule, reference: &BackendRef| judged(rule, reference, &profile);
        let predicted = route_status::conditions(facts, route, &under, judged);
        let home = &route.meta.namespace;
        compare::at_parent(home, reference, controller, predicted, &route.written.said)
    });
    let homes = [route.meta.namespace.as_str(), gateway.meta.namespace.as_str()];
    apart.retain(|one| {
        counts(one, &found.profile) && !hangs_on_unknown_policies(facts, &homes, one)
    });
    apart
}

/// What is written of a Gateway and its own listeners, and not as predicted.
pub fn of_gateway<'a>(facts: &Facts<'a>, compiled: &Compiled<'a>) -> Vec<Disagreement<'a>> {
    let (gateway, own) = (compiled.gateway, compiled.profile);
    if !gateway.written.is_current() {
        return Vec::new();
    }
    let home = gateway.meta.namespace.as_str();
    let mut apart = under_all(facts, own, |profile| {
        let predicted = match profile == own {
            true => status::of_gateway(facts, compiled),
            false => status::of_gateway(facts, &gateway::compile(facts, gateway, profile)),
        };
        compare::disagreements(home, &predicted, &gateway.written.said)
    });
    apart.retain(|one| counts(one, &own) && !hangs_on_unknown_policies(facts, &[home], one));
    apart
}

/// What is written of a ListenerSet of a Gateway and its listeners, and not as predicted.
pub fn of_listener_set<'a>(
    facts: &Facts<'a>,
    set: &'a ListenerSet,
    compiled: &Compiled<'a>,
) -> Vec<Disagreement<'a>> {
    let (gateway, own) = (compiled.gateway, compiled.profile);
    if !set.written.is_current() || gateway.written.stale().is_some() {
        return Vec::new();
    }
    let home = set.meta.namespace.as_str();
    let mut apart = under_all(facts, own, |profile| {
        let predicted = match profile == own {
            true => status::of_listener_set(facts, set, Some(compiled)),
            false => {
                let compiled = gateway::compile(facts, gateway, profile);
                status::of_listener_set(facts, set, Some(&compiled))
            }
        };
        compare::disagreements(home, &predicted, &set.written.said)
    });
    apart.retain(|one| counts(one, &own));
    apart
}

/// Whether a condition says that something is refused.
pub fn refuses(kind: &str, status: &str) -> bool {
    match kind {
        "Conflicted" => status == "True",
        _ => status == "False",
    }
}

/// Whether the controller refuses what the prediction accepts.
pub fn is_refusal(one: &Disagreement) -> bool {
    let (theirs, ours) = (one.written, &one.predicted);
    refuses(&theirs.kind, &theirs.status) && !refuses(&ours.kind, &ours.status)
}

/// The possible rules of the kgateway that wrote the status, likeliest first.
fn versions(facts: &Facts, profile: Profile) -> Vec<Profile> {
    match profile {
        Profile::Kgateway { validation, .. } if class::kgateway_known(facts).is_none() => {
            let all = Version::KGATEWAYS.into_iter().rev();
            all.map(|version| Profile::Kgateway { version, validation }).collect()
        }
        known => vec![known],
    }
}

/// Disagreements that remain under every version that may have written.
fn under_all<'a>(
    facts: &Facts,
    profile: Profile,
    under: impl Fn(Profile) -> Vec<Disagreement<'a>>,
) -> Vec<Disagreement<'a>> {
    let mut out: Option<Vec<Disagreement>> = None;
    for version in versions(facts, profile) {
        let found = under(version);
        let left = match out {
            None => found,
            Some(mut before) => {
                before.retain(|one| found.iter().any(|other| other.path == one.path));
                before
            }
        };
        if left.is_empty() {
            return left;
        }
        out = Some(left);
    }
    out.unwrap_or_default()
}

/// Whether a difference says something: of a controller whose reasons were not observed, what it
/// refuses.
fn counts(one: &Disagreement, profile: &Profile) -> bool {
    let known = ["Accepted", "Programmed", "ResolvedRefs", "Conflicted"];
    let theirs = one.written;
    profile.is_kgateway()
        || (known.contains(&theirs.kind.as_str()) && theirs.status != "Unknown" && is_refusal(one))
}

/// Whether a policy outside the input may explain the difference.
fn hangs_on_unknown_policies(facts: &Facts, homes: &[&str], one: &Disagreement) -> bool {
    let predicted = &one.predicted;
    ["Accepted", "kgateway.dev/Programmed"].contains(&predicted.kind.as_str())
        && predicted.status == "True"
        && homes.iter().any(|home| {
            facts.list::<TrafficPolicy>(Some(home)).gap.is_some()
                || facts.list::<ListenerPolicy>(Some(home)).gap.is_some()
        })
}
