//! Gateways that share one proxy (Envoy Gateway's `mergeGateways`): whichever is asked, the listener
//! with the most specific hostname takes a request.

use super::super::hostname;
use super::super::request::Request;
use super::super::trace::*;
use super::one_gateway::through;
use crate::facts::Facts;
use crate::facts::views::*;

/// Follows a request through the proxy that a Gateway shares with others.
pub(super) fn choose<'a>(
    facts: &Facts<'a>,
    request: &Request,
    asked: &'a Gateway,
    sharing: &[&'a Gateway],
) -> Trace {
    let takers: Vec<String> =
        hostname::of_header(&request.host).iter().flat_map(|name| hostname::takers(name)).collect();
    let taken = sharing.iter().filter_map(|gateway| {
        let trace = through(facts, request, gateway);
        let name = &trace.listener.as_ref()?.name;
        let listener = gateway.listeners.iter().find(|own| own.name == *name);
        let hostname = listener.and_then(|own| own.hostname.as_deref()).unwrap_or(hostname::ANY);
        let rank = takers.iter().position(|taker| taker == hostname).unwrap_or(takers.len());
        Some((rank, *gateway, trace))
    });
    let Some((_, gateway, mut trace)) = taken.min_by_key(|(rank, ..)| *rank) else {
        return through(facts, request, asked);
    };
    if !std::ptr::eq(gateway, asked) {
        trace.steps.push(Step {
            stage: Stage::Listener,
            says: format!("{} shares the proxy with {}", asked.meta.title(), gateway.meta.title()),
            at: format!("GatewayClass {}, spec.parametersRef", asked.class),
        });
    }
    trace
}
