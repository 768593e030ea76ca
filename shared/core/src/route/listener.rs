//! Listeners: which are served, how, and what a controller says of them.

use std::collections::BTreeSet;

use super::condition::Condition;
use super::grant::Crossing;
use super::{hostname, selector};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{GATEWAY_API, Meta};
use crate::route::profile::Profile;

/// How a listener's port answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenerAnswers {
    Http,
    Https,
    /// An HTTPS listener without `tls`: kgateway serves it as plain HTTP (seen).
    PlainOnHttps,
    /// Not HTTP at all: TCP, UDP or TLS routes, which are not modelled.
    OtherProtocol,
    /// Nothing answers; the reason completes "… because".
    Closed(String),
}

/// A listener of a Gateway or of one of its ListenerSets, as the implementation sees it.
#[derive(Debug, Clone)]
pub struct ServedListener<'a> {
    /// The Gateway or ListenerSet that has it.
    pub owner: &'a Meta,
    /// Index in the owner's `spec.listeners`.
    pub index: usize,
    pub spec: &'a Listener,
    pub conditions: Vec<Condition>,
    /// `supportedKinds`, group and kind.
    pub kinds: Vec<(String, String)>,
    pub serves: Fact<ListenerAnswers>,
}

impl ServedListener<'_> {
    /// The hostname, `*` for any.
    pub fn hostname(&self) -> &str {
        hostname_of(self.spec)
    }

    /// `Gateway ns/name, spec.listeners[i]`.
    pub fn at(&self) -> String {
        format!("{}, spec.listeners[{}]", self.owner.title(), self.index)
    }

    /// Whether requests are answered here.
    pub fn is_open(&self) -> bool {
        matches!(
            self.serves,
            Fact::Known(
                ListenerAnswers::Http | ListenerAnswers::Https | ListenerAnswers::PlainOnHttps
            )
        )
    }
}

/// The hostname of a listener, `*` for any.
pub fn hostname_of(listener: &Listener) -> &str {
    listener.hostname.as_deref().filter(|h| !h.is_empty()).unwrap_or(super::hostname::ANY)
}

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

