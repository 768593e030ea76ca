//! Listeners in each other's way, as Envoy Gateway's translator sees it: what is not valid by
//! itself is in no way, and Gateways that share a proxy are in each other's.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Fact, Why};
use crate::route::condition::Condition;
use crate::route::served_listener::{ListenerAnswers, ServedListener};

/// A listener while it is checked.
pub struct CheckedListener<'a> {
    pub served: ServedListener<'a>,
    /// The number of its Gateway among those that share a proxy.
    pub gateway: usize,
    /// Whether it is valid by itself.
    valid: bool,
    /// Whether it lost its port to another protocol.
    lost: bool,
    /// Whether it is not known that what it is in conflict with is valid.
    pub open: bool,
}

impl<'a> CheckedListener<'a> {
    pub fn new(served: ServedListener<'a>, gateway: usize) -> Self {
        CheckedListener { served, gateway, valid: true, lost: false, open: false }
    }

    /// A condition of a listener that is served all the same.
    pub fn warns(&mut self, kind: &str, reason: &str) {
        self.set(kind, "False", reason);
    }

    /// A condition without which nothing answers.
    pub fn fails(&mut self, kind: &str, reason: &str, says: String) {
        self.set(kind, "False", reason);
        self.close(says);
        self.valid = false;
    }

    fn close(&mut self, says: String) {
        if !matches!(self.served.serves, Fact::Known(ListenerAnswers::Closed(_))) {
            self.served.serves = Fact::Known(ListenerAnswers::Closed(says));
        }
    }

    fn set(&mut self, kind: &str, status: &str, reason: &str) {
        let conditions = &mut self.served.conditions;
        match conditions.iter_mut().find(|own| own.kind == kind) {
            Some(own) => own.set(status, reason),
            None => conditions.push(Condition::new(kind, status, reason)),
        }
    }

    fn in_set(&self) -> bool {
        self.served.owner.kind != "Gateway"
    }

    /// HTTPS and TLS go together.
    fn protocol(&self) -> &str {
        match self.served.spec.protocol.as_str() {
            "HTTPS" | "TLS" => "TLS",
            other => other,
        }
    }

    /// `setConflictedConditions`; of several reasons the last one stands.
    fn conflicts(&mut self, reason: &'static str, what: &str, other: &str) {
        self.set("Conflicted", "True", reason);
        if self.in_set() {
            self.set("Accepted", "False", reason);
            self.set("Programmed", "False", reason);
        }
        self.lost |= reason == PROTOCOL;
        self.close(format!("its {what} conflicts with {other}"));
    }
}

const PROTOCOL: &str = "ProtocolConflict";
const HOSTNAME: &str = "HostnameConflict";

/// Finds the conflicts among listeners; `merged`: of Gateways that share a proxy.
pub fn find(all: &mut [CheckedListener], merged: bool) {
    let unsure = unsure_ports(all);
    find_certain(all, merged);
    for one in all {
        let of_conflict = |c: &Condition| c.kind == "Conflicted" && c.status == "True";
        let why = unsure.get(&one.served.spec.port);
        if let Some(why) = why.filter(|_| one.served.conditions.iter().any(of_conflict)) {
            one.served.serves = Fact::Unknown(why.clone());
            one.open = true;
        }
    }
}

/// The ports with a listener of which it is not known whether it is valid: in whose way it is, if
/// in anybody's, is not known, either.
fn unsure_ports(all: &[CheckedListener]) -> BTreeMap<u16, Why> {
    let unsure = all.iter().filter(|own| own.valid).filter_map(|own| match &own.served.serves {
        Fact::Unknown(why) => Some((own.served.spec.port, why.clone())),
        _ => None,
    });
    unsure.collect()
}

fn find_certain(all: &mut [CheckedListener], merged: bool) {
    let gateways: BTreeSet<usize> = all.iter().map(|own| own.gateway).collect();
    let of_gateway = |all: &[CheckedListener], gateway: usize| -> Vec<usize> {
        (0..all.len()).filter(|i| all[*i].gateway == gateway && all[*i].valid).collect()
    };
    for gateway in &gateways {
        let own = of_gateway(all, *gateway);
        protocols(all, &own);
    }
    if merged {
        let own: Vec<usize> = (0..all.len()).filter(|i| all[*i].valid).collect();
        protocols(all, &own);
    }
    for gateway in &gateways {
        let own = of_gateway(all, *gateway);
        hostnames(all, &own);
        for protocol in ["TCP", "UDP"] {
            one_of_a_port(all, &own, protocol);
        }
    }
    if merged {
        across_gateways(all);
    }
}

fn by_port(all: &[CheckedListener], own: &[usize]) -> BTreeMap<u16, Vec<usize>> {
    let mut ports: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for at in own {
        ports.entry(all[*at].served.spec.port).or_default().push(*at);
    }
    ports
}

