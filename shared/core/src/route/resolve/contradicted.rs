//! What controllers wrote about what a request passes, where it is not what is predicted. What is
//! written is stronger: the answer is not known then, and the trace says both.

use std::borrow::Cow;

use super::super::attach::{self, Followed};
use super::super::compare::Disagreement;
use super::super::gateway::Compiled;
use super::super::policy::Path;
use super::super::profile::Profile;
use super::super::refused_policies::{self, RefusedPolicy};
use super::super::served_listener::ServedListener;
use super::super::trace::*;
use super::super::{backend, class, contradiction};
use super::refutation::Refutation;
use super::walk::Walk;
use crate::facts::Facts;
use crate::facts::views::*;

impl Walk<'_> {
    /// Weighs the answer against what was written of the Gateway, the listener, the route and the
    /// policies.
    pub(super) fn contradicted<'a>(&mut self, facts: &Facts<'a>, compiled: &Compiled<'a>) {
        // Nobody has written anything about a change that is not applied yet.
        if facts.store.overlaid {
            return;
        }
        let mut found = self.against_gateway(facts, compiled);
        if let Some(route) = self.chosen(facts, compiled) {
            found.extend(self.against_route(facts, compiled, route, contradiction::is_refusal));
            found.extend(self.against_policies(facts, compiled, route));
        } else if self.trace.verdict.status == Some(404) {
            let accepted =
                |one: &Disagreement| one.written.kind == "Accepted" && one.written.status == "True";
            let missed = self.trace.near_misses.iter();
            let routes = missed.filter(|miss| miss.reason.kind == "not-attached").map(|miss| {
                facts.store.get::<HttpRoute>(&miss.route.namespace, &miss.route.name, |_| ())
            });
            for route in routes.filter_map(|route| route.known()).collect::<Vec<_>>() {
                found.extend(self.against_route(facts, compiled, route, accepted));
            }
        }
        self.weigh_written(found);
    }

    fn weigh_written(&mut self, found: Vec<Refutation>) {
        let predicted = match (self.trace.verdict.status, self.trace.verdict.by) {
            (Some(status), AnsweredBy::Backend) => format!("{status} from a backend"),
            (Some(status), _) => status.to_string(),
            (None, _) => "no answer".to_owned(),
        };
        for one in &found {
            match one.decides {
                true => self.step(one.stage, one.step(), one.at.clone()),
                false => {
                    let says = format!("{}; it is taken to make no difference here", one.step());
                    self.trace.assumed.push(says);
                }
            }
        }
        let decides = found.iter().find(|one| one.decides);
        let Some(one) = decides.filter(|_| self.trace.verdict.unknown.is_none()) else { return };
        let mut possible = self.trace.verdict.possible.clone();
        if let Some(status) = one.status()
            && !possible.iter().any(|own| own.status == Some(status))
        {
            possible.push(Possible { status: Some(status), share: 1.0 });
            possible.sort_by_key(|own| own.status);
        }
        self.cannot_say(&format!("{predicted} is predicted, but {}{}", one.wrote, one.then()));
        self.trace.verdict.possible = possible;
    }

    /// The route whose match won, if one did.
    fn chosen<'a>(&self, facts: &Facts<'a>, compiled: &Compiled<'a>) -> Option<&'a HttpRoute> {
        let Name { namespace, name } = &self.trace.matched.as_ref()?.route;
        let is =
            |route: &&HttpRoute| route.meta.name == *name && route.meta.namespace == *namespace;
        let attached = compiled.attached.iter().map(|own| own.route).find(is);
        attached.or_else(|| facts.store.get::<HttpRoute>(namespace, name, |_| ()).known())
    }

    /// Of the Gateway as a whole, and of the listener that takes the request.
    fn against_gateway<'a>(&self, facts: &Facts<'a>, compiled: &Compiled<'a>) -> Vec<Refutation> {
        let (gateway, who) = (compiled.gateway, controller(facts, compiled));
        let taken = self.taken(compiled);
        let mut out = Vec::new();
        if has_refusals(&gateway.written.said) {
            let own = taken.filter(|own| own.owner.kind == "Gateway");
            for one in contradiction::of_gateway(facts, compiled) {
                out.extend(Refutation::of_listeners(
                    &gateway.meta,
                    &gateway.written.said,
                    own,
                    &one,
                    &who,
                ));
            }
            out.extend(own.and_then(|own| Refutation::of_supposed(own, &gateway.written, &who)));
        }
        let own = taken.filter(|own| own.owner.kind != "Gateway");
        let set = own.map(|own| (&own.owner.namespace, &own.owner.name));
        let set = set.and_then(|(namespace, name)| {
            facts.store.get::<ListenerSet>(namespace, name, |_| ()).known()
        });
        if let Some(set) = set.filter(|set| has_refusals(&set.written.said)) {
            for one in contradiction::of_listener_set(facts, set, compiled) {
                out.extend(Refutation::of_listeners(&set.meta, &set.written.said, own, &one, &who));
            }
            out.extend(own.and_then(|own| Refutation::of_supposed(own, &set.written, &who)));
        }
        out
    }

    /// The listener that takes the request.
    fn taken<'c, 'a>(&self, compiled: &'c Compiled<'a>) -> Option<&'c ServedListener<'a>> {
        let ListenerName { owner, name } = self.trace.listener.as_ref()?;
        compiled.listeners.iter().find(|own| {
            own.spec.name == *name
                && own.owner.kind == owner.kind
                && own.owner.name == owner.name
                && own.owner.namespace == owner.namespace
        })
    }

    /// Of a route at the parents by which it has a listener of the request's port.
    fn against_route<'a>(
        &self,
        facts: &Facts<'a>,
        compiled: &Compiled<'a>,
        route: &'a HttpRoute,
        counts: impl Fn(&Disagreement) -> bool,
    ) -> Vec<Refutation> {
        let who = controller(facts, compiled);
        let mut out = Vec::new();
        for reference in &route.parents {
            let followed = attach::follow(facts, &route.meta, &route.hostnames, reference);
            let Followed::To(found) = followed else { continue };
            let here =
                |fit: &attach::ListenerFit| fit.selected && fit.listener.port == self.request.port;
            if !found.parent.gateway().meta.is_same(&compiled.gateway.meta)
                || !found.fits.iter().any(here)
            {
                continue;
            }
            let parent = found.parent.meta();
            if route.meta.kind != "HTTPRoute" {
                let refused = refusals_of(facts, route, parent);
                out.extend(refused.map(|one| Refutation::of_call_route(route, parent, one, &who)));
                continue;
            }
            let judged = |rule: &Rule, reference: &BackendRef, profile: &Profile| {
                Cow::Owned(backend::judge_of(facts, route, rule, reference, profile))
            };
            let apart = contradiction::of_route(facts, route, reference, &found, judged);
            for one in apart.iter().filter(|one| counts(one)) {
                let forwards = !self.trace.backends.is_empty();
                out.push(Refutation::of_route(route, parent, one, &who, forwards));
            }
        }
        out
    }

    /// Of the policies that are attached to what the request passes: that they are in force is
    /// predicted.
    fn against_policies<'a>(
        &self,
        facts: &Facts<'a>,
        compiled: &Compiled<'a>,
        route: &'a HttpRoute,
    ) -> Vec<Refutation> {
        // A failure that is predicted may be that of the policy.
        let fails = self.trace.verdict.status.is_some_and(|status| status >= 500);
        let index = self.trace.matched.as_ref().map_or(usize::MAX, |own| own.rule);
        let Some(rule) = route.rules.get(index).filter(|_| !fails) else { return Vec::new() };
        let taken = self.taken(compiled);
        let path = Path {
            gateway: &compiled.gateway.meta,
            owner: taken.map_or(&compiled.gateway.meta, |own| own.owner),
            listener: taken.map_or("", |own| own.spec.name.as_str()),
            route: &route.meta,
            rule,
        };
        let services = self.trace.backends.iter().filter(|own| own.kind == "Service");
        let services: Vec<(&str, &str)> =
            services.map(|own| (own.namespace.as_str(), own.name.as_str())).collect();
        let refused = refused_policies::on(facts, &path, &services, compiled.profile.is_kgateway());
        refused.iter().map(|own: &RefusedPolicy| Refutation::of_policy(own)).collect()
    }
}

