//! From a request to a verdict: `resolve` finds the Gateway, [`walk`] goes through it.

mod forward;
mod listener;
mod rule;
mod walk;

use super::attach::{self, Followed};
use super::gateway;
use super::request::Request;
use super::trace::{Name, Trace};
use crate::facts::views::*;
use crate::facts::{Cx, Fact};
use walk::Walk;

/// Why a request cannot even be traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untraceable {
    /// Several Gateways listen on the port: `ns/name` of each.
    Ambiguous(Vec<String>),
    /// `--gateway` names none that is known.
    NoSuchGateway(String),
}

/// Follows a request through a Gateway: the one named, else the only one that listens on the
/// request's port.
///
/// # Errors
/// When the Gateway cannot be told.
pub fn resolve(
    cx: &Cx,
    request: &Request,
    wanted: Option<(&str, &str)>,
) -> Result<Trace, Untraceable> {
    let mut walk = Walk::new(request);
    let gateway = match wanted {
        Some((namespace, name)) => match cx.get::<Gateway>(namespace, name).known() {
            Some(gateway) => gateway,
            None => return not_there(cx, walk, namespace, name),
        },
        None => match candidates(cx, request.port).as_slice() {
            [one] => one,
            [] => {
                return Ok(match not_given(cx) {
                    Some(why) => walk.unknown(&why),
                    None => walk.nothing(&nobody_listens(cx, request)),
                });
            }
            many => {
                let names = many.iter().map(|g| g.meta.full_name()).collect();
                return Err(Untraceable::Ambiguous(names));
            }
        },
    };
    walk.trace.gateway = Some(Name::from(&gateway.meta));
    let profile = match cx.profile(gateway) {
        Fact::Known(profile) => profile,
        Fact::Absent => {
            let why = gateway::not_served(cx, gateway);
            let says = format!(
                "no controller serves {}: {why}, so there is no proxy",
                gateway.meta.title()
            );
            return Ok(walk.nothing(&says));
        }
        Fact::Unknown(why) => return Ok(walk.unknown(&why.detail)),
    };
    walk.trace.profile = Some(cx.store.settings.say(&profile));
    let compiled = gateway::compile(cx, gateway, profile);
    walk.through(cx, &compiled);
    Ok(walk.trace)
}

fn not_there(cx: &Cx, walk: Walk, namespace: &str, name: &str) -> Result<Trace, Untraceable> {
    let full = format!("{namespace}/{name}");
    let refused = cx
        .store
        .refused
        .iter()
        .find(|r| r.kind == Some(crate::facts::Kind::Gateway) && r.meta.full_name() == full);
    match refused {
        Some(refused) => {
            let first = refused.refusals.first();
            let why = first
                .map(|r| format!("{} {}", crate::facts::pointer::dotted(&r.pointer), r.message));
            let why = why.unwrap_or_default();
            Ok(walk.nothing(&format!("the API server refuses Gateway {full}: {why}")))
        }
        None => Err(Untraceable::NoSuchGateway(full)),
    }
}

fn candidates<'a>(cx: &Cx<'a>, port: u16) -> Vec<&'a Gateway> {
    let all = cx.list::<Gateway>(None).items;
    let listens = |listeners: &[Listener]| listeners.iter().any(|l| l.port == port);
    let admits = all.iter().any(|gateway| !gateway.admits_no_sets());
    let sets = if admits { cx.list::<ListenerSet>(None).items } else { Vec::new() };
    all.into_iter()
        .filter(|gateway| {
            listens(&gateway.listeners)
                || sets.iter().any(|set| set.adds_to(&gateway.meta) && listens(&set.listeners))
        })
        .collect()
}

/// A Gateway that routes name and that may exist, though it is not in the input.
fn not_given(cx: &Cx) -> Option<String> {
    cx.list::<HttpRoute>(None).items.into_iter().find_map(|route| {
        route.parents.iter().find_map(|reference| {
            match attach::follow(cx, &route.meta, &route.hostnames, reference) {
                Followed::Unknown(why) => {
                    let namespace = attach::parent_namespace(&route.meta, reference);
                    Some(format!(
                        "{} {namespace}/{}: {}",
                        reference.kind, reference.name, why.detail
                    ))
                }
                _ => None,
            }
        })
    })
}

fn nobody_listens(cx: &Cx, request: &Request) -> String {
    let gateways = cx.list::<Gateway>(None).items;
    if gateways.is_empty() {
        return "there is no Gateway".to_owned();
    }
    let ports: std::collections::BTreeSet<u16> =
        gateways.iter().flat_map(|g| &g.listeners).map(|l| l.port).collect();
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let port = request.port;
    format!(
        "no Gateway listens on port {port} (there are listeners on {})",
        crate::words::list(&ports)
    )
}
