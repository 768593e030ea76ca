//! A Gateway as its implementation serves it: listeners, and the routes attached to each.

use super::attach::{self, Acceptance, Attachment, Followed, ParentObject};
use super::gateway_policy::{self, OnGateway};
use super::said::GatewaySaid;
use super::served_listener::ServedListener;
use super::{class, listener};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Other, Why};
use crate::kube::KGATEWAY_API;
use crate::route::profile::Profile;

/// Whether a proxy is running for a Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Running {
    Yes,
    /// There is no proxy: the reason of `Accepted=False`, and a sentence.
    No(String, String),
    Unknown(Why),
}

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
    /// Its HTTPRoutes, one entry per listener.
    pub attached: Vec<AttachedRoute<'a>>,
    /// Routes of other kinds: route, listener, hostnames.
    pub others: Vec<(&'a Other, usize, Vec<String>)>,
    /// Routes for which it is unknown whether they are attached.
    pub undecided: Vec<(&'a HttpRoute, Why)>,
}

/// Follows everything that belongs to a Gateway.
pub fn compile<'a>(facts: &Facts<'a>, gateway: &'a Gateway, profile: Profile) -> Compiled<'a> {
    let listeners = listener::all(facts, gateway, &profile);
    let mut out = Compiled {
        gateway,
        profile,
        running: running(facts, gateway, &profile),
        policy: match profile.is_kgateway() {
            true => gateway_policy::on_gateway(facts, &gateway.meta),
            false => OnGateway::Nothing,
        },
        listeners,
        attached: Vec::new(),
        others: Vec::new(),
        undecided: Vec::new(),
    };
    for route in facts.list::<HttpRoute>(None).items {
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
    for other in &facts.store.others {
        let Some(route) = &other.route else { continue };
        for (listener, hostnames) in out.attachments(facts, route).into_iter().flatten() {
            out.others.push((other, listener, hostnames));
        }
    }
    out
}

/// Index of a listener and the hostnames served there, or why this is unknown.
type OneAttachment = Result<(usize, Vec<String>), Why>;

impl<'a> Compiled<'a> {
    fn attachments(&self, facts: &Facts<'a>, route: &HttpRoute) -> Vec<OneAttachment> {
        let mut out: Vec<OneAttachment> = Vec::new();
        for reference in &route.parents {
            // Most routes of a large cluster belong elsewhere; the name tells at once.
            let own = reference.namespace_from(&route.meta);
            let named =
                |owner: &crate::kube::Meta| owner.name == reference.name && owner.namespace == own;
            if !named(&self.gateway.meta) && !self.listeners.iter().any(|l| named(l.owner)) {
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
        let owner = attachment.parent.meta();
        self.listeners
            .iter()
            .position(|l| l.index == index && l.owner.kind == owner.kind && l.owner.is_same(owner))
    }

    pub fn has_routes(&self, listener: usize) -> bool {
        self.attached.iter().any(|a| a.listener == listener)
            || self.others.iter().any(|(_, l, _)| *l == listener)
    }

    /// `attachedRoutes` of a listener: routes of every kind, each once.
    pub fn attached_routes(&self, listener: usize) -> usize {
        let mut names: Vec<_> = self
            .attached
            .iter()
            .filter(|a| a.listener == listener)
            .map(|a| (&a.route.meta.kind, a.route.meta.full_name()))
            .chain(
                self.others
                    .iter()
                    .filter(|(_, l, _)| *l == listener)
                    .map(|(other, ..)| (&other.meta.kind, other.meta.full_name())),
            )
            .collect();
        names.sort();
        names.dedup();
        names.len()
    }
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
    let by_parent = |route: &HttpRoute| {
        route.parents.iter().find_map(|reference| {
            match attach::follow(facts, &route.meta, &route.hostnames, reference) {
                Followed::To(found) => Some(found.profile),
                _ => None,
            }
        })
    };
    let by_delegation = || {
        if !facts.store.notes.delegates {
            return None;
        }
        let parents = facts.list::<HttpRoute>(None).items.into_iter();
        parents.filter(|parent| delegates(parent, route)).find_map(by_parent)
    };
    let said = facts.store.said.of::<GatewaySaid>();
    by_parent(route).or_else(by_delegation).unwrap_or(match said.kgateway {
        Some(version) => Profile::Kgateway { version, validation: said.validation },
        None => Profile::Specification,
    })
}

/// Whether a route hands requests on to another (kgateway.md 5).
pub fn delegates(parent: &HttpRoute, child: &HttpRoute) -> bool {
    let label = child.meta.labels.get("delegation.kgateway.dev/label");
    let references = parent.rules.iter().flat_map(|rule| &rule.backend_refs);
    references.filter(|r| r.is_delegation()).any(|reference| {
        let namespace = reference.namespace_from(&parent.meta);
        let here = namespace == child.meta.namespace;
        match reference.group.as_ref() {
            "delegation.kgateway.dev" => {
                label == Some(reference.name.as_str()) && (here || namespace == "all")
            }
            _ => {
                here && (reference.name == child.meta.name
                    || ["", "*"].contains(&reference.name.as_str()))
            }
        }
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
    if !profile.is_kgateway() {
        return Running::Yes;
    }
    let known = |kind: &String| ["IPAddress", "Hostname"].contains(&kind.as_str());
    if let Some(kind) = gateway.address_types.iter().find(|kind| !known(kind)) {
        let reason = match profile.kgateway_before(2, 4) {
            true => "InvalidParameters",
            false => "UnsupportedAddress",
        };
        return Running::No(reason.to_owned(), format!("address type {kind} is not supported"));
    }
    let mut wanted = Vec::new();
    if let Some(parameters) = class.and_then(|class| class.parameters.as_ref()) {
        // Group and kind of the class's reference are ignored (seen).
        let namespace = parameters.namespace.as_deref().unwrap_or_default();
        wanted.push((namespace, parameters.name.as_str()));
    }
    if let Some(parameters) = &gateway.parameters {
        if parameters.group != KGATEWAY_API || parameters.kind != "GatewayParameters" {
            let says = format!(
                "its parametersRef is a {} of group {}, but kgateway supports only GatewayParameters of gateway.kgateway.dev",
                parameters.kind, parameters.group
            );
            return Running::No("InvalidParameters".to_owned(), says);
        }
        wanted.push((gateway.meta.namespace.as_str(), parameters.name.as_str()));
    }
    for (namespace, name) in wanted {
        let title = format!("GatewayParameters {namespace}/{name}");
        let found = match namespace {
            // A class's reference without a namespace finds nothing (seen).
            "" => Fact::Absent,
            _ => facts.get::<GatewayParameters>(namespace, name),
        };
        match found {
            Fact::Known(_) => {}
            Fact::Absent => {
                return Running::No(
                    "InvalidParameters".to_owned(),
                    format!("{title} does not exist"),
                );
            }
            Fact::Unknown(why) => {
                return Running::Unknown(Why { detail: format!("{title}: {}", why.detail), ..why });
            }
        }
    }
    Running::Yes
}