fn name_of(own: &CheckedListener, wins: bool) -> String {
    let end = if wins { "wins" } else { "loses, too" };
    format!("listener {} of {}, which {end}", own.served.spec.name, own.served.owner.title())
}

/// `validateConflictedProtocolsListeners`.
fn protocols(all: &mut [CheckedListener], own: &[usize]) {
    for on_port in by_port(all, own).into_values() {
        let on_port: Vec<usize> =
            on_port.into_iter().filter(|at| all[*at].protocol() != "UDP").collect();
        let of = |at: usize| all[at].protocol().to_owned();
        let names = |in_sets: bool| -> BTreeSet<String> {
            on_port.iter().filter(|at| in_sets || !all[**at].in_set()).map(|at| of(*at)).collect()
        };
        if names(true).len() <= 1 {
            continue;
        }
        let of_gateways = names(false);
        let of_set = |at: usize| -> BTreeSet<String> {
            let same = |other: &&usize| all[**other].served.owner.is_same(all[at].served.owner);
            on_port.iter().filter(same).map(|other| of(*other)).collect()
        };
        let mut winner = match of_gateways.len() {
            1 => of_gateways.first().cloned(),
            _ => None,
        };
        let mut losers = Vec::new();
        for at in &on_port {
            let protocol = of(*at);
            let quarrel = of_gateways.is_empty() && of_set(*at).len() > 1;
            let nobody_wins = of_gateways.len() > 1 || quarrel;
            if nobody_wins || *winner.get_or_insert_with(|| protocol.clone()) != protocol {
                losers.push(*at);
            }
        }
        let rival = |at: usize| {
            let other = on_port.iter().copied().find(|other| of(*other) != of(at));
            other.map(|other| name_of(&all[other], !losers.contains(&other))).unwrap_or_default()
        };
        let rivals: Vec<(usize, String)> = losers.iter().map(|at| (*at, rival(*at))).collect();
        for (at, rival) in rivals {
            all[at].conflicts(PROTOCOL, "protocol", &rival);
        }
    }
}

/// `validateConflictedHostnameListeners`.
fn hostnames(all: &mut [CheckedListener], own: &[usize]) {
    let own: Vec<usize> = own
        .iter()
        .copied()
        .filter(|at| !["TCP", "UDP"].contains(&all[*at].protocol()) && !all[*at].lost)
        .collect();
    for on_port in by_port(all, &own).into_values() {
        let mut hosts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for at in on_port {
            let host = all[at].served.hostname().to_owned();
            hosts.entry(host).or_default().push(at);
        }
        for same in hosts.into_values().filter(|same| same.len() > 1) {
            let of_gateways: Vec<usize> =
                same.iter().copied().filter(|at| !all[*at].in_set()).collect();
            let twice = |at: usize| {
                let owner = all[at].served.owner;
                same.iter().filter(|other| all[**other].served.owner.is_same(owner)).count() > 1
            };
            let in_sets = same.iter().copied().filter(|at| all[*at].in_set());
            let quarrel = in_sets.clone().any(twice);
            let winner = match of_gateways.as_slice() {
                [only] => Some(*only),
                [] if !quarrel => in_sets.clone().next(),
                _ => None,
            };
            for at in same.iter().copied().filter(|at| Some(*at) != winner) {
                let rival = winner.or_else(|| same.iter().copied().find(|other| *other != at));
                let rival = rival.map(|other| name_of(&all[other], winner == Some(other)));
                all[at].conflicts(HOSTNAME, "hostname", &rival.unwrap_or_default());
            }
        }
    }
}

/// `validateConflictedLayer4Listeners`: the first one of a port stays.
fn one_of_a_port(all: &mut [CheckedListener], own: &[usize], protocol: &str) {
    let own: Vec<usize> =
        own.iter().copied().filter(|at| all[*at].served.spec.protocol == protocol).collect();
    for on_port in by_port(all, &own).into_values() {
        let first = name_of(&all[on_port[0]], true);
        for at in &on_port[1..] {
            all[*at].set("Conflicted", "True", PROTOCOL);
            all[*at].close(format!("its protocol conflicts with {first}"));
        }
    }
}

/// `validateConflictedMergedListeners`: of the same port, protocol and hostname the first stays.
fn across_gateways(all: &mut [CheckedListener]) {
    let mut seen: BTreeMap<(String, String, u16), usize> = BTreeMap::new();
    for at in 0..all.len() {
        if !all[at].valid {
            continue;
        }
        let spec = all[at].served.spec;
        let host = spec.hostname.clone().unwrap_or_default();
        match seen.get(&(spec.protocol.clone(), host.clone(), spec.port)) {
            Some(first) => {
                let first = name_of(&all[*first], true);
                all[at].set("Conflicted", "True", HOSTNAME);
                all[at].close(format!("its hostname conflicts with {first}"));
            }
            None => drop(seen.insert((spec.protocol.clone(), host, spec.port), at)),
        }
    }
}
