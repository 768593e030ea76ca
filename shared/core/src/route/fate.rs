//! Whether kgateway serves the rules of a route as they are.

use super::policy::{self, PolicyEffect};
use super::rule::{self, Action};
use super::{buildable, envoy};
use crate::facts::Facts;
use crate::facts::views::*;
use crate::route::profile::Profile;

pub(super) enum RouteFate {
    Good,
    Bad(&'static str),
    Unknown,
}

/// Whether kgateway replaces or drops a rule of a route.
pub(super) fn fate(facts: &Facts, route: &HttpRoute, profile: &Profile) -> RouteFate {
    if !profile.is_kgateway() {
        // An expression that does not compile may cost the route its acceptance, and so may a filter
        // that the API does not have.
        let broken = |own: &envoy::RefusedValue| own.certain && (own.matcher || own.unsendable);
        let mut filters = route.rules.iter().flat_map(|rule| &rule.filters);
        let unsound = filters.any(|filter| filter.unsound().is_some());
        return match unsound || envoy::refuses(route).iter().any(broken) {
            true => RouteFate::Unknown,
            false => RouteFate::Good,
        };
    }
    fate_of_rules(facts, route, 0..route.rules.len(), profile)
}

/// The same of some rules alone, by their indices.
pub(super) fn fate_of_rules(
    facts: &Facts,
    route: &HttpRoute,
    rules: impl IntoIterator<Item = usize>,
    profile: &Profile,
) -> RouteFate {
    let mut unknown = false;
    let mut bad = None;
    for index in rules {
        let rule = &route.rules[index];
        let delegates = rule.backend_refs.iter().any(BackendRef::is_delegation);
        if profile.is_strict()
            && let Some((dropped, _)) = rule::strict_fate(route, index)
        {
            // A rule that delegates is not tried out.
            match delegates {
                true => unknown = true,
                false => {
                    bad = Some(if dropped { "RouteRuleDropped" } else { "RouteRuleReplaced" });
                }
            }
            continue;
        }
        // What a filter of another kind comes to in a rule without an action was not looked at.
        if delegates && rule.extension_refs().any(|own| own.kind != "TrafficPolicy") {
            unknown = true;
            continue;
        }
        match rule::instead(facts, route, index, profile) {
            Some(Action::Replaced(_)) => bad = Some("RouteRuleReplaced"),
            Some(Action::Unknown(_)) => unknown = true,
            _ => {}
        }
        // The Gateway's own policies are the Gateway's business: only the route's count.
        let path = policy::Path::of_route(&route.meta, rule);
        for policy in policy::traffic(facts, &path, None) {
            let namespace = policy.object.namespace.as_deref().unwrap_or_default();
            let own = facts.store.get::<TrafficPolicy>(namespace, &policy.object.name, |_| ());
            let sound = |own: &TrafficPolicy| buildable::has_its_secrets(facts, own);
            unknown |= !own.known().is_some_and(sound);
            for effect in policy.effects {
                match effect {
                    PolicyEffect::Replaces(_) => bad = Some("RouteRuleReplaced"),
                    PolicyEffect::MayAnswer(says) if says.starts_with("rbac") => unknown = true,
                    _ => {}
                }
            }
        }
    }
    match (bad, unknown) {
        (Some(reason), _) => RouteFate::Bad(reason),
        (None, true) => RouteFate::Unknown,
        (None, false) => RouteFate::Good,
    }
}
