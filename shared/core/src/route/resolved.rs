//! Whether the references of a route resolve.

use std::borrow::Cow;

use super::backend::{self, JudgedBackend};
use super::delegation::{DelegationFault, Visit};
use super::grants;
use super::outcome::Outcome;
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::route::profile::Profile;

/// The reason of `ResolvedRefs=False`: the last error of the route wins (seen).
pub(super) fn resolved<'j>(
    facts: &Facts,
    route: &HttpRoute,
    profile: &Profile,
    judged: impl Fn(&Rule, &BackendRef) -> Cow<'j, JudgedBackend>,
) -> Fact<Option<&'static str>> {
    let mut last = None;
    let mut unknown = None;
    for rule in &route.rules {
        for reference in &rule.backend_refs {
            let judged = judged(rule, reference);
            match judged.outcome {
                Outcome::Fails { reason: Some(reason), .. } => last = Some(reason),
                Outcome::Unknown if !is_resolved(facts, route, reference, profile) => {
                    unknown = Some(Why::not_given(judged.into_owned().says));
                }
                _ => {}
            }
        }
        // A bad mirror sets the condition under the specification (hr:1330-1342); kgateway
        // leaves it out without a word (seen).
        for filter in rule.filters.iter().filter(|_| !profile.is_kgateway()) {
            if let Filter::RequestMirror { mirror } = filter {
                let judged = backend::judge(facts, &route.meta, &mirror.backend_ref, profile);
                if let Outcome::Fails { reason: Some(reason), .. } = judged.outcome {
                    last = Some(reason);
                }
            }
        }
    }
    match (last, unknown) {
        (_, Some(why)) => Fact::Unknown(why),
        (last, None) => Fact::Known(last),
    }
}

/// Whether a reference is known to resolve although its traffic cannot be judged.
fn is_resolved(
    facts: &Facts,
    route: &HttpRoute,
    reference: &BackendRef,
    profile: &Profile,
) -> bool {
    let namespace = reference.namespace_from(&route.meta);
    let permitted = backend::crossing(&route.meta, reference).is_none_or(|c| {
        matches!(grants::permitted(facts, &c, profile.is_kgateway()), Fact::Known(_))
    });
    permitted
        && match backend::target(reference, profile) {
            backend::BackendKind::Service => {
                facts.get::<Service>(namespace, &reference.name).known().is_some_and(|service| {
                    service.ports.iter().any(|p| Some(p.port) == reference.port)
                })
            }
            backend::BackendKind::KgatewayBackend => {
                facts.get::<Backend>(namespace, &reference.name).known().is_some()
            }
            _ => false,
        }
}

/// The same of a route that delegates, or of a child, by the matches that kgateway looks at: of
/// these alone it follows the references.
pub(super) fn resolved_by(
    facts: &Facts,
    visits: &[&Visit],
    profile: &Profile,
) -> Fact<Option<&'static str>> {
    let (mut last, mut unknown) = (None, None);
    for visit in visits {
        let rule = &visit.route.rules[visit.rule];
        for (position, reference) in rule.backend_refs.iter().enumerate() {
            if reference.is_delegation() {
                match visit.faults.iter().find(|(at, _)| *at == position) {
                    Some((_, DelegationFault::Broken { reason, .. })) => last = Some(*reason),
                    Some((_, DelegationFault::Open { says, resolves: false })) => {
                        unknown = Some(Why::not_given(says.clone()));
                    }
                    _ => {}
                }
                continue;
            }
            let judged = backend::judge(facts, &visit.route.meta, reference, profile);
            match judged.outcome {
                Outcome::Fails { reason: Some(reason), .. } => last = Some(reason),
                Outcome::Unknown if !is_resolved(facts, visit.route, reference, profile) => {
                    unknown = Some(Why::not_given(judged.says));
                }
                _ => {}
            }
        }
    }
    match (last, unknown) {
        (_, Some(why)) => Fact::Unknown(why),
        (last, None) => Fact::Known(last),
    }
}
