//! Where a client arrives that follows a redirect.

use super::super::hostname;
use super::super::redirect::{MOST_REDIRECTS, is_same, next};
use super::super::request::Request;
use super::super::trace::*;
use super::one_gateway::through;
use crate::facts::Facts;
use crate::facts::views::*;

/// Follows the redirect of a trace as a client does, as long as it stays at the Gateway, and says
/// in the trace where that ends. An endless one is part of the verdict.
pub fn after_redirects(facts: &Facts, trace: &mut Trace) {
    let (Some(Name { namespace, name }), Some(first)) = (&trace.gateway, &trace.redirect) else {
        return;
    };
    let Some(gateway) = facts.get::<Gateway>(namespace, name).known() else { return };
    let mut asked = vec![trace.request.clone()];
    let mut sent = first.clone();
    while let Some(request) = asked.last().and_then(|own| next(own, sent.status, &sent.location)) {
        let count = asked.len();
        let again = asked.iter().position(|before| is_same(before, &request));
        if again.is_some() || count == MOST_REDIRECTS {
            let says = match again {
                Some(_) if count == 1 => {
                    "the Location is the URL that was asked: the client loops".to_owned()
                }
                Some(_) => format!(
                    "after {count} redirects the client is at {} again: it loops",
                    sent.location
                ),
                None => format!(
                    "after {MOST_REDIRECTS} redirects the client is at {}, and redirected again: it loops",
                    sent.location
                ),
            };
            trace.verdict.says = format!("{}; {says}", trace.verdict.says);
            let (redirects, location) = (count, sent.location);
            trace.arrives = Some(Arrival { redirects, location, status: None, loops: true, says });
            return;
        }
        let there = through(facts, &request, gateway);
        if !lands_here(asked.last(), &request, &there) {
            return;
        }
        let (location, status) = (sent.location.clone(), there.verdict.status);
        let by = there.matched.as_ref().map(|own| {
            format!(
                "HTTPRoute {}/{}, spec.rules[{}]",
                own.route.namespace, own.route.name, own.rule
            )
        });
        match there.redirect {
            Some(again) => {
                let says =
                    format!("a client that follows it gets {} to {}", again.status, again.location);
                trace.steps.push(Step { stage: Stage::Filter, says, at: by.unwrap_or_default() });
                sent = again;
                asked.push(request);
            }
            None => {
                let status_says = status.map(|status| format!("{status}: ")).unwrap_or_default();
                let says = format!(
                    "a client that follows it to {location} gets {status_says}{}",
                    there.verdict.says
                );
                let step =
                    Step { stage: Stage::Filter, says: says.clone(), at: by.unwrap_or_default() };
                trace.steps.push(step);
                trace.arrives =
                    Some(Arrival { redirects: count, location, status, loops: false, says });
                return;
            }
        }
    }
}

/// Whether the next request of a client arrives at the Gateway, too: by the name that has led there
/// before, or by one that a route of it has. Another name may be a host elsewhere.
fn lands_here(before: Option<&Request>, request: &Request, there: &Trace) -> bool {
    let bare = |request: &Request| hostname::of_header(&request.host);
    let same = before.is_some_and(|before| bare(before) == bare(request));
    let named = there.matched.as_ref().is_some_and(|own| own.hostname != hostname::ANY);
    named || (same && there.listener.is_some())
}
