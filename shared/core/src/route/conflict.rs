//! Listeners in each other's way.

use std::collections::BTreeSet;

use super::condition::Condition;
use super::hostname;
use super::served_listener::{ListenerAnswers, ServedListener};
use crate::facts::Fact;
use crate::route::profile::Profile;

/// Finds conflicting listeners of a port and closes the losers.
pub fn conflicts(listeners: &mut [ServedListener], profile: &Profile) {
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
pub fn overlaps(listeners: &mut [ServedListener]) {
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
