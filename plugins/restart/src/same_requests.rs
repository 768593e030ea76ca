//! Which requests arms of routes are for, and whether they are the same.

use igw_core::facts::views::{HttpRoute, Match, PathType, Rule};
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

/// What servers of models answer besides chats and completions; such paths are often meant to go
/// straight to them.
const BESIDES_CHAT: [&str; 14] = [
    "audio",
    "detokenize",
    "docs",
    "embeddings",
    "health",
    "metrics",
    "models",
    "openapi.json",
    "ping",
    "pooling",
    "rerank",
    "score",
    "tokenize",
    "version",
];

/// Whether a rule may take requests of chats or completions.
pub fn may_be_of_chats(rule: &Rule) -> bool {
    matches_of(rule).iter().any(|own| {
        let path = own.path.value.trim_end_matches('/');
        own.path.kind == PathType::RegularExpression
            || !path.split('/').any(|part| BESIDES_CHAT.contains(&part))
    })
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
