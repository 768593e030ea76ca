//! What a rule does with a request that it has won.

use super::backend::{self, JudgedBackend};
use super::envoy_gateway::{self, FilterAnswer};
use super::{envoy, others, redirect_code};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::KGATEWAY_API;
use crate::route::profile::Profile;

/// The body of kgateway's answer in place of a rule that it could not translate.
pub const REPLACED_BODY: &str =
    "invalid route configuration detected and replaced with a direct response.";

/// A backend of a rule with its share of the requests.
#[derive(Debug, Clone)]
pub struct Arm<'a> {
    /// Index in `backendRefs`.
    pub index: usize,
    pub reference: &'a BackendRef,
    pub judged: JudgedBackend,
    /// 0 to 1.
    pub share: f64,
}

#[derive(Debug, Clone)]
pub enum Action<'a> {
    Redirect(&'a Redirect),
    /// Answers by itself.
    Direct {
        status: u16,
        says: String,
    },
    /// kgateway replaced it: 500 with [`REPLACED_BODY`].
    Replaced(String),
    /// Under the specification: an error status without more.
    Error(u16, String),
    Forward(Vec<Arm<'a>>),
    Unknown(String),
}

/// Whether a rule survives strict validation: `Some(true)` dropped, `Some(false)` replaced.
pub fn strict_fate(route: &HttpRoute, rule: usize) -> Option<(bool, envoy::RefusedValue)> {
    let refused = envoy::refuses(route).into_iter().filter(|r| r.rule == rule && r.certain);
    refused.map(|r| (r.matcher, r)).max_by_key(|(matcher, _)| *matcher)
}

/// What a rule does. Sources: hr:265-305, 847-849; kgateway-observed.md 1.
pub fn action<'a>(
    facts: &Facts,
    route: &'a HttpRoute,
    index: usize,
    profile: &Profile,
) -> Action<'a> {
    instead(facts, route, index, profile).unwrap_or_else(|| {
        let rule = &route.rules[index];
        let arms = rule.backend_refs.iter().enumerate().map(|(index, reference)| Arm {
            index,
            reference,
            judged: backend::judge_of(facts, route, rule, reference, profile),
            share: share(rule, index, profile),
        });
        Action::Forward(arms.collect())
    })
}

/// What a rule does instead of forwarding; `None` if it forwards.
pub fn instead<'a>(
    facts: &Facts,
    route: &'a HttpRoute,
    index: usize,
    profile: &Profile,
) -> Option<Action<'a>> {
    let rule = &route.rules[index];
    if profile.is_strict()
        && let Some((_, refused)) = strict_fate(route, index)
    {
        return Some(Action::Replaced(refused.says));
    }
    if *profile == Profile::EnvoyGateway
        && let Some(answer) = envoy_gateway::instead(facts, route, rule)
    {
        return Some(match answer {
            FilterAnswer::Fault { says, .. } => Action::Error(500, says),
            FilterAnswer::Direct(status) => {
                Action::Direct { status, says: "an HTTPRouteFilter answers".to_owned() }
            }
            FilterAnswer::Unknown(says) => Action::Unknown(says),
        });
    }
    let filters = rule.backend_refs.iter().flat_map(|own| &own.filters).chain(&rule.filters);
    if *profile != Profile::EnvoyGateway
        && let Some(says) = filters.filter_map(Filter::unsound).next()
    {
        let who = match profile.is_kgateway() {
            true => format!("what {profile} makes of it was not observed"),
            false => "the specification does not say what becomes of it".to_owned(),
        };
        return Some(Action::Unknown(format!("{says}, and {who}")));
    }
    let (mut direct, mut twice) = (None, false);
    for target in rule.extension_refs() {
        if !profile.is_kgateway() {
            return Some(extension(facts, target, &route.meta.namespace));
        }
        let name = format!("{} {}/{}", target.kind, route.meta.namespace, target.name);
        let namespace = route.meta.namespace.as_str();
        let found = match (target.group.as_str(), target.kind.as_str()) {
            (KGATEWAY_API, "DirectResponse") => {
                facts.get::<DirectResponse>(namespace, &target.name).map(|object| {
                    twice |= direct.is_some();
                    direct = Some(object);
                })
            }
            (KGATEWAY_API, "TrafficPolicy") => {
                facts.get::<TrafficPolicy>(namespace, &target.name).map(drop)
            }
            _ => Fact::Absent,
        };
        match found {
            Fact::Known(()) => {}
            Fact::Absent => {
                return Some(Action::Replaced(format!("{name}: policy not found")));
            }
            Fact::Unknown(why) => {
                return Some(Action::Unknown(format!("{name}: {}", why.detail)));
            }
        }
    }
    let redirect = rule.filters.iter().find_map(|filter| match filter {
        Filter::RequestRedirect { redirect } => Some(redirect),
        _ => None,
    });
    let external = rule.filters.iter().any(|f| matches!(f, Filter::ExternalAuth { .. }));
    if external && !profile.is_kgateway() {
        return Some(Action::Unknown("filter ExternalAuth may answer 401 or 403".to_owned()));
    }
    Some(match (direct, redirect) {
        // The second one finds the action of the first (kgateway's plugin `directresponse`).
        (Some(object), _) if twice => Action::Replaced(format!(
            "{} cannot be applied to a rule with another one",
            object.meta.title()
        )),
        (Some(object), _) if !rule.backend_refs.is_empty() => Action::Replaced(format!(
            "{} cannot be applied to a rule with backendRefs",
            object.meta.title()
        )),
        (Some(object), _) => {
            let status = object.spec["status"].as_u64().and_then(|s| u16::try_from(s).ok());
            match status {
                Some(status) => {
                    Action::Direct { status, says: format!("{} answers", object.meta.title()) }
                }
                None => Action::Unknown(format!("{} has no status", object.meta.title())),
            }
        }
        (None, Some(redirect)) => match redirect_code::of(route, rule) {
            Err(says) if profile.is_kgateway() => Action::Replaced(says),
            _ => Action::Redirect(redirect),
        },
        (None, None) => return leads_nowhere(rule, profile),
    })
}

