//! kgateway's policies, as far as they decide about a status: the rest is named, not guessed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::acl;
use super::endpoints::{self, Behind};
use super::expression::{self, Regex};
use super::rbac::{Rbac, rbac};
use super::request::Request;
use super::targets;
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{Meta, ObjRef};

/// What a policy does to a request on a route.
#[derive(Debug, Clone)]
pub enum PolicyEffect {
    /// It makes kgateway replace the whole route by a direct response.
    Replaces(String),
    /// It answers a share of the requests itself.
    Answers {
        status: u16,
        /// This share, 0 to 1.
        share: f64,
        says: String,
    },
    /// It rewrites the path by an expression.
    RewritesPath(regex::bytes::Regex, String),
    /// It limits the time, as written.
    Limits { request: Option<String>, stream_idle: Option<String> },
    /// It may answer, and whether it does cannot be seen.
    MayAnswer(String),
    /// It changes something that does not affect the status.
    Changes(String),
}

/// A policy that is attached to what a request passes.
#[derive(Debug, Clone)]
pub struct AttachedPolicy {
    pub object: ObjRef,
    pub effects: Vec<PolicyEffect>,
}

/// What a request passes: its Gateway, listener, route and rule.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    pub gateway: &'a Meta,
    /// The owner of the listener.
    pub owner: &'a Meta,
    pub listener: &'a str,
    pub route: &'a Meta,
    pub rule: &'a Rule,
}

/// What of a path a policy is attached to: the kind, and whether only to a part of it (a listener,
/// a rule). Two policies meet only where this is the same.
type Level<'a> = (&'a str, bool);

impl<'a> Path<'a> {
    /// The route and the rule alone: what is attached to a Gateway does not count.
    pub fn of_route(route: &'a Meta, rule: &'a Rule) -> Self {
        Path { gateway: route, owner: route, listener: "", route, rule }
    }

    /// The level that the targets select on this path; targets are in the policy's namespace.
    fn target(&self, policy: &Meta, targets: &Targets) -> Option<Level<'a>> {
        let hits = |kind: &str,
                    name: Option<&str>,
                    labels: Option<&TargetSelector>,
                    section: &Option<String>| {
            let meet = |meta: &'a Meta, own: Option<&str>| {
                let hit = meta.kind == kind
                    && meta.namespace == policy.namespace
                    && name.is_none_or(|name| name == meta.name)
                    && labels.is_none_or(|s| has_labels(meta, s))
                    && section.as_deref().is_none_or(|section| Some(section) == own);
                hit.then_some((meta.kind.as_ref(), section.is_some()))
            };
            meet(self.gateway, Some(self.listener).filter(|_| self.owner.kind == "Gateway"))
                .or_else(|| meet(self.route, self.rule.name.as_deref()))
                .or_else(|| meet(self.owner, Some(self.listener)))
        };
        let by_name = |t: &TargetRef| hits(&t.kind, Some(&t.name), None, &t.section_name);
        let by_label = |s: &TargetSelector| hits(&s.kind, None, Some(s), &s.section_name);
        let refs = targets.refs.iter().find_map(by_name);
        refs.or_else(|| targets.selectors.iter().find_map(by_label))
    }
}

pub(super) fn has_labels(meta: &Meta, selector: &TargetSelector) -> bool {
    selector.match_labels.iter().all(|(key, value)| meta.labels.get(key) == Some(value.as_str()))
}

