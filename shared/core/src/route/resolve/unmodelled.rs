//! What of the way of a request no rule reads.

use super::super::gateway::Compiled;
use super::super::matching::{self, Fit};
use super::super::profile::Profile;
use super::super::request::Request;
use super::super::table::Host;
use super::super::trace::*;
use super::super::{backend, bystanders, hostname, http2, others};
use super::walk::{Walk, WayPassed};
use crate::facts::views::*;
use crate::facts::{Facts, Other, Pointing};
use crate::kube::Meta;

/// How many lists that failed are named.
const MOST_UNREAD: usize = 3;

impl Walk<'_> {
    /// Why a route of a kind that is not modelled leaves the answer open, if one does. A GRPCRoute
    /// takes what its rules match; which of it and an HTTPRoute of its hostname counts is not known.
    pub(super) fn other_routes(
        &mut self,
        compiled: &Compiled,
        request: &Request,
        entry: &Host,
    ) -> Option<String> {
        let mut why = None;
        for other in &entry.others {
            let object = other.meta.reference();
            let title = other.meta.title();
            let says = format!("{}s are not modelled", other.meta.kind);
            let of_calls = other.route.as_ref().filter(|route| route.is_of_calls());
            let rules = of_calls.iter().flat_map(|route| &route.rules);
            let mut fits = rules
                .flat_map(matching::matches_of)
                .map(|one| matching::test(request, &one, &compiled.profile));
            let is_open = of_calls.is_none() && request.is_grpc();
            if fits.any(|fit| !matches!(fit, Fit::No(_))) || is_open {
                why.get_or_insert_with(|| format!("{title} may take it, and {says}"));
            }
            let says = format!("{says}; it may take requests of its kind");
            self.trace.unmodelled.push(Unmodelled { object, says });
        }
        why
    }

    /// Leaves a gRPC call open to which the proxy speaks HTTP/1.1: few servers understand it.
    pub(super) fn grpc_over_http1(
        &mut self,
        facts: &Facts,
        route: &HttpRoute,
        rule: &Rule,
        request: &Request,
        profile: &Profile,
    ) {
        let served = self.trace.verdict.status == Some(200) && profile.is_envoy();
        if !served || !request.is_grpc() || route.meta.kind != "HTTPRoute" {
            return;
        }
        let http1 = |own: &&BackendRef| {
            http2::port_of(facts, &route.meta, own).is_some_and(http2::is_http1)
        };
        if let Some(own) = rule.backend_refs.iter().find(http1) {
            let title = backend::title(own, own.namespace_from(&route.meta));
            self.cannot_say(&format!(
                "the gateway speaks HTTP/1.1 to {title}, and gRPC needs HTTP/2: 502 or 503 where the server speaks nothing else"
            ));
        }
    }

    /// Says what is taken for granted where objects of other kinds could not be read.
    pub(super) fn suppose_nothing_else(&mut self, facts: &Facts) {
        if self.trace.verdict.unknown.is_some() {
            return;
        }
        for why in facts.store.unread.iter().take(MOST_UNREAD) {
            let says = format!("no object of another kind changes the answer ({})", why.detail);
            self.trace.assumed.push(says);
        }
    }

    /// Leaves the answer open where an object of a kind that is not modelled points at something on
    /// the way: a policy may answer, a maker of routes may take the request.
    pub(super) fn weigh_others(&mut self, facts: &Facts, compiled: &Compiled, passed: &WayPassed) {
        let profile = &compiled.profile;
        let mut found: Vec<(&Other, &Pointing)> = Vec::new();
        let mut look = |meta: &Meta, section: Option<&str>| {
            found.extend(others::pointing_at(facts, meta, section, profile));
        };
        let listener = passed.listener.map(|own| (own.owner, own.spec.name.as_str()));
        match listener {
            Some((owner, name)) if owner.kind != "Gateway" => {
                look(&compiled.gateway.meta, Some(""));
                look(owner, Some(name));
            }
            _ => look(&compiled.gateway.meta, listener.map(|(_, name)| name)),
        }
        if let Some((route, rule)) = passed.rule {
            look(&route.meta, Some(rule.name.as_deref().unwrap_or_default()));
        }
        let reached = self.trace.backends.iter().filter(|own| own.kind == "Service");
        let services =
            reached.map(|own| facts.store.get::<Service>(&own.namespace, &own.name, |_| ()));
        services.filter_map(|own| own.known()).for_each(|own| look(&own.meta, None));
        let host = hostname::of_header(&self.request.host).unwrap_or_default();
        let may = |(other, pointing): &(&Other, &Pointing)| match pointing.adds_routes {
            true => others::may_take(other, &host, passed.hostname),
            false => !bystanders::is_bystander(other, self.request),
        };
        let mut why = None;
        for (other, pointing) in found.into_iter().filter(may) {
            let object = other.meta.reference();
            if self.trace.unmodelled.iter().any(|known| known.object == object) {
                continue;
            }
            let says = match pointing.adds_routes {
                true => "its kind is not modelled; it may make a route that takes the request",
                false => "its kind is not modelled; it may change the answer",
            };
            let says = format!("{says}{}", others::refused(other));
            why.get_or_insert_with(|| format!("{}: {says}", other.meta.title()));
            self.trace.unmodelled.push(Unmodelled { object, says });
        }
        if let Some(why) = why.filter(|_| self.trace.verdict.unknown.is_none()) {
            self.cannot_say(&why);
        }
    }
}
