//! Listeners: which are served, how, and what a controller says of them.

use super::condition::Condition;
use super::conflict::{conflicts, overlaps, reserved};
use super::grant::Crossing;
use super::listener_sets::listener_sets;
use super::served_listener::{ListenerAnswers, ServedListener};
use super::{class, client_options, grants};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::kube::{GATEWAY_API, Kind, Meta, full_name};
use crate::route::profile::Profile;

/// The route kinds of a protocol, in the order in which kgateway reports them.
fn kinds_of_protocol(listener: &Listener, profile: &Profile) -> Option<&'static [&'static str]> {
    let terminates = |tls: &ListenerTls| tls.mode == "Terminate";
    match listener.protocol.as_str() {
        "HTTP" => Some(&["HTTPRoute", "GRPCRoute"]),
        // kgateway 2.2 (seen) reports HTTPRoute only for HTTPS.
        "HTTPS" if profile.kgateway_before(2, 3) => Some(&["HTTPRoute"]),
        "HTTPS" => Some(&["HTTPRoute", "GRPCRoute"]),
        "TLS" if profile.is_kgateway() => Some(&["TCPRoute", "TLSRoute"]),
        "TLS" if listener.tls.as_ref().is_some_and(terminates) => Some(&["TLSRoute", "TCPRoute"]),
        "TLS" => Some(&["TLSRoute"]),
        "TCP" => Some(&["TCPRoute"]),
        "UDP" if !profile.is_kgateway() => Some(&["UDPRoute"]),
        _ => None,
    }
}

/// Whether a protocol is one of an implementation, and no slip for one of the specification.
fn is_own(protocol: &str) -> bool {
    let near = |own: &&str| strsim::damerau_levenshtein(own, &protocol.to_ascii_uppercase()) < 2;
    !["HTTP", "HTTPS", "TLS", "TCP", "UDP"].iter().any(near)
}

/// Whether a listener takes routes of a kind. Even one of an unsupported protocol counts routes
/// (seen): kinds are asked by name.
pub fn takes_kind(listener: &Listener, profile: &Profile, kind: &str) -> bool {
    let wanted = &listener.allowed_routes.kinds;
    match kinds_of_protocol(listener, profile) {
        Some(protocol) => {
            let named = |own: &RouteKind| own.group() == GATEWAY_API && own.kind == kind;
            protocol.contains(&kind) && (wanted.is_empty() || wanted.iter().any(named))
        }
        None => wanted.is_empty() && profile.is_kgateway(),
    }
}

/// `supportedKinds` and whether `allowedRoutes.kinds` names one that is not (gw:1373-1386).
/// `None` for an unsupported protocol.
pub fn supported_kinds(
    listener: &Listener,
    profile: &Profile,
) -> Option<(Vec<(String, String)>, bool)> {
    let protocol = kinds_of_protocol(listener, profile)?;
    let pair = |kind: &str| (GATEWAY_API.to_owned(), kind.to_owned());
    let wanted = &listener.allowed_routes.kinds;
    if wanted.is_empty() {
        return Some((protocol.iter().map(|kind| pair(kind)).collect(), false));
    }
    let fits =
        |kind: &&RouteKind| kind.group() == GATEWAY_API && protocol.contains(&kind.kind.as_str());
    let kinds: Vec<_> = wanted.iter().filter(fits).map(|kind| pair(&kind.kind)).collect();
    let some_bad = wanted.iter().any(|kind| !fits(&kind));
    Some((kinds, some_bad))
}

/// All listeners of a Gateway: its own, then those of the ListenerSets that it lets in.
pub fn all<'a>(
    facts: &Facts<'a>,
    gateway: &'a Gateway,
    profile: &Profile,
) -> Vec<ServedListener<'a>> {
    let mut out = Vec::new();
    let mut owners = vec![(&gateway.meta, gateway.listeners.as_slice())];
    for (set, allowed) in listener_sets(facts, gateway) {
        if allowed != Fact::Known(false) {
            owners.push((&set.meta, set.listeners.as_slice()));
        }
    }
    for (owner, listeners) in owners {
        for (index, spec) in listeners.iter().enumerate() {
            out.push(one(facts, owner, index, spec, profile));
        }
    }
    conflicts(&mut out, profile);
    if profile.is_kgateway() {
        reserved(&mut out);
    }
    if !profile.is_kgateway() {
        overlaps(&mut out);
    }
    out
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

enum Certificates {
    Good,
    NoTls,
    Bad { reason: &'static str, says: String },
}

/// Whether certificates that are not in the files are taken to be there and good.
fn is_supposed(facts: &Facts, owner: &Meta, spec: &Listener) -> bool {
    let Some(world) = &facts.store.world else { return false };
    let refs = spec.tls.iter().flat_map(|tls| &tls.certificate_refs);
    let mut keys = refs.map(|reference| {
        let namespace = reference.namespace.as_ref().unwrap_or(&owner.namespace);
        (namespace.clone(), reference.name.clone())
    });
    world.supposes(Kind::Secret, &owner.namespace)
        || keys.any(|key| facts.store.notes.made.contains_key(&key))
}

fn certificates(
    facts: &Facts,
    owner: &Meta,
    spec: &Listener,
    profile: &Profile,
) -> Fact<Certificates> {
    let Some(tls) = &spec.tls else {
        return Fact::Known(Certificates::NoTls);
    };
    let mut unknown = None;
    for reference in &tls.certificate_refs {
        let namespace = reference.namespace.as_ref().unwrap_or(&owner.namespace);
        let bad = |reason, says: String| Fact::Known(Certificates::Bad { reason, says });
        if reference.kind != "Secret" || !reference.group.is_empty() {
            let says = format!("its certificate is a {}, not a Secret", reference.kind);
            return bad("InvalidCertificateRef", says);
        }
        if *namespace != owner.namespace {
            let crossing = Crossing {
                from_group: GATEWAY_API,
                from_kind: &owner.kind,
                from_namespace: &owner.namespace,
                to_group: "",
                to_kind: "Secret",
                to_namespace: namespace,
                to_name: &reference.name,
            };
            match grants::permitted(facts, &crossing, profile.is_kgateway()) {
                Fact::Known(_) => {}
                Fact::Absent => {
                    let says = format!(
                        "no ReferenceGrant in {namespace} lets it use Secret {namespace}/{}",
                        reference.name
                    );
                    return bad("RefNotPermitted", says);
                }
                Fact::Unknown(why) => {
                    let says = format!("a ReferenceGrant in {namespace} ({})", why.detail);
                    unknown = Some(Why { detail: says, ..why });
                }
            }
        }
        let name = format!("Secret {}", full_name(namespace, &reference.name));
        match facts.get::<Secret>(namespace, &reference.name) {
            Fact::Absent => return bad("InvalidCertificateRef", format!("{name} does not exist")),
            Fact::Unknown(why) => {
                unknown = Some(Why { detail: format!("{name} ({})", why.detail), ..why });
            }
            Fact::Known(secret) => {
                let fault = match secret.pair {
                    KeyPair::Good | KeyPair::Unknown => continue,
                    KeyPair::Missing => "has no tls.crt or no tls.key",
                    KeyPair::Unreadable => "holds no readable certificate and key",
                    KeyPair::Mismatch => "holds a key that does not match its certificate",
                };
                return bad("InvalidCertificateRef", format!("{name} {fault}"));
            }
        }
    }
    unknown.map_or(Fact::Known(Certificates::Good), Fact::Unknown)
}