fn has_refusals(said: &Conditions) -> bool {
    let listeners = said.listeners.iter().flat_map(|(_, conditions)| conditions);
    let mut all = said.conditions.iter().chain(listeners);
    all.any(|one| contradiction::refuses(&one.kind, &one.status) && !one.old)
}

/// What is refused of a route of another kind at a parent.
fn refusals_of<'f>(
    facts: &'f Facts,
    route: &HttpRoute,
    parent: &crate::kube::Meta,
) -> impl Iterator<Item = &'f WrittenCondition> {
    let (name, route) = (parent.name.clone(), route.meta.reference());
    let own = facts.store.others.iter().find(move |other| other.meta.reference() == route);
    let answers = own.into_iter().flat_map(|other| &other.refusals);
    answers.filter(move |answer| answer.reference.name == name).flat_map(|own| &own.conditions)
}

/// Who writes, as a subject.
fn controller(facts: &Facts, compiled: &Compiled) -> String {
    match compiled.profile {
        Profile::Kgateway { .. } => "kgateway".to_owned(),
        Profile::EnvoyGateway => "Envoy Gateway".to_owned(),
        Profile::Specification => {
            let class = class::of(facts, compiled.gateway).known();
            let name = class.map(|class| crate::text::clean(&class.controller).to_string());
            name.filter(|name| !name.is_empty()).unwrap_or_else(|| "the controller".to_owned())
        }
    }
}