/// What is wrong with a filter for which Envoy Gateway answers 500 in place of a rule; where a mirror
/// leads is not looked at.
pub fn filter_fault(
    facts: &Facts,
    route: &HttpRoute,
    rule: &Rule,
    profile: &Profile,
) -> Option<String> {
    if *profile != Profile::EnvoyGateway {
        return None;
    }
    match envoy_gateway::instead(facts, route, rule)? {
        FilterAnswer::Fault { says, of_mirror: false } => Some(says),
        _ => None,
    }
}

/// A filter of another implementation. What it names is not modelled; without it requests fail
/// (hr:1017-1021).
fn extension<'a>(facts: &Facts, target: &LocalRef, namespace: &str) -> Action<'a> {
    match others::named(facts, &target.group, &target.kind, namespace, &target.name) {
        Fact::Absent => {
            let says = format!("{} {namespace}/{} does not exist", target.kind, target.name);
            Action::Error(500, says)
        }
        _ => Action::Unknown(format!("filter ExtensionRef to {} is not modelled", target.kind)),
    }
}

/// What a rule without other actions does if it has no backend to forward to.
fn leads_nowhere<'a>(rule: &Rule, profile: &Profile) -> Option<Action<'a>> {
    let total: u64 = rule.backend_refs.iter().map(|b| u64::from(b.weight)).sum();
    let broken = |says: &str| match profile.is_kgateway() {
        true => Action::Replaced(says.to_owned()),
        false => Action::Error(500, says.to_owned()),
    };
    if profile.is_kgateway() && rule.backend_refs.iter().any(BackendRef::is_delegation) {
        return None;
    }
    if rule.backend_refs.is_empty() {
        return Some(broken("the rule has no backendRefs and no other action"));
    }
    // kgateway does not look at the weight of a single backend (seen).
    let single = rule.backend_refs.len() == 1 && profile.is_kgateway();
    (total == 0 && !single).then(|| broken("all weights of the rule are 0"))
}

/// The share of a rule's requests that a backend gets, regardless of its state.
pub fn share(rule: &Rule, index: usize, profile: &Profile) -> f64 {
    let total: u64 = rule.backend_refs.iter().map(|b| u64::from(b.weight)).sum();
    match (rule.backend_refs.get(index), rule.backend_refs.len(), total) {
        (Some(_), 1, _) if profile.is_kgateway() => 1.0,
        (Some(backend), _, total) if total > 0 => f64::from(backend.weight) / total as f64,
        _ => 0.0,
    }
}

/// Which requests a rule is about: `PathPrefix /v1 on api.example.com`.
pub fn requests(route: &HttpRoute, rule: &Rule) -> String {
    let matches: Vec<String> =
        super::matching::matches_of(rule).iter().map(super::matching::describe).collect();
    let hosts = match route.hostnames.as_slice() {
        [] => "any host".to_owned(),
        names => crate::text::some_of(names, 3),
    };
    format!("{} on {hosts}", crate::text::some_of(&matches, 3))
}
