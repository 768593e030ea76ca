//! A request that nothing in the files takes, where something that is not in them may.

use super::super::attach::{self, Acceptance, Followed};
use super::super::hostname;
use super::super::request::Request;
use super::super::trace::*;
use super::untraceable::Untraceable;
use super::walk::Walk;
use crate::facts::views::*;
use crate::facts::{Facts, Unclear};
use crate::kube::{Kind, full_name};
use crate::placeholder;

/// Weighs an answer that says that nothing takes the request: a variable may be filled in so that
/// a route takes it, a chart may make a route for its host, a route may not be known as a whole.
///
/// # Errors
/// Those of `found`.
pub(super) fn weigh(
    facts: &Facts,
    request: &Request,
    found: Result<Trace, Untraceable>,
    follow: impl Fn(&Request) -> Result<Trace, Untraceable>,
) -> Result<Trace, Untraceable> {
    let taken = |trace: &Trace| {
        let error = trace.verdict.status.is_none_or(|status| status == 404);
        trace.matched.is_some() || trace.verdict.unknown.is_some() || !error
    };
    let host = hostname::of_header(&request.host).unwrap_or_default();
    if found.as_ref().is_ok_and(taken) {
        return found.map(|trace| match narrower(facts, &trace, &host) {
            Some(why) => decline(trace, why),
            None => trace,
        });
    }
    if let Some(trace) = with_variables(facts, request, follow) {
        return Ok(trace);
    }
    match (found, may_be_taken(facts, &host)) {
        (Ok(trace), Some(why)) => Ok(decline(trace, why)),
        (Err(Untraceable::Ambiguous(_)), Some(why)) => Ok(Walk::new(request).unknown(&why)),
        (found, _) => found,
    }
}

fn decline(mut trace: Trace, why: String) -> Trace {
    trace.verdict.status = None;
    trace.verdict.by = AnsweredBy::None;
    trace.verdict.possible.clear();
    trace.verdict.says = format!("cannot be predicted: {why}");
    trace.verdict.unknown = Some(why);
    trace
}

/// A route for this very host that a chart may make, where a wildcard took the request; one that
/// only redirects is meant for the hosts of others.
fn narrower(facts: &Facts, trace: &Trace, host: &str) -> Option<String> {
    let world = facts.store.world.as_ref()?;
    let matched = trace.matched.as_ref().filter(|own| own.hostname.starts_with('*'))?;
    if trace.redirect.is_some() || trace.verdict.unknown.is_some() {
        return None;
    }
    let maker = world.makers.iter().find(|maker| maker.hosts.iter().any(|own| own == host))?;
    Some(format!(
        "{} may make a route for {host}, which goes before {}: its chart is not rendered",
        maker.title, matched.hostname
    ))
}

/// What is not in the files, or not known as a whole, and may take requests to a host.
fn may_be_taken(facts: &Facts, host: &str) -> Option<String> {
    let world = facts.store.world.as_ref()?;
    let routes = facts.store.known::<HttpRoute>();
    for route in routes.filter(|r| r.hostnames.iter().any(|own| hostname::covers(own, host))) {
        for reference in &route.parents {
            let parent = attach::follow(facts, &route.meta, &route.hostnames, reference);
            let why = match parent {
                Followed::Unknown(why) => Some(why),
                Followed::To(found) => match found.outcome {
                    Acceptance::Unknown(why) => Some(why),
                    _ => None,
                },
                _ => None,
            };
            if let Some(why) = why {
                let (title, name) = (route.meta.title(), reference.title(&route.meta));
                return Some(format!(
                    "{title} has the host, and {name} is not known: {}",
                    why.detail
                ));
            }
        }
    }
    // A host that a route of the files has is most likely not that of a chart, too.
    if facts.store.known::<HttpRoute>().any(|route| route.hostnames.iter().any(|own| own == host)) {
        return None;
    }
    let claims = |own: &&crate::facts::Maker| {
        own.claims(host) || own.hosts.iter().any(|own| placeholder::unify(own, host).is_some())
    };
    if let Some(maker) = world.makers.iter().find(claims) {
        return Some(format!(
            "{} may make a route for {host}: its chart is not rendered",
            maker.title
        ));
    }
    let decides = |kind: &Kind| [Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet].contains(kind);
    let own = |hostnames: &[String]| {
        let near = |name: &String| domain(name) == domain(host) || placeholder::has(name);
        hostnames.is_empty() || hostnames.iter().any(near)
    };
    let mut unclear = facts.store.unclear.iter();
    let unclear = unclear.find(|((kind, ..), unclear)| decides(kind) && own(&unclear.hostnames));
    unclear.map(|((kind, namespace, name), Unclear { why, .. })| {
        format!("{} {}: {}", kind.name(), full_name(namespace, name), why.detail)
    })
}

/// The last two labels of a name: what is changed in a patch is most often before them.
fn domain(name: &str) -> Vec<&str> {
    name.rsplit('.').take(2).collect()
}

/// The answer if the variables in hostnames are what the request's host makes of them.
fn with_variables(
    facts: &Facts,
    request: &Request,
    follow: impl Fn(&Request) -> Result<Trace, Untraceable>,
) -> Option<Trace> {
    let host = hostname::of_header(&request.host)?;
    if placeholder::has(&host) {
        return None;
    }
    let routes = facts.store.known::<HttpRoute>().flat_map(|route| &route.hostnames);
    let mut found: Vec<Vec<(String, String)>> =
        routes.filter_map(|pattern| placeholder::unify(pattern, &host)).collect();
    // A name of its own before a wildcard's.
    found.sort_by_key(|pairs| pairs.iter().map(|(_, value)| value.len()).sum::<usize>());
    found.dedup();
    for pairs in found {
        let filled = pairs.iter().fold(host.clone(), |host, (token, value)| {
            match host.strip_suffix(value.as_str()) {
                Some(start) => format!("{start}{token}"),
                None => host.replacen(value.as_str(), token, 1),
            }
        });
        let own = request.with_host(&filled);
        let Ok(mut trace) = follow(&own) else { continue };
        if trace.matched.is_none() {
            continue;
        }
        let given = pairs.iter().map(|(token, value)| {
            let name = placeholder::names(token).pop().unwrap_or_default();
            format!("{name}={value}")
        });
        let says = format!("taken as filled in: {}", crate::text::list(&given.collect::<Vec<_>>()));
        let at = "--set-var says otherwise".to_owned();
        trace.steps.insert(0, Step { stage: Stage::Hostname, says, at });
        trace.request = request.clone();
        return Some(trace);
    }
    None
}
