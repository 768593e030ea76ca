//! A Gateway as its implementation serves it: listeners, and the routes attached to each.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::attach::{self, Acceptance, Attachment, Followed, ParentObject};
use super::gateway_policy::{self, OnGateway};
pub use super::running::Running;
use super::said::GatewaySaid;
use super::served_listener::ServedListener;
use super::{class, delegation, delegators, envoy_gateway, listener, named_parents, parameters};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Other, Why};
use crate::kube::Meta;
use crate::route::profile::Profile;

/// A route attached to a listener.
#[derive(Debug, Clone)]
pub struct AttachedRoute<'a> {
    pub route: &'a HttpRoute,
    /// Index in [`Compiled::listeners`].
    pub listener: usize,
    /// The hostnames served there.
    pub hostnames: Vec<String>,
}

/// A Gateway with everything that belongs to it resolved.
#[derive(Debug)]
pub struct Compiled<'a> {
    pub gateway: &'a Gateway,
    pub profile: Profile,
    pub running: Running,
    /// What ListenerPolicies do to it.
    pub policy: OnGateway,
    /// Its listeners and those of its ListenerSets.
    pub listeners: Vec<ServedListener<'a>>,
    /// Its HTTPRoutes, one entry per listener; and the GRPCRoutes of kgateway.
    pub attached: Vec<AttachedRoute<'a>>,
    /// Routes of kinds that are not modelled: route, listener, hostnames.
    pub others: Vec<(&'a Other, usize, Vec<String>)>,
    /// Routes for which it is unknown whether they are attached.
    pub undecided: Vec<(&'a HttpRoute, Why)>,
    /// Those of its routes that delegate to others (kgateway), with all under them.
    pub flats: HashMap<*const HttpRoute, Rc<delegation::Flat<'a>>>,
    /// The places in `attached` and in `others` of each listener.
    by_listener: Vec<(Vec<usize>, Vec<usize>)>,
    /// The listeners of an object.
    owned: HashMap<*const Meta, Vec<usize>>,
    /// The namespaces and names of the objects that have listeners.
    owners: HashSet<(&'a str, &'a str)>,
}

/// Follows everything that belongs to a Gateway.
pub fn compile<'a>(facts: &Facts<'a>, gateway: &'a Gateway, profile: Profile) -> Compiled<'a> {
    let listeners = listener::all(facts, gateway, &profile);
    let mut owned: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, listener) in listeners.iter().enumerate() {
        owned.entry(std::ptr::from_ref(listener.owner)).or_default().push(at);
    }
    let mut out = Compiled {
        gateway,
        profile,
        running: running(facts, gateway, &profile),
        policy: match profile.is_kgateway() {
            true => gateway_policy::on_gateway(facts, &gateway.meta),
            false => OnGateway::Nothing,
        },
        by_listener: listeners.iter().map(|_| Default::default()).collect(),
        owned,
        owners: listeners.iter().map(|listener| place_of(listener.owner)).collect(),
        listeners,
        attached: Vec::new(),
        others: Vec::new(),
        undecided: Vec::new(),
        flats: HashMap::new(),
    };
    let owners = || out.listeners.iter().map(|l| l.owner).chain([&gateway.meta]);
    let (routes, others) =
        (named_parents::routes_of(facts, owners()), named_parents::others_of(facts, owners()));
    for route in routes {
        // Envoy Gateway's chart installs the experimental channel.
        let doubt = facts.store.doubt(&route.meta).filter(|_| out.profile != Profile::EnvoyGateway);
        for attachment in out.attachments(facts, route) {
            match attachment.and_then(|own| doubt.clone().map_or(Ok(own), Err)) {
                Ok((listener, hostnames)) => {
                    out.attached.push(AttachedRoute { route, listener, hostnames });
                }
                Err(why) => out.undecided.push((route, why)),
            }
        }
    }
    for (other, route) in others {
        for (listener, hostnames) in out.attachments(facts, route).into_iter().flatten() {
            // kgateway has GRPCRoutes and HTTPRoutes in one virtual host.
            match out.profile.is_kgateway() && route.is_of_calls() {
                true => out.attached.push(AttachedRoute { route, listener, hostnames }),
                false => out.others.push((other, listener, hostnames)),
            }
        }
    }
    for (at, attached) in out.attached.iter().enumerate() {
        out.by_listener[attached.listener].0.push(at);
        let flat = delegation::flat_of(facts, attached.route).filter(|_| profile.is_kgateway());
        out.flats.extend(flat.map(|flat| (std::ptr::from_ref(attached.route), flat)));
    }
    for (at, (_, listener, _)) in out.others.iter().enumerate() {
        out.by_listener[*listener].1.push(at);
    }
    let busy: Vec<bool> = (0..out.listeners.len()).map(|at| out.has_routes(at)).collect();
    listener::raw_ports(&mut out.listeners, &busy, &profile);
    out
}

fn place_of(owner: &Meta) -> (&str, &str) {
    (owner.namespace.as_str(), owner.name.as_str())
}

/// Index of a listener and the hostnames served there, or why this is unknown.
type OneAttachment = Result<(usize, Vec<String>), Why>;

