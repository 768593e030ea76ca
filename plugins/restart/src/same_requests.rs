//! Whether two arms of routes are for the same requests.

use igw_core::facts::views::{HttpRoute, Match, PathType};
use igw_core::route::followed::FollowedBackend;
use igw_core::route::hostname::{ANY, intersect};
use igw_core::route::matching::matches_of;
use igw_core::route::path::trimmed_prefix;

/// Whether two arms of different rules have a path, a host and a parent in common, and nothing but the
/// path tells which requests the first one is for. Arms of one rule are a split, which somebody wants.
pub fn same(arm: &FollowedBackend, other: &FollowedBackend) -> bool {
    if std::ptr::eq(arm.rule, other.rule) {
        return false;
    }
    let theirs: Vec<Match> = matches_of(other.rule);
    let at_same_path = |own: &Match| {
        let plain = own.headers.is_empty() && own.query_params.is_empty() && own.method.is_none();
        let is_same = |one: &Match| {
            one.path.kind == own.path.kind
                && trimmed_prefix(&one.path.value) == trimmed_prefix(&own.path.value)
        };
        plain && own.path.kind == PathType::PathPrefix && theirs.iter().any(is_same)
    };
    matches_of(arm.rule).iter().any(at_same_path)
        && hosts_meet(arm.route, other.route)
        && parents_meet(arm.route, other.route)
}

fn hosts_meet(own: &HttpRoute, other: &HttpRoute) -> bool {
    hosts(own).iter().any(|a| hosts(other).iter().any(|b| intersect(a, b).is_some()))
}

fn hosts(route: &HttpRoute) -> Vec<&str> {
    match route.hostnames.as_slice() {
        [] => vec![ANY],
        all => all.iter().map(String::as_str).collect(),
    }
}

fn parents_meet(own: &HttpRoute, other: &HttpRoute) -> bool {
    let parents = |route: &HttpRoute| -> Vec<(String, String)> {
        let key = |one: &igw_core::facts::views::ParentRef| {
            (one.namespace_from(&route.meta).to_owned(), one.name.clone())
        };
        route.parents.iter().map(key).collect()
    };
    let theirs = parents(other);
    parents(own).iter().any(|one| theirs.contains(one))
}
