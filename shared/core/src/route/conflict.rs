//! Listeners in each other's way.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::condition::Condition;
use super::hostname;
use super::served_listener::{ListenerAnswers, ServedListener, hostname_of};
use crate::facts::Fact;
use crate::route::profile::Profile;

/// Finds conflicting listeners of a port and closes the losers.
pub fn conflicts(listeners: &mut [ServedListener], profile: &Profile) {
    // Each with the reason, and the listener in its way.
    let mut losers: Vec<(usize, &'static str, usize)> = Vec::new();
    let mut ports: HashMap<u16, Earlier> = HashMap::new();
    for (index, own) in listeners.iter().enumerate().filter(|(_, own)| !own.kinds.is_empty()) {
        let earlier = ports.entry(own.spec.port).or_default();
        let reason = |other: usize| conflict(&listeners[other], own, profile);
        let ways = earlier.in_its_way(own, profile);
        // The specification refuses both within one Gateway (gw:168-194); kgateway serves the first
        // (seen), and so does everybody across ListenerSets (GEP-1713). Of several reasons the last
        // one stands.
        let lost = match profile.is_kgateway() {
            true => {
                let last = ways.iter().filter_map(|way| way.last()).max();
                losers.extend(last.and_then(|last| Some((index, reason(*last)?, *last))));
                false
            }
            false => merged(&ways).any(|other| {
                let Some(reason) = reason(other) else { return false };
                let same = listeners[other].owner == own.owner;
                losers.push((index, reason, other));
                losers.extend(same.then_some((other, reason, index)));
                !same
            }),
        };
        // What lost to a listener of an earlier object is in nobody's way.
        if !lost {
            earlier.add(index, own);
        }
    }
    let lost: HashSet<usize> = losers.iter().map(|(index, ..)| *index).collect();
    for (index, reason, other) in losers {
        let (end, other) =
            (if lost.contains(&other) { "loses, too" } else { "wins" }, &listeners[other]);
        let other = format!("listener {} of {}, which {end}", other.spec.name, other.owner.title());
        let listener = &mut listeners[index];
        for condition in &mut listener.conditions {
            match condition.kind.as_str() {
                "Conflicted" => condition.set("True", reason),
                "Accepted" | "Programmed" => condition.set("False", reason),
                _ => {}
            }
        }
        let what = if reason == "HostnameConflict" { "hostname" } else { "protocol" };
        let says = format!("its {what} conflicts with {other}");
        listener.serves = Fact::Known(ListenerAnswers::Closed(says));
    }
}

/// The ports that kgateway's proxy has for itself: metrics, readiness and Envoy's administration (its
/// `pkg/kgateway/validate/gateway.go`).
const RESERVED: [u16; 3] = [9091, 8082, 19000];

/// Closes the listeners of kgateway whose port its proxy has for itself.
pub fn reserved(listeners: &mut [ServedListener]) {
    let closed = |own: &ServedListener| {
        own.conditions.iter().any(|one| one.status == "True" && one.kind == "Conflicted")
    };
    for listener in listeners.iter_mut() {
        if !RESERVED.contains(&listener.spec.port) || listener.kinds.is_empty() || closed(listener)
        {
            continue;
        }
        for condition in &mut listener.conditions {
            match condition.kind.as_str() {
                "Conflicted" => condition.set("True", "Invalid"),
                "Accepted" | "Programmed" => condition.set("False", "Invalid"),
                _ => {}
            }
        }
        let says = format!("kgateway's proxy needs port {} for itself", listener.spec.port);
        listener.serves = Fact::Known(ListenerAnswers::Closed(says));
    }
}

/// Whether kgateway's proxy has this port for itself.
pub fn is_reserved(port: u16) -> bool {
    RESERVED.contains(&port)
}

/// The listeners of a port so far.
#[derive(Default)]
struct Earlier<'a> {
    hosts: HashMap<&'a str, Vec<usize>>,
    protocols: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Earlier<'a> {
    fn add(&mut self, index: usize, own: &ServedListener<'a>) {
        self.hosts.entry(hostname_of(own.spec)).or_default().push(index);
        self.protocols.entry(own.spec.protocol.as_str()).or_default().push(index);
    }

    /// Those that are in the way of a listener: of the same hostname, or of a protocol that does not
    /// go together with its own. Each list is in order.
    fn in_its_way(&self, own: &ServedListener, profile: &Profile) -> Vec<&[usize]> {
        let protocol = own.spec.protocol.as_str();
        let raw = ["TCP", "UDP"].contains(&protocol);
        let clashes = |other: &str| match other == protocol {
            true => raw,
            // Another transport: only TCP listeners are in the way of those with hostnames.
            false if !profile.is_kgateway() && (other == "UDP" || protocol == "UDP") => false,
            false => !both_tls(other, protocol),
        };
        let others = self.protocols.iter().filter(|(other, _)| clashes(other));
        let alike = self.hosts.get(own.hostname()).filter(|_| !raw);
        others.map(|(_, numbers)| numbers).chain(alike).map(Vec::as_slice).collect()
    }
}

/// The numbers of some lists in order, each once.
fn merged(lists: &[&[usize]]) -> impl Iterator<Item = usize> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let heads = lists.iter().filter_map(|list| list.get(list.partition_point(|n| *n < next)));
        let found = *heads.min()?;
        next = found + 1;
        Some(found)
    })
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
pub fn overlaps(listeners: &mut [ServedListener]) {
    let accepted = |l: &ServedListener| {
        l.spec.protocol == "HTTPS"
            && l.conditions.iter().all(|c| c.kind != "Conflicted" || c.status == "False")
    };
    let mut ports: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (index, own) in listeners.iter().enumerate().filter(|(_, own)| accepted(own)) {
        ports.entry(own.spec.port).or_default().push(index);
    }
    let mut overlapping: Vec<usize> = Vec::new();
    for on_port in ports.values() {
        // By their letters from the last one on: what is under a wildcard stands behind it.
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for index in on_port {
            *names.entry(hostname::reversed(listeners[*index].hostname())).or_default() += 1;
        }
        overlapping.extend(on_port.iter().filter(|index| {
            let own = listeners[**index].hostname();
            let others = |name: &str| {
                names
                    .get(&hostname::reversed(name))
                    .is_some_and(|count| *count > usize::from(name == own))
            };
            let under = own.strip_prefix('*').is_some_and(|suffix| {
                let start = hostname::reversed(suffix);
                let mut behind =
                    names.range(start.clone()..).take_while(|(name, _)| name.starts_with(&start));
                behind.any(|(name, _)| *name != hostname::reversed(own))
            });
            hostname::takers(own).any(|taker| others(&taker)) || under
        }));
    }
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
