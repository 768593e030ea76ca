//! Which of several fitting matches wins.

use std::cmp::{Ordering, Reverse};

use crate::facts::views::*;
use crate::kube::Meta;
use crate::route::profile::Profile;

/// One match of one rule of one route, as it competes for requests.
#[derive(Debug, Clone)]
pub struct RankedMatch<'a> {
    pub route: &'a HttpRoute,
    pub rule: usize,
    /// Index of the match in its rule.
    pub index: usize,
    pub one: Match,
}

/// Compares two entries of one hostname: `Less` wins.
///
/// hr:184-209, continued on ties: Exact path, longest prefix, method, headers, query parameters,
/// older route, `namespace/name`, rule order, match order. kgateway ranks expressions between
/// Exact and PathPrefix and does not look at their length (seen). Lengths count the value as
/// written, its trailing slash too (kgateway, seen; the specification is silent).
pub fn compare(a: &RankedMatch, b: &RankedMatch, profile: &Profile) -> Ordering {
    let rank = |entry: &RankedMatch| {
        let one = &entry.one;
        let (kind, length) = match one.path.kind {
            PathType::Exact => (0, 0),
            PathType::RegularExpression => (1, 0),
            PathType::PathPrefix => (2, one.path.value.chars().count()),
        };
        (
            kind,
            Reverse(length),
            Reverse(one.method.is_some()),
            Reverse(header_matches(one, profile)),
            Reverse(one.query_params.len()),
        )
    };
    rank(a)
        .cmp(&rank(b))
        .then_with(|| older(&a.route.meta, &b.route.meta))
        .then_with(|| a.route.meta.full_name().cmp(&b.route.meta.full_name()))
        .then_with(|| (a.rule, a.index).cmp(&(b.rule, b.index)))
}

/// How many header matches count: the specification ignores those with a name that came before
/// (hr:614-627), in whatever case; kgateway hands all of them to Envoy (seen).
fn header_matches(one: &Match, profile: &Profile) -> usize {
    let repeated = |index: usize, name: &str| {
        one.headers[..index].iter().any(|other| other.name.eq_ignore_ascii_case(name))
    };
    let counts = |(index, header): &(usize, &ValueMatch)| {
        profile.is_kgateway() || !repeated(*index, &header.name)
    };
    one.headers.iter().enumerate().filter(counts).count()
}

/// The older one is less. Objects that were never stored would be created now, and together:
/// they come after stored ones and are equally old.
pub fn older(a: &Meta, b: &Meta) -> Ordering {
    match (&a.created, &b.created) {
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
