//! The conditions of an HTTPRoute for one parent (`processHTTPRouteParentRefs`).

use super::destination::{self, Destination};
use super::route_fault::{RouteFault, reasons};
use super::rule_filters;
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::route::attach::{Acceptance, AttachRefusal};
use crate::route::condition::Condition;
use crate::route::envoy;

/// What the listeners of a parent say of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParentSays {
    Attached,
    /// No listener takes the route: the reason of the condition.
    NotLetIn(&'static str),
    /// No listener has a hostname of the route: the reason of the condition.
    NoHostname(&'static str),
    Unknown,
}

impl ParentSays {
    pub fn of(outcome: &Acceptance) -> ParentSays {
        match outcome {
            Acceptance::Attached(_) => ParentSays::Attached,
            Acceptance::Refused(refusal @ AttachRefusal::NoMatchingListenerHostname) => {
                ParentSays::NoHostname(refusal.reason())
            }
            Acceptance::Refused(refusal) => ParentSays::NotLetIn(refusal.reason()),
            Acceptance::Unknown(_) => ParentSays::Unknown,
        }
    }
}

/// The conditions of a route for one parent.
pub fn conditions(
    facts: &Facts,
    route: &HttpRoute,
    gateway: &Gateway,
    says: ParentSays,
) -> Vec<Condition> {
    let mut faults = Vec::new();
    let mut left_out = Vec::new();
    for (index, rule) in route.rules.iter().enumerate() {
        let own = of_rule(facts, route, index, rule, gateway);
        left_out.push(of_kind(&own, true));
        faults.extend(own);
    }
    let mut conditions = Vec::new();
    conditions.extend(accepted(&faults, &left_out, says));
    match reasons(faults.iter().filter(|fault| !fault.refuses)) {
        Fact::Absent => conditions.push(Condition::new("ResolvedRefs", "True", "ResolvedRefs")),
        Fact::Known(reason) => conditions.push(Condition::new("ResolvedRefs", "False", &reason)),
        Fact::Unknown(_) => {}
    }
    conditions
}

/// Whether a rule has a fault of a kind: `None` if that is not known.
fn of_kind(faults: &[RouteFault], refuses: bool) -> Option<bool> {
    let own: Vec<&RouteFault> = faults.iter().filter(|fault| fault.refuses == refuses).collect();
    match own.iter().any(|fault| fault.reason.is_some()) {
        true => Some(true),
        false => own.is_empty().then_some(false),
    }
}

/// `Accepted`, and `PartiallyInvalid` where some rules are left out. A rule that is at fault costs
/// the route its acceptance only beside no good one, and whoever sets the condition last has set it.
fn accepted(faults: &[RouteFault], left_out: &[Option<bool>], says: ParentSays) -> Vec<Condition> {
    let refused = |reason: &str| vec![Condition::new("Accepted", "False", reason)];
    let good = Condition::new("Accepted", "True", "Accepted");
    let all = left_out.iter().all(|own| *own == Some(true));
    match (says, reasons(faults.iter().filter(|fault| fault.refuses))) {
        (ParentSays::Unknown, _) => Vec::new(),
        (ParentSays::NoHostname(reason), _) => refused(reason),
        (_, Fact::Unknown(_)) => Vec::new(),
        (ParentSays::NotLetIn(reason), Fact::Absent) => refused(reason),
        (ParentSays::Attached, Fact::Absent) => vec![good],
        (_, Fact::Known(reason)) if all => refused(&reason),
        (_, Fact::Known(reason)) => {
            vec![good, Condition::new("PartiallyInvalid", "True", &reason)]
        }
    }
}

/// What is wrong with a rule (`processHTTPRouteRules`).
fn of_rule(
    facts: &Facts,
    route: &HttpRoute,
    index: usize,
    rule: &Rule,
    gateway: &Gateway,
) -> Vec<RouteFault> {
    let follow =
        |reference: &BackendRef| destination::of(facts, &route.meta, reference, Some(gateway));
    let mirrored = |reference: &BackendRef| destination::mirrored(follow(reference));
    let filters = rule_filters::apply(facts, &route.meta, &rule.filters, &mirrored);
    let filtered = filters.faults.iter().any(|fault| fault.reason.is_some());
    let mut faults = filters.faults;
    if let Some(fault) = filters.bad_matches.or_else(|| bad_match(route, index)) {
        let known = fault.reason.is_some();
        faults.push(fault);
        // Such a rule is left out before its backends are looked at.
        if known {
            return faults;
        }
    }
    let (mut any_good, mut dynamic, mut any_bad) = (false, false, false);
    for reference in &rule.backend_refs {
        match follow(reference) {
            Destination::Bad { reason, says, .. } => {
                any_bad = true;
                faults.push(RouteFault::reference(reason, says));
            }
            Destination::Unknown(says) => faults.push(RouteFault::unknown(false, says)),
            Destination::Good { dynamic: own } if reference.weight > 0 => {
                any_good = true;
                dynamic |= own;
            }
            Destination::Good { .. } | Destination::Nobody(_) => {}
        }
    }
    let decided = filtered || (!any_good && any_bad);
    if dynamic && !decided {
        if filters.rewriting.host_of_path {
            let says = "a DynamicResolver does not take its host out of the path";
            faults.push(RouteFault::reference(RouteFault::UNSUPPORTED, says));
        } else if rule.backend_refs.len() > 1 {
            let says = "a DynamicResolver stands alone in its rule";
            faults.push(RouteFault::reference("InvalidBackendRef", says));
        }
    }
    faults
}

/// A regular expression of the rule's matches that RE2 refuses.
fn bad_match(route: &HttpRoute, rule: usize) -> Option<RouteFault> {
    let refused = envoy::refuses(route).into_iter().filter(|own| own.matcher && own.rule == rule);
    let refused = refused.max_by_key(|own| own.certain)?;
    Some(match refused.certain {
        true => RouteFault::refusal(refused.says),
        false => RouteFault::unknown(true, refused.says),
    })
}
