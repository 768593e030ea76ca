//! The time limits of a request that is forwarded.

use super::super::gateway::Compiled;
use super::super::limits::{self, LimitKind};
use super::super::limits_around;
use super::super::policy::AttachedPolicy;
use super::super::precedence::RankedMatch;
use super::super::request::Request;
use super::delegated::OnTheWay;
use super::walk::Walk;
use crate::facts::Facts;

impl Walk<'_> {
    /// Notes the limits of a rule that forwards; `way` says whose `timeouts` count.
    pub(super) fn timed(
        &mut self,
        facts: &Facts,
        compiled: &Compiled,
        way: &OnTheWay,
        entry: &RankedMatch,
        policies: &[AttachedPolicy],
        request: &Request,
    ) {
        if self.trace.forwarded.is_none() {
            return;
        }
        let (profile, (route, rule)) = (&compiled.profile, (entry.route, entry.rule));
        let (timed, index) = way.has_timeouts().unwrap_or((route, rule));
        let title = timed.meta.title();
        let at = |field: &str| format!("{title}, spec.rules[{index}].{field}");
        let mut all = limits::of(facts, &timed.rules[index], profile, policies, &at).all;
        if profile.is_kgateway() {
            let gateway = (&compiled.gateway.meta, request.port);
            let rule = &route.rules[rule];
            let more = limits_around::around(facts, gateway, &route.meta, rule, policies);
            // What a route says of an idle stream comes before what its listener says.
            let idle = |own: &limits::TimeLimit| own.kind == LimitKind::StreamIdle;
            let routes_own = all.iter().any(|own| idle(own) && own.written);
            let more: Vec<_> = more.into_iter().filter(|own| !(routes_own && idle(own))).collect();
            if more.iter().any(idle) {
                all.retain(|own| !idle(own));
            }
            all.extend(more);
        }
        self.trace.limits = all;
    }
}
