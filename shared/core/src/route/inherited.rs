//! What a rule has from the rules that have handed its requests on (kgateway's delegation).

use std::collections::BTreeSet;

use super::delegation::DelegatingMatch;
use super::policy::{self, AttachedPolicy, PolicyEffect};
use super::request::Request;
use crate::facts::Facts;
use crate::facts::views::*;
use crate::kube::ObjRef;

/// What the rules above give to a child's rule.
#[derive(Debug, Default)]
pub struct Inherited<'a> {
    /// The rules whose filters and time limits are the child's, too, the nearest first, with the
    /// indices of those.
    pub rules: Vec<(&'a HttpRoute, usize)>,
    pub policies: Vec<AttachedPolicy>,
    /// What cannot be judged.
    pub unknown: Option<String>,
    /// Whether something of it may make kgateway replace the rule.
    pub unsound: bool,
}

/// What a rule inherits on its way. Policies and filters of the parents fill in what the child's
/// own leave open, field by field (kgateway's `irtranslator/route.go`, `runRoutePlugins`).
pub fn inherited<'a>(
    facts: &Facts,
    way: &[DelegatingMatch<'a>],
    route: &HttpRoute,
    rule: &Rule,
    request: Option<&Request>,
) -> Inherited<'a> {
    let mut out = Inherited::default();
    let own = policy::traffic(facts, &policy::Path::of_route(&route.meta, rule), request);
    let mut taken: BTreeSet<String> =
        own.iter().flat_map(|own| parts(facts, &own.object)).collect();
    for hop in way.iter().rev() {
        let above = &hop.route.rules[hop.rule];
        out.rules.push((hop.route, hop.rule));
        let open = |says: String| {
            Some(format!("{}, which delegates to it, {says}", hop.route.meta.title()))
        };
        if let Some(target) = above.extension_refs().find(|own| own.kind != "TrafficPolicy") {
            out.unsound = true;
            out.unknown = out.unknown.or(open(format!("has {} {}", target.kind, target.name)));
        }
        let missing =
            above.extension_refs().filter(|own| own.kind == "TrafficPolicy").find(|own| {
                let namespace = &hop.route.meta.namespace;
                facts.get::<TrafficPolicy>(namespace, &own.name).known().is_none()
            });
        if let Some(target) = missing {
            out.unsound = true;
            out.unknown = out.unknown.or(open(format!("has no TrafficPolicy {}", target.name)));
        }
        let redirects =
            above.filters.iter().any(|own| matches!(own, Filter::RequestRedirect { .. }));
        if redirects {
            out.unknown = out.unknown.or(open("redirects".to_owned()));
        }
        for policy in
            policy::traffic(facts, &policy::Path::of_route(&hop.route.meta, above), request)
        {
            let theirs = parts(facts, &policy.object);
            if theirs.iter().any(|part| taken.contains(part)) {
                let says = format!("has {}, and so has a route under it", policy.object);
                out.unknown = out.unknown.or(open(says));
            }
            for effect in &policy.effects {
                let rbac = |says: &String| says.starts_with("rbac");
                out.unsound |= matches!(effect, PolicyEffect::MayAnswer(says) if rbac(says));
                if let PolicyEffect::Replaces(why) = effect {
                    out.unsound = true;
                    out.unknown = out.unknown.or(open(format!("has {}: {why}", policy.object)));
                }
            }
            taken.extend(theirs);
            out.policies.push(policy);
        }
    }
    out
}

/// The parts of a TrafficPolicy.
fn parts(facts: &Facts, object: &ObjRef) -> Vec<String> {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let policy = facts.store.get::<TrafficPolicy>(namespace, &object.name, |_| ()).known();
    let spec = policy.and_then(|own| own.spec.as_object());
    let all = spec.into_iter().flatten().filter(|(_, value)| !value.is_null());
    all.map(|(part, _)| part.clone()).filter(|part| !part.starts_with("target")).collect()
}
