//! Which of several fitting matches wins.

use std::cmp::{Ordering, Reverse};
use std::rc::Rc;

use super::delegation::{Flat, Visit};
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
    /// What it is part of where routes delegate, and its place there.
    pub under: Option<(Rc<Flat<'a>>, usize)>,
}

impl<'a> RankedMatch<'a> {
    /// How requests come to it by delegation, or are to leave it so.
    pub fn visit(&self) -> Option<&Visit<'a>> {
        self.under.as_ref().map(|(flat, at)| &flat.visits[*at])
    }

    /// The route that is attached to the Gateway.
    pub fn root(&self) -> &'a HttpRoute {
        self.visit().and_then(|visit| visit.via.first()).map_or(self.route, |hop| hop.route)
    }
}

/// Compares two entries of one hostname: `Less` wins.
///
/// hr:184-209, continued on ties: Exact path, longest prefix, method, headers, query parameters,
/// older route, `namespace/name`, rule order, match order. kgateway ranks expressions between
/// Exact and PathPrefix and does not look at their length (seen). Lengths count the value as
/// written, its trailing slash too (kgateway, seen; the specification is silent). Of matches that
/// routes have by delegation the routes of the Gateway are compared first
/// (kgateway's `routeutils/sortable_route.go`).
pub fn compare(a: &RankedMatch, b: &RankedMatch, profile: &Profile) -> Ordering {
    by_match(a, b, profile)
        .then_with(|| by_route(a.root(), b.root()))
        .then_with(|| by_route(a.route, b.route))
        .then_with(|| match (&a.under, &b.under) {
            (Some((_, a)), Some((_, b))) => a.cmp(b),
            _ => (a.rule, a.index).cmp(&(b.rule, b.index)),
        })
}

/// Compares what two entries ask for.
fn by_match(a: &RankedMatch, b: &RankedMatch, profile: &Profile) -> Ordering {
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
    rank(a).cmp(&rank(b))
}

/// The routes whose ages decide between two entries, where neither age is given: manifests do not
/// say when they were, or will be, applied.
pub fn undecided<'a>(
    a: &RankedMatch<'a>,
    b: &RankedMatch<'a>,
    profile: &Profile,
) -> Option<(&'a HttpRoute, &'a HttpRoute)> {
    let pairs = [(a.root(), b.root()), (a.route, b.route)];
    let (one, other) = pairs.into_iter().find(|(one, other)| !std::ptr::eq(*one, *other))?;
    let open = no_age(&one.meta, &other.meta) && by_match(a, b, profile).is_eq();
    open.then_some((one, other))
}

/// Whether it is not known which of two objects is older.
pub fn no_age(a: &Meta, b: &Meta) -> bool {
    a.created.is_none() && b.created.is_none()
}

fn by_route(a: &HttpRoute, b: &HttpRoute) -> Ordering {
    if std::ptr::eq(a, b) {
        return Ordering::Equal;
    }
    older(&a.meta, &b.meta).then_with(|| a.meta.full_name().cmp(&b.meta.full_name()))
}

/// Why one of two entries that fit a request has lost to the other, as a clause about the loser.
pub fn reason(winner: &RankedMatch, loser: &RankedMatch, profile: &Profile) -> String {
    use super::matching::describe_path as path;
    let (won, lost) = (&winner.one, &loser.one);
    let length = |one: &Match| one.path.value.chars().count();
    let headers = |one: &Match| header_matches(one, profile);
    let theirs = &winner.route.meta;
    if won.path.kind != lost.path.kind {
        let kind = super::matching::type_name(won.path.kind);
        return format!("its path {} comes after {kind} {}", path(&lost.path), won.path.value);
    }
    if won.path.kind == PathType::PathPrefix && length(won) != length(lost) {
        return format!("its path {} is shorter than {}", path(&lost.path), won.path.value);
    }
    if won.method.is_some() != lost.method.is_some() {
        return "it names no method".to_owned();
    }
    if headers(won) != headers(lost) {
        return format!("it matches on {} headers, not on {}", headers(lost), headers(won));
    }
    let (more, less) = (won.query_params.len(), lost.query_params.len());
    if more != less {
        return format!("it matches on {less} query parameters, not on {more}");
    }
    if std::ptr::eq(winner.route, loser.route) {
        return format!("rule {} of the route comes before it", winner.rule + 1);
    }
    match older(theirs, &loser.route.meta) {
        Ordering::Less => format!("{} is older", theirs.title()),
        Ordering::Equal if theirs.created.is_none() => format!(
            "the older route wins, and the files do not give the ages; of equally old ones it is {}, by its name",
            theirs.title()
        ),
        _ => format!("{} is as old, and its name comes first", theirs.title()),
    }
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