/// The TrafficPolicies that apply to a request, by age and name, with their effects.
pub fn traffic(facts: &Facts, path: &Path, request: Option<&Request>) -> Vec<AttachedPolicy> {
    let named = || {
        let refs = path.rule.extension_refs().filter(|own| own.kind == "TrafficPolicy");
        refs.map(|own| own.name.as_str())
    };
    let by_ref = |policy: &TrafficPolicy| {
        let hit = policy.meta.namespace == path.route.namespace
            && named().any(|name| name == policy.meta.name);
        hit.then_some(("ExtensionRef", false))
    };
    let homes = BTreeSet::from([path.gateway, path.owner, path.route].map(|m| &m.namespace));
    let passed = [path.gateway, path.owner, path.route];
    let of_home = |home: &String| targets::of::<TrafficPolicy>(facts, home, &passed);
    let mut found: Vec<(Level, &TrafficPolicy)> = homes
        .into_iter()
        .flat_map(of_home)
        .chain(
            named().filter_map(|name| facts.store.get(&path.route.namespace, name, |_| ()).known()),
        )
        .filter_map(|policy| {
            let level = by_ref(policy).or_else(|| path.target(&policy.meta, &policy.targets))?;
            Some((level, policy))
        })
        .collect();
    found.sort_by(|(_, a), (_, b)| {
        super::precedence::older(&a.meta, &b.meta).then_with(|| a.meta.key().cmp(&b.meta.key()))
    });
    found.dedup_by_key(|(_, policy)| std::ptr::from_ref(*policy));
    // Of two on one target the first has a field, and the other's is Overridden (seen); an invalid
    // one is told all the same.
    let mut taken: BTreeSet<(Level, &str)> = BTreeSet::new();
    let mut out = Vec::new();
    for (level, policy) in found {
        let effects = effects(facts, &policy.meta, &policy.spec, request);
        let counts = |(part, effect): &(&str, PolicyEffect)| {
            !taken.contains(&(level, *part)) || matches!(effect, PolicyEffect::Replaces(_))
        };
        let effects = effects.into_iter().filter(counts).map(|(_, effect)| effect).collect();
        taken.extend(parts(&policy.spec).map(|(part, _)| (level, part)));
        out.push(AttachedPolicy { object: policy.meta.reference(), effects });
    }
    out
}

/// The parts of a TrafficPolicy that are there.
fn parts(spec: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let all = spec.as_object().into_iter().flatten();
    all.map(|(part, value)| (part.as_str(), value)).filter(|(_, value)| !value.is_null())
}

/// What the parts of a TrafficPolicy do (kgateway.md 5, observed 6).
pub(super) fn effects<'a>(
    facts: &Facts,
    meta: &Meta,
    spec: &'a Value,
    request: Option<&Request>,
) -> Vec<(&'a str, PolicyEffect)> {
    let mut out = Vec::new();
    let has_body = request.is_none_or(Request::may_have_body);
    for (part, value) in parts(spec) {
        let may = |status: &str| PolicyEffect::MayAnswer(format!("{part} may answer {status}"));
        let effect = match part {
            "targetRefs" | "targetSelectors" | "retry" | "compression" | "hashPolicies" => continue,
            "requestMirror" | "statPrefix" | "tracing" => continue,
            "acl" if let Some(says) = acl::fault(value) => PolicyEffect::Replaces(says),
            "acl" => may("403"),
            "timeouts" => {
                let text = |key: &str| value[key].as_str().map(str::to_owned);
                PolicyEffect::Limits { request: text("request"), stream_idle: text("streamIdle") }
            }
            "headerModifiers" | "autoHostRewrite" => {
                PolicyEffect::Changes(format!("{part} changes headers"))
            }
            "cors" if request.is_some_and(Request::is_preflight) => may("a preflight request"),
            "cors" => continue,
            "buffer" if !has_body => continue,
            "buffer" => may("413, if the body is larger than its limit"),
            "csrf" if !has_body => continue,
            "csrf" => may("403"),
            "rateLimit" => may("429, once its limit is used up"),
            "rbac" => match rbac(value, request) {
                Rbac::Refuses(says) => PolicyEffect::Answers { status: 403, share: 1.0, says },
                Rbac::Passes => continue,
                Rbac::Invalid(says) => PolicyEffect::Replaces(says),
                Rbac::Unknown => may("403"),
            },
            "jwt" | "jwtAuth" | "basicAuth" | "apiKeyAuth" | "apiKeyAuthentication" => may("401"),
            "urlRewrite" => rewrite(value),
            "faultInjection" => match fault(value) {
                Some(effect) => effect,
                None => continue,
            },
            "extAuth" => ext_auth(facts, meta, value).unwrap_or_else(|| may("401 or 403")),
            _ => PolicyEffect::MayAnswer(format!("{part} may change the answer")),
        };
        out.push((part, effect));
    }
    out
}

