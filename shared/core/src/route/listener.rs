//! Listeners: which are served, how, and what a controller says of them.

use super::certificates::{Certificates, certificates, is_supposed};
use super::condition::Condition;
use super::conflict::{conflicts, overlaps, reserved};
use super::listener_kinds::supported_kinds;
use super::listener_sets::owned;
use super::served_listener::{ListenerAnswers, ServedListener};
use super::{class, client_options, envoy_gateway};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::kube::Meta;
use crate::route::profile::Profile;

/// All listeners of a Gateway: its own, then those of the ListenerSets that it lets in.
pub fn all<'a>(
    facts: &Facts<'a>,
    gateway: &'a Gateway,
    profile: &Profile,
) -> Vec<ServedListener<'a>> {
    if *profile == Profile::EnvoyGateway {
        let mut out = envoy_gateway::listeners(facts, gateway);
        overlaps(&mut out);
        return out;
    }
    let owned = owned(facts, gateway).into_iter();
    let mut out: Vec<ServedListener> =
        owned.map(|(owner, index, spec)| one(facts, owner, index, spec, profile)).collect();
    conflicts(&mut out, profile);
    if profile.is_kgateway() {
        reserved(&mut out);
    }
    if !profile.is_kgateway() {
        overlaps(&mut out);
    }
    out
}

/// Whether a protocol is one of an implementation, and no slip for one of the specification.
fn is_own(protocol: &str) -> bool {
    let near = |own: &&str| strsim::damerau_levenshtein(own, &protocol.to_ascii_uppercase()) < 2;
    !["HTTP", "HTTPS", "TLS", "TCP", "UDP"].iter().any(near)
}

fn one<'a>(
    facts: &Facts<'a>,
    owner: &'a Meta,
    index: usize,
    spec: &'a Listener,
    profile: &Profile,
) -> ServedListener<'a> {
    let mut accepted = Condition::new("Accepted", "True", "Accepted");
    let mut resolved = Condition::new("ResolvedRefs", "True", "ResolvedRefs");
    let mut programmed = Condition::new("Programmed", "True", "Programmed");
    let conflicted = Condition::new("Conflicted", "False", "NoConflicts");
    let mut kinds = Vec::new();
    let mut supposed = None;
    let mut serves = Fact::Known(match spec.protocol.as_str() {
        "HTTP" => ListenerAnswers::Http,
        "HTTPS" => ListenerAnswers::Https,
        _ => ListenerAnswers::OtherProtocol,
    });
    match supported_kinds(spec, profile) {
        // An implementation may have protocols of its own (gw:341-349).
        None if *profile == Profile::Specification && is_own(&spec.protocol) => {
            let says = format!("whether it supports protocol {} is its own", spec.protocol);
            serves = Fact::Unknown(Why::not_given(says));
        }
        None => {
            accepted = Condition::new("Accepted", "False", "UnsupportedProtocol");
            if !profile.is_kgateway() {
                programmed = Condition::new("Programmed", "False", "Invalid");
            }
            let says = format!("protocol {} is not supported", spec.protocol);
            serves = Fact::Known(ListenerAnswers::Closed(says));
        }
        Some((supported, some_bad)) => {
            if some_bad {
                resolved = Condition::new("ResolvedRefs", "False", "InvalidRouteKinds");
                if supported.is_empty() {
                    let says = "allowedRoutes.kinds names no kind that it supports".to_owned();
                    serves = Fact::Known(ListenerAnswers::Closed(says));
                }
            }
            kinds = supported;
        }
    }
    // Until a route is attached: see `raw_ports`.
    if profile.is_kgateway() && is_raw(spec) {
        programmed = Condition::new("Programmed", "False", "Invalid");
    }
    if spec.protocol == "HTTPS" && serves == Fact::Known(ListenerAnswers::Https) {
        match certificates(facts, owner, spec, profile) {
            Fact::Known(Certificates::Good) => {}
            Fact::Known(Certificates::NoTls) if profile.is_kgateway() => {
                serves = Fact::Known(ListenerAnswers::PlainOnHttps);
            }
            Fact::Known(Certificates::NoTls) if keeps_certificates(facts, owner) => {}
            Fact::Known(Certificates::NoTls) => {
                let says = "it is an HTTPS listener without tls".to_owned();
                serves = Fact::Known(ListenerAnswers::Closed(says));
            }
            Fact::Known(Certificates::Bad { reason, says }) => {
                resolved = Condition::new("ResolvedRefs", "False", reason);
                programmed = Condition::new("Programmed", "False", "Invalid");
                // kgateway 2.2 leaves Accepted alone (seen); the specification, too.
                if profile.is_kgateway() && !profile.kgateway_before(2, 3) {
                    accepted = Condition::new("Accepted", "False", "Invalid");
                }
                serves = Fact::Known(ListenerAnswers::Closed(says));
            }
            Fact::Absent => {}
            // No tree has its Secrets, and who makes a certificate makes a good one: what follows
            // is said on that condition.
            Fact::Unknown(why) if is_supposed(facts, owner, spec) => supposed = Some(why),
            Fact::Unknown(why) => serves = Fact::Unknown(why),
        }
    }
    if let Some(why) = client_options::unknown(facts, owner, spec).filter(|_| profile.is_kgateway())
        && spec.protocol == "HTTPS"
    {
        serves = Fact::Unknown(why);
    }
    let conditions = vec![accepted, conflicted, resolved, programmed];
    ServedListener { owner, index, spec, conditions, kinds, serves, supposed }
}

fn is_raw(spec: &Listener) -> bool {
    matches!(spec.protocol.as_str(), "TCP" | "TLS")
}

/// kgateway programs a TCP or TLS listener once its port has a route of such a kind (seen without
/// one); `busy` tells which listeners have routes.
pub fn raw_ports(listeners: &mut [ServedListener], busy: &[bool], profile: &Profile) {
    if !profile.is_kgateway() {
        return;
    }
    let place = |own: &ServedListener| (own.spec.port, own.spec.protocol.clone());
    let with_routes: Vec<_> =
        listeners.iter().zip(busy).filter(|(_, busy)| **busy).map(|(own, _)| place(own)).collect();
    for own in listeners.iter_mut().filter(|own| is_raw(own.spec)) {
        let programmed = own.conditions.iter_mut().find(|one| one.kind == "Programmed");
        if let Some(programmed) = programmed.filter(|one| one.reason == "Invalid")
            && with_routes.contains(&(own.spec.port, own.spec.protocol.clone()))
        {
            programmed.set("True", "Programmed");
        }
    }
}

fn keeps_certificates(facts: &Facts, owner: &Meta) -> bool {
    let own = match owner.kind.as_ref() {
        "Gateway" => facts.get::<Gateway>(&owner.namespace, &owner.name).known(),
        _ => None,
    };
    own.is_some_and(|gateway| class::keeps_certificates(&gateway.class))
}
