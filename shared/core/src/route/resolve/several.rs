//! Several Gateways listen on the port of a request.

use super::super::request::Request;
use super::super::trace::*;
use super::one_gateway::through;
use super::untraceable::Untraceable;
use crate::facts::Facts;
use crate::facts::views::*;
use crate::kube::full_name;

/// Follows a request through each Gateway that listens on its port; the one that has a route for it
/// answers, else the one whose listener takes the host, else one of which something is not known.
/// What the others do is said.
///
/// # Errors
/// When that leaves several which answer differently.
pub(super) fn choose<'a>(
    facts: &Facts<'a>,
    request: &Request,
    gateways: &[&'a Gateway],
) -> Result<Trace, Untraceable> {
    let mut traces: Vec<Trace> =
        gateways.iter().map(|gateway| through(facts, request, gateway)).collect();
    let ranks: [fn(&Trace) -> bool; 3] = [
        |trace| trace.matched.is_some(),
        |trace| trace.listener.is_some() && trace.verdict.unknown.is_none(),
        |trace| trace.verdict.unknown.is_some(),
    ];
    let found = ranks.iter().find_map(|fits| {
        let fitting: Vec<usize> = (0..traces.len()).filter(|&i| fits(&traces[i])).collect();
        (!fitting.is_empty()).then_some(fitting)
    });
    let fitting = found.unwrap_or_else(|| vec![0]);
    let one = fitting.first().copied().unwrap_or_default();
    let verdict = |i: &usize| {
        let Verdict { status, unknown, .. } = &traces[*i].verdict;
        (*status, unknown.is_some(), traces[*i].matched.is_some())
    };
    // Where all answer alike it does not matter which one is asked.
    if fitting.iter().any(|other| verdict(other) != verdict(&one)) {
        let names = gateways.iter().map(|gateway| gateway.meta.full_name()).collect();
        return Err(Untraceable::Ambiguous(names));
    }
    let mut chosen = traces.swap_remove(one);
    for trace in traces.iter().take(MOST) {
        let Some(Name { namespace, name }) = &trace.gateway else { continue };
        let gateway = full_name(namespace, name);
        let says = match (&trace.verdict.unknown, trace.verdict.status) {
            (Some(_), _) => "may take it, too: its answer is not known".to_owned(),
            (None, Some(status)) => format!("answers {status} to it"),
            (None, None) => "gives no HTTP answer to it".to_owned(),
        };
        chosen.steps.push(Step {
            stage: Stage::Listener,
            says: format!("Gateway {gateway} listens on port {}, too, and {says}", request.port),
            at: format!("--gateway {gateway} follows it there"),
        });
    }
    Ok(chosen)
}

/// How many other Gateways are named.
const MOST: usize = 4;
