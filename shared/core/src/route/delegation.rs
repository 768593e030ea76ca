//! kgateway's delegation: a rule may hand its requests on to another HTTPRoute (kgateway.md 5).
//!
//! What a child does with requests is not modelled. Whether it takes them is (observed 6): those
//! of its matches count that lie under the prefix of the rule.

use super::matching::{self, Fit};
use super::path;
use super::request::Request;
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::GATEWAY_API;
use crate::route::profile::Profile;

/// What is known about the child route that a rule delegates to.
#[derive(Debug, Clone)]
pub enum Child {
    /// No child, or none of its matches lies under the rule's prefix: kgateway answers 500.
    Unresolved(String),
    /// It takes what fits one of these.
    Takes(Vec<Match>),
    /// It is unknown which requests it takes.
    Open,
}

/// The route that a reference names.
pub enum Named<'a> {
    Route(&'a HttpRoute),
    /// There is none; a sentence about it.
    Missing(String),
    /// Several (by label or `*`), or one that is not in the input.
    Open,
}

/// Follows a reference that delegates.
pub fn named<'a>(facts: &Facts<'a>, reference: &BackendRef, namespace: &str) -> Named<'a> {
    let by_name = reference.group == GATEWAY_API && !["", "*"].contains(&reference.name.as_str());
    if !by_name {
        return Named::Open;
    }
    match facts.get::<HttpRoute>(namespace, &reference.name) {
        Fact::Known(child) => Named::Route(child),
        Fact::Absent => Named::Missing(format!(
            "the route that it delegates to, HTTPRoute {namespace}/{}, does not exist",
            reference.name
        )),
        Fact::Unknown(_) => Named::Open,
    }
}

/// The child of a rule; `None` when the rule does not delegate.
pub fn child(facts: &Facts, route: &HttpRoute, rule: &Rule) -> Option<Child> {
    let reference = rule.backend_refs.iter().find(|reference| reference.is_delegation())?;
    if rule.backend_refs.len() > 1 {
        return Some(Child::Open);
    }
    let namespace = reference.namespace_from(&route.meta);
    let child = match named(facts, reference, namespace) {
        Named::Route(child) => child,
        Named::Missing(says) => return Some(Child::Unresolved(says)),
        Named::Open => return Some(Child::Open),
    };
    let matches = matching::matches_of(rule);
    let [Match { path: prefix, headers, query_params, method: None }] = matches.as_slice() else {
        return Some(Child::Open);
    };
    let plain =
        headers.is_empty() && query_params.is_empty() && prefix.kind == PathType::PathPrefix;
    // A child may name its parents, or repeat what its parent matches: neither was looked at.
    let names_it = |p: &ParentRef| {
        (p.kind.as_ref(), p.name.as_str()) == ("HTTPRoute", route.meta.name.as_str())
            && p.namespace_from(&child.meta) == route.meta.namespace
    };
    let chosen = child.parents.is_empty() || child.parents.iter().any(names_it);
    if !plain || !chosen || child.inherits || !child.hostnames.is_empty() {
        return Some(Child::Open);
    }
    let mut takes = Vec::new();
    for one in child.rules.iter().flat_map(matching::matches_of) {
        let value = one.path.value.as_str();
        let under = path::under(&prefix.value, value);
        // `/rx` begins with `/r`, and is not under it; of an expression nobody can tell.
        if one.path.kind == PathType::RegularExpression || under != value.starts_with(&prefix.value)
        {
            return Some(Child::Open);
        }
        if under {
            takes.push(one);
        }
    }
    Some(match takes.is_empty() {
        false => Child::Takes(takes),
        true => Child::Unresolved(format!(
            "{}, to which it delegates, matches nothing under {}",
            child.meta.title(),
            prefix.value
        )),
    })
}

/// The match of a delegating rule's child that a request fits. `None`: the rule does not delegate,
/// or it is not known what the child takes. `Some(None)`: the child does not take the request, and
/// the rule itself answers nothing.
#[allow(clippy::option_option, reason = "three answers: not known, nothing, this match")]
pub fn fitting(
    facts: &Facts,
    route: &HttpRoute,
    rule: &Rule,
    request: &Request,
    profile: &Profile,
) -> Option<Option<Match>> {
    if !profile.is_kgateway() {
        return None;
    }
    let Some(Child::Takes(matches)) = child(facts, route, rule) else {
        return None;
    };
    let fits = |one: &Match| !matches!(matching::test(request, one, profile), Fit::No(_));
    Some(matches.into_iter().find(fits))
}
