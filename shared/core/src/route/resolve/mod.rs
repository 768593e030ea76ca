//! From a request to a verdict: `resolve` finds the Gateway, [`walk`] goes through it.

mod contradicted;
mod cors;
mod delegated;
mod early;
mod expected;
mod expressions;
mod forward;
mod listener;
mod merged;
mod not_in_files;
mod oldest;
mod one_gateway;
mod redirected;
mod refutation;
mod rule;
mod several;
mod timed;
mod unmodelled;
mod untraceable;
mod walk;

pub use expected::{ExpectedService, expect};
use one_gateway::through;
pub use redirected::after_redirects;
pub use untraceable::Untraceable;
use walk::Walk;

use super::attach::{self, Followed};
use super::request::Request;
use super::trace::Trace;
use super::{class, envoy_gateway};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Refused};
use crate::kube::Kind;
use crate::route::profile::Profile;

/// Follows a request through a Gateway: the one named `ns/name` or, where that is unique, `name`,
/// else the one that listens on the request's port and has a route for it.
///
/// # Errors
/// When the Gateway cannot be told.
pub fn resolve(
    facts: &Facts,
    request: &Request,
    wanted: Option<&str>,
) -> Result<Trace, Untraceable> {
    let found = follow(facts, request, wanted);
    match facts.store.world {
        Some(_) => not_in_files::weigh(facts, request, found, |own| follow(facts, own, wanted)),
        None => found,
    }
}

fn follow(facts: &Facts, request: &Request, wanted: Option<&str>) -> Result<Trace, Untraceable> {
    let walk = Walk::new(request);
    match wanted {
        Some(name) => match named(facts, name)? {
            Some(gateway) => of_proxy(facts, request, &[gateway]),
            None => not_there(facts, walk, name),
        },
        None => match candidates(facts, request.port).as_slice() {
            [] => Ok(match not_given(facts).or_else(|| behind_a_service(facts, request)) {
                Some(why) => walk.unknown(&why),
                None => walk.nothing(&nobody_listens(facts, request)),
            }),
            listening => of_proxy(facts, request, listening),
        },
    }
}

/// Through the proxies of Gateways, of which there is one at least; those of Envoy Gateway may share
/// one, with others, too.
fn of_proxy<'a>(
    facts: &Facts<'a>,
    request: &Request,
    gateways: &[&'a Gateway],
) -> Result<Trace, Untraceable> {
    let first = gateways[0];
    let sharing = match class::profile(facts, first) {
        Fact::Known(Profile::EnvoyGateway) => envoy_gateway::merged_with(facts, first),
        _ => vec![first],
    };
    let shares = |own: &&Gateway| sharing.iter().any(|it| std::ptr::eq(*own, *it));
    match (gateways.iter().all(shares), sharing.len()) {
        (false, _) => several::choose(facts, request, gateways),
        (true, 1) => Ok(through(facts, request, first)),
        (true, _) => Ok(merged::choose(facts, request, first, &sharing)),
    }
}

/// The Gateway of this name, `ns/name` or `name`.
fn named<'a>(facts: &Facts<'a>, name: &str) -> Result<Option<&'a Gateway>, Untraceable> {
    if let Some((namespace, name)) = name.split_once('/') {
        return Ok(facts.get::<Gateway>(namespace, name).known());
    }
    let mut found = facts.list::<Gateway>(None).items;
    found.retain(|gateway| gateway.meta.name == name);
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => {
            let names = found.iter().map(|gateway| gateway.meta.full_name()).collect();
            Err(Untraceable::SeveralCalled(names))
        }
    }
}

fn not_there(facts: &Facts, walk: Walk, full: &str) -> Result<Trace, Untraceable> {
    let refused = facts
        .store
        .refused
        .iter()
        .find(|r| r.kind == Some(Kind::Gateway) && r.meta.is_called(full));
    match refused {
        Some(refused) => Ok(walk.nothing(&format!("the API server refuses {}", refusal(refused)))),
        None => Err(Untraceable::NoSuchGateway(full.to_owned())),
    }
}

fn candidates<'a>(facts: &Facts<'a>, port: u16) -> Vec<&'a Gateway> {
    let all = facts.list::<Gateway>(None).items;
    let listens = |listeners: &[Listener]| listeners.iter().any(|l| l.port == port);
    let admits = all.iter().any(|gateway| !gateway.admits_no_sets());
    let sets = if admits { facts.list::<ListenerSet>(None).items } else { Vec::new() };
    all.into_iter()
        .filter(|gateway| {
            listens(&gateway.listeners)
                || sets.iter().any(|set| set.adds_to(&gateway.meta) && listens(&set.listeners))
        })
        .collect()
}

/// A Gateway that routes refer to and that may exist, but is not in the input.
fn not_given(facts: &Facts) -> Option<String> {
    facts.list::<HttpRoute>(None).items.into_iter().find_map(|route| {
        route.parents.iter().find_map(|reference| {
            match attach::follow(facts, &route.meta, &route.hostnames, reference) {
                Followed::Unknown(why) => {
                    Some(format!("{}: {}", reference.title(&route.meta), why.detail))
                }
                _ => None,
            }
        })
    })
}

/// A Gateway whose ports are not those that clients know.
fn behind_a_service(facts: &Facts, request: &Request) -> Option<String> {
    let gateways = facts.list::<Gateway>(None).items;
    let gateway = gateways.iter().find(|own| class::has_ports_of_its_own(facts, own))?;
    let ports = ports_of(std::slice::from_ref(gateway));
    let (title, port) = (gateway.meta.title(), request.port);
    Some(format!(
        "the listeners of {title} have the ports of Traefik's entryPoints ({}); which of them gets a request to port {port} its Service decides: ask with that port in the URL",
        crate::text::list(&ports)
    ))
}

fn ports_of(gateways: &[&Gateway]) -> Vec<String> {
    let ports: std::collections::BTreeSet<u16> =
        gateways.iter().flat_map(|g| &g.listeners).map(|l| l.port).collect();
    ports.iter().map(u16::to_string).collect()
}

fn nobody_listens(facts: &Facts, request: &Request) -> String {
    let gateways = facts.list::<Gateway>(None).items;
    let refused = facts.store.refused.iter().filter(|own| own.kind == Some(Kind::Gateway));
    let refused = refused.map(|own| format!("; the API server refuses {}", refusal(own)));
    let refused: String = refused.take(3).collect();
    if gateways.is_empty() {
        return format!("there is no Gateway{refused}");
    }
    let (ports, port) = (ports_of(&gateways), request.port);
    format!(
        "no Gateway listens on port {port} (there are listeners on {}){refused}",
        crate::text::list(&ports)
    )
}

/// The object, and the first thing that is wrong with it.
fn refusal(refused: &Refused) -> String {
    format!("{}: {}", refused.meta.title(), refused.why())
}