fn rewrite(value: &Value) -> PolicyEffect {
    let text = |key: &str| value["pathRegex"][key].as_str().unwrap_or_default();
    match expression::regex_anywhere(text("pattern")) {
        // RE2 writes \1 where our engine writes ${1}.
        Regex::Good(regex) => {
            let mut substitution = text("substitution").replace('$', "$$");
            for digit in 0..=9 {
                substitution =
                    substitution.replace(&format!("\\{digit}"), &format!("${{{digit}}}"));
            }
            PolicyEffect::RewritesPath(regex, substitution)
        }
        Regex::Bad(says) => PolicyEffect::Replaces(format!("urlRewrite: {says}")),
        Regex::Unsure(says) => PolicyEffect::MayAnswer(format!("urlRewrite: {says}")),
    }
}

fn fault(value: &Value) -> Option<PolicyEffect> {
    let abort = value.get("abort")?;
    let percentage = abort["percentage"].as_f64().unwrap_or(100.0);
    let status = abort["httpStatus"].as_u64().and_then(|s| u16::try_from(s).ok());
    Some(match status {
        Some(status) => PolicyEffect::Answers {
            status,
            share: percentage / 100.0,
            says: format!("faultInjection answers {status} itself"),
        },
        None => PolicyEffect::MayAnswer("faultInjection may answer".to_owned()),
    })
}

/// extAuth without its GatewayExtension or Service makes kgateway replace the route (seen).
fn ext_auth(facts: &Facts, meta: &Meta, value: &Value) -> Option<PolicyEffect> {
    let reference = &value["extensionRef"];
    let name = reference["name"].as_str()?;
    let namespace = reference["namespace"].as_str().unwrap_or(&meta.namespace);
    match facts.get::<GatewayExtension>(namespace, name) {
        Fact::Absent => {
            let says = format!("extAuth: GatewayExtension {namespace}/{name} does not exist");
            Some(PolicyEffect::Replaces(says))
        }
        Fact::Known(extension) => {
            let backend = extension.spec.pointer("/extAuth/grpcService/backendRef")?;
            let service = backend["name"].as_str()?;
            let home = backend["namespace"].as_str().unwrap_or(namespace);
            match facts.get::<Service>(home, service) {
                Fact::Absent => {
                    let says = format!("extAuth: Service {home}/{service} does not exist");
                    Some(PolicyEffect::Replaces(says))
                }
                Fact::Known(found) => {
                    let open = extension.spec["extAuth"]["failOpen"] == true;
                    auth_down(facts, found, backend["port"].as_u64()?, open)
                }
                Fact::Unknown(_) => None,
            }
        }
        Fact::Unknown(_) => None,
    }
}

/// An authorization service that nobody is behind: 403 for everything, or with failOpen nothing
/// (seen). `None` when somebody is there and decides.
fn auth_down(facts: &Facts, service: &Service, port: u64, open: bool) -> Option<PolicyEffect> {
    let port = service.ports.iter().find(|own| u64::from(own.port) == port)?;
    let Fact::Known(Behind::Nobody(why)) = endpoints::behind(facts, service, port, true) else {
        return None;
    };
    let name = service.meta.full_name();
    Some(match open {
        true => PolicyEffect::Changes(format!(
            "extAuth lets every request pass: Service {name} has no ready endpoint ({why}), and failOpen is set"
        )),
        false => PolicyEffect::Answers {
            status: 403,
            share: 1.0,
            says: format!(
                "extAuth refuses every request: Service {name} has no ready endpoint ({why})"
            ),
        },
    })
}