impl<'a> Compiled<'a> {
    fn attachments(&self, facts: &Facts<'a>, route: &HttpRoute) -> Vec<OneAttachment> {
        let mut out: Vec<OneAttachment> = Vec::new();
        for reference in &route.parents {
            // Most routes of a large cluster belong elsewhere; the name tells at once.
            let own = reference.namespace_from(&route.meta);
            let named = (own, reference.name.as_str());
            if !self.owners.contains(&named) && place_of(&self.gateway.meta) != named {
                continue;
            }
            let Followed::To(found) =
                attach::follow(facts, &route.meta, &route.hostnames, reference)
            else {
                continue;
            };
            if !found.parent.gateway().meta.is_same(&self.gateway.meta) {
                continue;
            }
            match &found.outcome {
                Acceptance::Attached(listeners) => {
                    for (index, hostnames) in listeners {
                        if let Some(listener) = self.position(&found, *index) {
                            out.push(Ok((listener, hostnames.clone())));
                        }
                    }
                }
                Acceptance::Unknown(why) => out.push(Err(why.clone())),
                Acceptance::Refused(_) => {}
            }
        }
        out
    }

    fn position(&self, attachment: &Attachment, index: usize) -> Option<usize> {
        let mut own = self.owned_by(attachment.parent.meta()).iter();
        own.find(|at| self.listeners[**at].index == index).copied()
    }

    /// The listeners of an object.
    pub fn owned_by(&self, owner: &Meta) -> &[usize] {
        self.owned.get(&std::ptr::from_ref(owner)).map_or(&[], Vec::as_slice)
    }

    /// The places in [`Compiled::attached`] of the routes of some listeners, in order.
    pub fn attached_to(&self, listeners: &[usize]) -> Vec<usize> {
        let own = listeners.iter().flat_map(|at| &self.by_listener[*at].0);
        sorted(own.copied().collect())
    }

    /// The same in [`Compiled::others`].
    pub fn others_at(&self, listeners: &[usize]) -> Vec<usize> {
        let own = listeners.iter().flat_map(|at| &self.by_listener[*at].1);
        sorted(own.copied().collect())
    }

    pub fn has_routes(&self, listener: usize) -> bool {
        let (routes, others) = &self.by_listener[listener];
        !routes.is_empty() || !others.is_empty()
    }

    /// `attachedRoutes` of a listener: routes of every kind, each once.
    pub fn attached_routes(&self, listener: usize) -> usize {
        let (routes, others) = &self.by_listener[listener];
        let routes = routes.iter().map(|at| &self.attached[*at].route.meta);
        let metas = routes.chain(others.iter().map(|at| &self.others[*at].0.meta));
        metas.map(|meta| (meta.kind.as_ref(), place_of(meta))).collect::<HashSet<_>>().len()
    }
}

fn sorted(mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_unstable();
    numbers
}

/// The Gateways that a parentRef of a route leads to, without judging them.
pub fn parents_of<'a>(facts: &Facts<'a>, route: &HttpRoute) -> Vec<ParentObject<'a>> {
    route
        .parents
        .iter()
        .filter_map(|reference| {
            match attach::follow(facts, &route.meta, &route.hostnames, reference) {
                Followed::To(found) => Some(found.parent),
                _ => None,
            }
        })
        .collect()
}

/// The rules that a route's parents follow: those of the first parent that is known, or of a
/// route that delegates to it; else those that the user named, else the specification's.
pub fn profile_of(facts: &Facts, route: &HttpRoute) -> Profile {
    let said = facts.store.said.of::<GatewaySaid>();
    let known = delegators::of_parents(facts, route);
    known.or_else(|| delegators::profile(facts, route)).unwrap_or(match said.kgateway {
        Some(version) => Profile::Kgateway { version, validation: said.validation },
        None => Profile::Specification,
    })
}

/// Why no controller serves a Gateway that is known to be unserved.
pub fn not_served(facts: &Facts, gateway: &Gateway) -> String {
    match class::of(facts, gateway) {
        Fact::Known(class) => format!("no controller is called {}", class.controller),
        _ => format!("GatewayClass {} does not exist", gateway.class),
    }
}

/// Whether the implementation makes a proxy for the Gateway. kgateway does not when its
/// GatewayParameters are missing, although all but `Accepted` looks healthy (observed 2).
fn running(facts: &Facts, gateway: &Gateway, profile: &Profile) -> Running {
    let class = class::of(facts, gateway).known();
    if let Some(reason) = class.and_then(|class| class.refused.clone()) {
        let says = format!("GatewayClass {} has Accepted=False {reason}", gateway.class);
        return Running::No(reason, says);
    }
    match &gateway.refused {
        // These two leave a proxy that answers.
        Some(reason) if !["GatewayReplaced", "ListenersNotValid"].contains(&reason.as_str()) => {
            return Running::No(reason.clone(), "as its status shows".to_owned());
        }
        _ => {}
    }
    match profile {
        Profile::Specification => return Running::Yes,
        Profile::EnvoyGateway => return envoy_gateway::running(facts, gateway),
        Profile::Kgateway { .. } => {}
    }
    let known = |kind: &String| ["IPAddress", "Hostname"].contains(&kind.as_str());
    if let Some(kind) = gateway.address_types.iter().find(|kind| !known(kind)) {
        let reason = match profile.kgateway_before(2, 4) {
            true => "InvalidParameters",
            false => "UnsupportedAddress",
        };
        return Running::No(reason.to_owned(), format!("address type {kind} is not supported"));
    }
    match parameters::of_gateway(facts, gateway) {
        Fact::Absent => Running::Yes,
        Fact::Known(fault) => Running::No("InvalidParameters".to_owned(), fault.say()),
        Fact::Unknown(why) => Running::Unknown(why),
    }
}