/// The ListenerSets that name a Gateway as their parent, in the order in which they are merged:
/// by age, then by `ns/name` (ls:90-96); with whether the Gateway lets each in.
pub fn listener_sets<'a>(
    facts: &Facts<'a>,
    gateway: &Gateway,
) -> Vec<(&'a ListenerSet, Fact<bool>)> {
    if gateway.admits_no_sets() {
        return Vec::new();
    }
    let mut sets: Vec<_> = facts
        .list::<ListenerSet>(None)
        .items
        .into_iter()
        .filter(|set| set.adds_to(&gateway.meta))
        .map(|set| {
            let home = &gateway.meta.namespace;
            let allowed = &gateway.allowed_listeners;
            (set, selector::allows(facts, allowed, home, &set.meta.namespace))
        })
        .collect();
    let age = |set: &ListenerSet| set.meta.created.clone().unwrap_or_else(|| "~".to_owned());
    sets.sort_by_key(|(set, _)| (age(set), set.meta.full_name()));
    sets
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
    let mut serves = Fact::Known(match spec.protocol.as_str() {
        "HTTP" => ListenerAnswers::Http,
        "HTTPS" => ListenerAnswers::Https,
        _ => ListenerAnswers::OtherProtocol,
    });
    match supported_kinds(spec, profile) {
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
    // kgateway programs a TCP listener only once a TCPRoute is attached (seen without one).
    if profile.is_kgateway() && matches!(spec.protocol.as_str(), "TCP" | "TLS") {
        programmed = Condition::new("Programmed", "False", "Invalid");
    }
    if spec.protocol == "HTTPS" && serves == Fact::Known(ListenerAnswers::Https) {
        match certificates(facts, owner, spec, profile) {
            Fact::Known(Certificates::Good) => {}
            Fact::Known(Certificates::NoTls) if profile.is_kgateway() => {
                serves = Fact::Known(ListenerAnswers::PlainOnHttps);
            }
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
            Fact::Unknown(why) => serves = Fact::Unknown(why),
        }
    }
    let conditions = vec![accepted, conflicted, resolved, programmed];
    ServedListener { owner, index, spec, conditions, kinds, serves }
}

enum Certificates {
    Good,
    NoTls,
    Bad { reason: &'static str, says: String },
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
            match crossing.permitted(facts, profile.is_kgateway()) {
                Fact::Known(_) => {}
                Fact::Absent => {
                    let says = format!(
                        "no ReferenceGrant in {namespace} lets it use Secret {namespace}/{}",
                        reference.name
                    );
                    return bad("RefNotPermitted", says);
                }
                Fact::Unknown(why) => unknown = Some(why),
            }
        }
        let name = format!("Secret {namespace}/{}", reference.name);
        match facts.get::<Secret>(namespace, &reference.name) {
            Fact::Absent => return bad("InvalidCertificateRef", format!("{name} does not exist")),
            Fact::Unknown(why) => unknown = Some(why),
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

/// Finds conflicting listeners of a port and closes the losers.
fn conflicts(listeners: &mut [ServedListener], profile: &Profile) {
    let mut losers: Vec<(usize, &'static str)> = Vec::new();
    let ports: BTreeSet<u16> = listeners.iter().map(|l| l.spec.port).collect();
    for port in ports {
        let on_port: Vec<usize> = (0..listeners.len())
            .filter(|&i| listeners[i].spec.port == port && !listeners[i].kinds.is_empty())
            .collect();
        // Those that lost to a listener of an earlier object: they are in nobody's way.
        let mut out: BTreeSet<usize> = BTreeSet::new();
        for (position, &i) in on_port.iter().enumerate() {
            for &earlier in &on_port[..position] {
                let (a, b) = (&listeners[earlier], &listeners[i]);
                let reason = conflict(a, b, profile).filter(|_| !out.contains(&earlier));
                let Some(reason) = reason else { continue };
                losers.push((i, reason));
                // The specification refuses both within one Gateway (gw:168-194); kgateway
                // serves the first (seen), and so does everybody across ListenerSets (GEP-1713).
                match (profile.is_kgateway(), a.owner == b.owner) {
                    (true, _) => {}
                    (false, true) => losers.push((earlier, reason)),
                    (false, false) => {
                        out.insert(i);
                        break;
                    }
                }
            }
        }
    }
    for (index, reason) in losers {
        let listener = &mut listeners[index];
        for condition in &mut listener.conditions {
            match condition.kind.as_str() {
                "Conflicted" => condition.set("True", reason),
                "Accepted" | "Programmed" => condition.set("False", reason),
                _ => {}
            }
        }
        let what = if reason == "HostnameConflict" { "hostname" } else { "protocol" };
        let says = format!("its {what} conflicts with another listener of the port");
        listener.serves = Fact::Known(ListenerAnswers::Closed(says));
    }
}

/// Why two listeners of a port are not distinct (gw:122-141).
fn conflict(a: &ServedListener, b: &ServedListener, profile: &Profile) -> Option<&'static str> {
    let same = a.hostname() == b.hostname();
    match (a.spec.protocol.as_str(), b.spec.protocol.as_str()) {
        // Another transport: only TCP listeners are in the way of those with hostnames.
        (p, q) if !profile.is_kgateway() && (p == "UDP") != (q == "UDP") => None,
        (p, q) if p != q && !both_tls(p, q) => Some("ProtocolConflict"),
        ("TCP" | "UDP", _) => Some("ProtocolConflict"),
        (p, q) if same && p != q && !profile.is_kgateway() => Some("ProtocolConflict"),
        _ => same.then_some("HostnameConflict"),
    }
}

/// Marks HTTPS listeners of a port whose hostnames overlap: clients may reuse a connection to one
/// for the other (gw:1668-1713, GEP-3567). What the certificates name is not looked at.
fn overlaps(listeners: &mut [ServedListener]) {
    let accepted = |l: &ServedListener| {
        l.spec.protocol == "HTTPS"
            && l.conditions.iter().all(|c| c.kind != "Conflicted" || c.status == "False")
    };
    let overlapping: Vec<usize> = (0..listeners.len())
        .filter(|&i| {
            let own = &listeners[i];
            accepted(own)
                && listeners.iter().enumerate().any(|(j, other)| {
                    j != i
                        && accepted(other)
                        && other.spec.port == own.spec.port
                        && hostname::intersect(own.hostname(), other.hostname()).is_some()
                })
        })
        .collect();
    for index in overlapping {
        let condition = Condition::new("OverlappingTLSConfig", "True", "OverlappingHostnames");
        listeners[index].conditions.push(condition);
    }
}

/// HTTPS and TLS listeners may share a port: SNI tells them apart.
fn both_tls(a: &str, b: &str) -> bool {
    let tls = |protocol: &str| protocol == "HTTPS" || protocol == "TLS";
    tls(a) && tls(b)
}
