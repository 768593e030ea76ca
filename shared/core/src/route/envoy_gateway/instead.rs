//! What a rule answers by itself for its filters.

use super::destination;
use super::route_fault::RouteFault;
use super::rule_filters;
use crate::facts::Facts;
use crate::facts::views::*;

/// What a rule answers for its filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterAnswer {
    /// 500, as a filter is at fault.
    Fault {
        says: String,
        /// Whether it is what a mirror leads to.
        of_mirror: bool,
    },
    /// This status, as a filter says.
    Direct(u16),
    Unknown(String),
}

/// What the filters of a rule make it answer; `None`: nothing. A rule with a filter that is at fault
/// answers 500 (`processHTTPRouteRules`).
pub fn instead(facts: &Facts, route: &HttpRoute, rule: &Rule) -> Option<FilterAnswer> {
    let filters = rule_filters::apply(facts, &route.meta, &rule.filters, &|reference| {
        destination::mirrored(destination::of(facts, &route.meta, reference, None))
    });
    let known = filters.faults.iter().find(|fault| fault.reason.is_some());
    match (known, filters.faults.first(), filters.direct) {
        (Some(fault), ..) => {
            let unsupported = fault.reason == Some(RouteFault::UNSUPPORTED);
            let of_mirror = !fault.refuses && !unsupported;
            Some(FilterAnswer::Fault { says: fault.says.clone(), of_mirror })
        }
        (None, Some(fault), _) => Some(FilterAnswer::Unknown(fault.says.clone())),
        // A filter that adds matches may leave the request to other rules.
        (None, None, Some(status)) if !filters.matches => Some(FilterAnswer::Direct(status)),
        _ => None,
    }
}
