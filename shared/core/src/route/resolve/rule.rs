//! Which rule takes a request, and what it does with it.

use super::super::delegation::Visit;
use super::super::gateway::Compiled;
use super::super::gateway_policy::OnGateway;
use super::super::matching::{self, Fit};
use super::super::policy::{self, PolicyEffect};
use super::super::precedence::RankedMatch;
use super::super::request::Request;
use super::super::rule::{self, Action};
use super::super::table::Host;
use super::super::trace::*;
use super::super::{hostname, near_miss, redirect_code, rewrite};
use super::delegated::{self, OnTheWay};
use super::walk::{Walk, WayPassed, shown};
use crate::facts::Facts;
use crate::facts::views::*;

impl Walk<'_> {
    pub(super) fn hostname(
        &mut self,
        compiled: &Compiled,
        pattern: &str,
        entry: &Host,
        host: &str,
    ) {
        let routes = sorted(entry.roots());
        let names: Vec<String> = routes.iter().map(|r| r.meta.full_name()).collect();
        let claimed = crate::text::count(routes.len().max(entry.others.len()), "route");
        let says = match pattern {
            hostname::ANY => format!(
                "{} is taken by {claimed} without a hostname: {}",
                shown(host),
                crate::text::some_of(&names, 4)
            ),
            _ => format!("{pattern} is claimed by {claimed}: {}", crate::text::some_of(&names, 4)),
        };
        let at = entry.listeners.first().map(|&l| compiled.listeners[l].at()).unwrap_or_default();
        self.step(Stage::Hostname, says, at);
    }

    pub(super) fn rule(
        &mut self,
        facts: &Facts,
        compiled: &Compiled,
        request: &Request,
        host: &str,
        pattern: &str,
        entry: &Host,
    ) {
        if let Some(why) = self.other_routes(compiled, request, entry) {
            return self.cannot_say(&why);
        }
        let profile = &compiled.profile;
        let open = delegated::may_take(&entry.entries, request, profile)
            .or_else(|| delegated::may_be_replaced(facts, compiled, request, entry));
        if let Some(why) = open {
            return self.cannot_say(&why);
        }
        for (at, candidate) in entry.entries.iter().enumerate() {
            match matching::test(request, &candidate.one, profile) {
                Fit::Yes => {
                    return self.oldest(facts, compiled, request, pattern, entry, at);
                }
                Fit::No(_) => {}
                Fit::Unknown(says) => return self.cannot_say(&says),
            }
        }
        let routes = sorted(entry.routes());
        if let Some(why) = routes.iter().find_map(|route| self.falls_with(compiled, route)) {
            return self.cannot_say(&why);
        }
        self.handed_to_nobody(compiled, request, entry);
        let rules: usize = routes.iter().map(|r| r.rules.len()).sum();
        let what = match rules {
            1 => "the only rule does not match".to_owned(),
            n => format!("none of the {n} rules matches"),
        };
        let says = format!("{what} {} {}", request.method, request.target());
        let names: Vec<String> = routes.iter().map(|r| r.meta.title()).collect();
        self.step(Stage::Rule, &says, crate::text::some_of(&names, 3));
        let claiming = entry.roots().len();
        let roots = entry
            .roots()
            .into_iter()
            .filter(|root| !entry.entries.iter().any(|own| std::ptr::eq(own.route, *root)));
        let owners = routes.into_iter().chain(roots).collect();
        let owner = Some((pattern, owners));
        self.trace.near_misses = near_miss::find(facts, compiled, request, host, owner);
        let shadowed = self.trace.near_misses.iter().find(|m| m.reason.kind == "shadowed");
        let says = match shadowed {
            Some(miss) => format!(
                "hostname {pattern} is claimed by {}, and {what}; HTTPRoute {}/{} would match, but is shadowed",
                if claiming == 1 { "another route" } else { "other routes" },
                miss.route.namespace,
                miss.route.name
            ),
            None => says,
        };
        self.not_found(&says);
        let listener = entry.listeners.first().map(|&at| &compiled.listeners[at]);
        let passed = WayPassed { listener, hostname: Some(pattern), rule: None };
        self.weigh_others(facts, compiled, &passed);
    }

    pub(super) fn won(
        &mut self,
        facts: &Facts,
        compiled: &Compiled,
        request: &Request,
        pattern: &str,
        host: &Host,
        entry: &RankedMatch,
    ) {
        let (route, index) = (entry.route, entry.rule);
        let rule = &route.rules[index];
        self.trace.matched = Some(Matched {
            route: Name::from(&route.meta),
            hostname: pattern.to_owned(),
            rule: index,
            index: entry.index,
        });
        self.handed_on(entry);
        let at = format!("{}, spec.rules[{index}].matches[{}]", route.meta.title(), entry.index);
        self.trace.near_misses =
            near_miss::beaten(request, &host.entries, entry, &compiled.profile);
        let says = format!("rule {} matches: {}", index + 1, matching::describe(&entry.one));
        self.step(Stage::Rule, says, at);
        if let Some(why) = self.falls_with(compiled, route) {
            return self.cannot_say(&why);
        }
        if let OnGateway::Replaced(policy, says) = &compiled.policy {
            self.step(Stage::Policy, says, policy.to_string());
            return self.replaced(says);
        }
        let listener = host.listeners.first().map(|&l| &compiled.listeners[l]);
        let policies = match listener.filter(|_| compiled.profile.is_kgateway()) {
            None => Vec::new(),
            Some(listener) => {
                let path = policy::Path {
                    gateway: &compiled.gateway.meta,
                    owner: listener.owner,
                    listener: &listener.spec.name,
                    route: &route.meta,
                    rule,
                };
                policy::traffic(facts, &path, Some(request))
            }
        };
        if let Some(says) = self.replaced_by_policy(&policies) {
            return self.replaced(&says);
        }
        if let Some((position, fault)) = entry.visit().and_then(Visit::fault) {
            return self.not_handed_on(route, index, *position, fault.says());
        }
        let way = OnTheWay::of(facts, entry, policies, request);
        if let Some(why) = &way.unknown {
            return self.cannot_say(why);
        }
        self.act(facts, compiled, request, entry, &way);
        let passed = WayPassed { listener, hostname: Some(pattern), rule: Some((route, rule)) };
        self.weigh_others(facts, compiled, &passed);
    }

    fn replaced_by_policy(&mut self, policies: &[policy::AttachedPolicy]) -> Option<String> {
        for attached in policies {
            for effect in &attached.effects {
                if let PolicyEffect::Replaces(says) = effect {
                    self.step(Stage::Policy, says, attached.object.to_string());
                    return Some(format!("{}: {says}", attached.object));
                }
            }
        }
        None
    }

    fn replaced(&mut self, says: &str) {
        let says =
            format!("kgateway replaced the rule ({says}); the body is \"{}\"", rule::REPLACED_BODY);
        self.end(Some(500), AnsweredBy::Gateway, &says);
    }

    fn act(
        &mut self,
        facts: &Facts,
        compiled: &Compiled,
        request: &Request,
        entry: &RankedMatch,
        way: &OnTheWay,
    ) {
        let (route, index, policies) = (entry.route, entry.rule, way.policies.as_slice());
        let rule = &route.rules[index];
        let at = at_of(route, index);
        let action = rule::action(facts, route, index, &compiled.profile);
        if let Action::Replaced(says) = &action {
            self.step(Stage::Filter, says, at("filters"));
            return self.replaced(says);
        }
        if self.answered_by_policy(policies) {
            return;
        }
        if request.is_preflight()
            && way.has_cors().is_some_and(|(route, index)| {
                self.preflight(&route.rules[index], request, &at_of(route, index)("filters"))
            })
        {
            return;
        }
        match action {
            Action::Replaced(_) => {}
            Action::Unknown(says) => self.cannot_say(&says),
            Action::Error(status, says) => {
                self.step(Stage::Backend, &says, at("backendRefs"));
                self.end(Some(status), AnsweredBy::Gateway, &says);
            }
            Action::Direct { status, says } => {
                self.step(Stage::Filter, &says, at("filters"));
                self.end(Some(status), AnsweredBy::Gateway, &says);
            }
            Action::Redirect(redirect) => {
                let annotated = redirect_code::of(route, rule).ok().flatten();
                let annotated = annotated.filter(|_| compiled.profile.is_kgateway());
                let status = annotated.unwrap_or(redirect.status());
                let matched = &entry.one.path.value;
                let location = rewrite::location(redirect, matched, request, &compiled.profile);
                let says = format!("redirects to {location}");
                self.step(Stage::Filter, &says, at("filters"));
                self.trace.redirect = Some(RedirectTo { status, location });
                self.end(Some(status), AnsweredBy::Gateway, &says);
            }
            Action::Forward(arms) => {
                self.forwarded(way, entry, request, &compiled.profile);
                self.arms(&arms, &at);
                self.faults(policies);
                self.timed(facts, compiled, way, entry, policies, request);
                for (route, index) in &way.rules {
                    let rule = &route.rules[*index];
                    self.open_rewrites(rule, &entry.one.path.value, request, &compiled.profile);
                }
                self.grpc_over_http1(facts, route, rule, request, &compiled.profile);
            }
        }
    }

    /// Ends the trace when a policy's part in it cannot be seen.
    fn answered_by_policy(&mut self, policies: &[policy::AttachedPolicy]) -> bool {
        let mut open = None;
        for attached in policies {
            for effect in &attached.effects {
                match effect {
                    PolicyEffect::MayAnswer(says) => {
                        self.trace.unmodelled.push(Unmodelled {
                            object: attached.object.clone(),
                            says: says.clone(),
                        });
                        open.get_or_insert(format!("{}: {says}", attached.object));
                    }
                    PolicyEffect::Changes(says) => self
                        .trace
                        .unmodelled
                        .push(Unmodelled { object: attached.object.clone(), says: says.clone() }),
                    PolicyEffect::Answers { status, share, says } if *share >= 1.0 => {
                        self.step(Stage::Policy, says, attached.object.to_string());
                        self.end(Some(*status), AnsweredBy::Gateway, says);
                        return true;
                    }
                    _ => {}
                }
            }
        }
        if let Some(why) = &open {
            self.cannot_say(why);
        }
        open.is_some()
    }
}

/// Makes places of the fields of a rule.
fn at_of(route: &HttpRoute, index: usize) -> impl Fn(&str) -> String {
    move |field| format!("{}, spec.rules[{index}].{field}", route.meta.title())
}

fn sorted(mut routes: Vec<&HttpRoute>) -> Vec<&HttpRoute> {
    routes.sort_by_key(|r| r.meta.full_name());
    routes
}
