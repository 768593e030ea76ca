//! `routes why --send`: what the real gateway answers, beside what was predicted.

use std::time::Duration;

use igw::exit::{Exit, Failure};
use igw::probe::{self, Via};
use igw::session::Session;
use igw_core::facts::views::{Gateway, HttpRoute, Written};
use igw_core::facts::{Fact, Facts, Scope};
use igw_core::mask;
use igw_core::route::request::Request;
use igw_core::route::trace::{AnsweredBy, NotSent, Sent, Stage, Trace};

mod proxy;
mod signature;

/// Envoy's header of answers that are a backend's.
const UPSTREAM: &str = "x-envoy-upstream-service-time";

/// Whether a request may be sent at all.
///
/// # Errors
/// When it might change something, or the address is none.
pub fn check(request: &Request, address: Option<&str>, unsafe_too: bool) -> Result<(), Failure> {
    let harmless = ["GET", "HEAD", "OPTIONS"].contains(&request.method.as_str());
    if !harmless && !unsafe_too {
        let what = format!("--send: {} may change something behind the gateway", request.method);
        return Err(Failure::usage(what).hint("to send it anyway: --allow-unsafe-method"));
    }
    let Some(address) = address else { return Ok(()) };
    let port = address.rsplit_once(':');
    let port = port.filter(|(host, _)| !host.is_empty() && !host.contains(['@', '/']));
    match port.is_some_and(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0)) {
        true => Ok(()),
        false => Err(Failure::usage(format!(
            "--address {}: not of the form HOST:PORT",
            mask::address(address)
        ))),
    }
}

/// Sends the request, and compares.
///
/// # Errors
/// When there is no way to the gateway.
pub fn run(
    session: &mut Session,
    request: &Request,
    trace: &Trace,
    address: Option<&str>,
    limit: Option<Duration>,
) -> Result<Sent, Failure> {
    let way = match address {
        Some(address) => Via::Address(address.to_owned()),
        None => proxy::way(session, request, trace)?,
    };
    let answer = probe::send(request, &way, session.live.as_ref(), limit)?;
    let envoy = trace.profile.as_ref().is_some_and(|profile| profile.starts_with("kgateway"));
    let status = answer.status.as_ref().ok().copied();
    let upstream = answer.headers.iter().any(|(name, _)| name == UPSTREAM);
    let worded = trace.verdict.by == AnsweredBy::Gateway
        && trace.steps.last().is_some_and(|own| matches!(own.stage, Stage::Filter | Stage::Policy));
    let unlike_gateway = match status {
        Some(status) if envoy && !upstream => signature::unlike_kgateway(status, &answer, worded),
        _ => None,
    };
    let by = match status {
        None => Some(AnsweredBy::None),
        Some(_) if upstream => Some(AnsweredBy::Backend),
        Some(_) => (envoy && unlike_gateway.is_none()).then_some(AnsweredBy::Gateway),
    };
    let as_predicted = match &unlike_gateway {
        Some(_) => trace.verdict.unknown.is_none().then_some(false),
        None => trace.verdict.foretold(status, by),
    };
    let explained = match as_predicted {
        Some(false) => explain(&Facts::new(&session.store, &Scope::default()), trace, address),
        _ => Vec::new(),
    };
    let millis = u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX);
    Ok(Sent {
        status,
        error: answer.status.err(),
        millis,
        by,
        unlike_gateway,
        to: way.to_string(),
        as_predicted,
        explained,
    })
}

/// Why nothing was sent, where that is no mistake of whoever asked.
///
/// # Errors
/// The failure, where it is.
pub fn not_sent(failure: Failure) -> Result<NotSent, Failure> {
    if failure.exit != Exit::Blind {
        return Err(failure);
    }
    let Failure { message, cause, hints, .. } = failure;
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    let says = format!("{}{cause}", message.trim_start_matches("--send: "));
    Ok(NotSent { says, hints })
}

/// Possible reasons why the actual answer is different.
fn explain(facts: &Facts, trace: &Trace, address: Option<&str>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(address) = address
        && let Some(gateway) = &trace.gateway
    {
        out.push(format!(
            "what answers at {address} may not be Gateway {}/{}",
            gateway.namespace, gateway.name
        ));
    }
    let stale = |title: String, written: &Written| {
        let (observed, generation) = written.stale()?;
        Some(format!(
            "the status of {title} describes generation {observed}, but the object is at {generation}: its controller has not processed it yet"
        ))
    };
    if let Some(name) = &trace.gateway
        && let Fact::Known(gateway) =
            facts.store.get::<Gateway>(&name.namespace, &name.name, |_| ())
    {
        out.extend(stale(gateway.meta.title(), &gateway.written));
        let programmed = gateway.written.programmed.as_ref();
        if let Some(seen) = programmed.filter(|seen| seen.status != "True") {
            out.push(format!(
                "{} has Programmed={} {}",
                gateway.meta.title(),
                seen.status,
                seen.reason
            ));
        }
        if trace.profile.as_ref().is_some_and(|profile| profile.starts_with("kgateway")) {
            out.push(format!("Envoy may have rejected the newest configuration and kept an older one: kubectl logs -n {} -l {}={} | grep -i rejected", name.namespace, Gateway::OF_PROXY, name.name));
        }
    }
    if let Some(matched) = &trace.matched {
        let name = &matched.route;
        if let Fact::Known(route) =
            facts.store.get::<HttpRoute>(&name.namespace, &name.name, |_| ())
        {
            out.extend(stale(route.meta.title(), &route.written));
        }
    }
    out.extend(trace.unmodelled.iter().map(|one| format!("{}: {}", one.object, one.says)));
    out
}
