//! What a proxy has, compared with what the rules predict that it gets.

use std::collections::BTreeMap;

use igw_core::kube::Meta;
use igw_core::route::followed::Front;
use igw_core::route::gateway_policy::OnGateway;
use igw_core::route::precedence::RankedMatch;
use igw_core::route::profile::Profile;
use igw_core::text;
use serde::Serialize;

use super::{DumpedHost, ProxyDump};

/// Something that a proxy lacks, or has although it should not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigDifference {
    pub port: u16,
    /// The hostname; empty where the whole port is meant.
    pub host: String,
    /// `missing` or `extra`.
    pub kind: &'static str,
    /// One clause about the proxy.
    pub says: String,
}

/// The matches by hostname, as the rules predict them; `None`: what is delegated or of another kind is
/// not compared.
type PredictedHosts<'f, 'a> = BTreeMap<String, Option<Vec<&'f RankedMatch<'a>>>>;

/// Compares what is predicted for a Gateway with the dump of its proxy, port by port. `wanted`: the
/// hostname patterns that are looked at.
pub fn compare(
    front: &Front,
    dump: &ProxyDump,
    wanted: impl Fn(&str) -> bool,
) -> Vec<ConfigDifference> {
    let mut out = Vec::new();
    for (port, hosts) in predicted(front) {
        let whole = |kind, says| ConfigDifference { port, host: String::new(), kind, says };
        let at = proxy_port(front.compiled.profile, port);
        if !dump.listeners.iter().any(|listener| listener.port == at) {
            out.push(whole("missing", format!("it does not listen on {at}")));
            continue;
        }
        let found = dump.hosts_at(at);
        // Of a Gateway that is replaced as a whole there is nothing to compare.
        match found.iter().any(|host| is_replaced(host)) {
            true if front.compiled.policy == OnGateway::Nothing => {
                let says = "every request gets 500: the Gateway is replaced as a whole";
                out.push(whole("extra", says.to_owned()));
            }
            true => {}
            false => of_port(port, &hosts, &found, &wanted, &mut out),
        }
    }
    out.sort();
    out.dedup();
    out
}

fn of_port(
    port: u16,
    hosts: &PredictedHosts,
    found: &[&DumpedHost],
    wanted: &impl Fn(&str) -> bool,
    out: &mut Vec<ConfigDifference>,
) {
    for (host, entries) in hosts.iter().filter(|(host, _)| wanted(host)) {
        let Some(entries) = entries else { continue };
        let mut difference = |kind, says| {
            out.push(ConfigDifference { port, host: host.clone(), kind, says });
        };
        let own = found.iter().filter(|own| own.names().any(|name| name == host));
        let own: Vec<&&DumpedHost> = own.collect();
        if own.is_empty() {
            difference("missing", "it has no virtual host for it".to_owned());
            continue;
        }
        let names: Vec<&str> =
            own.iter().flat_map(|own| &own.routes).map(|route| route.name.as_str()).collect();
        for entry in entries.iter().filter(|entry| !names.iter().any(|name| is_of(name, entry))) {
            let (title, rule, index) = (entry.route.meta.title(), entry.rule, entry.index);
            difference("missing", format!("it does not have {title}, rule {rule}, match {index}"));
        }
        let others = names.iter().filter(|name| names_a_route(name));
        for name in others.filter(|name| !entries.iter().any(|entry| is_of(name, entry))) {
            difference("extra", format!("it still has {}", text::clean(name)));
        }
    }
    let of_routes = |host: &&&DumpedHost| host.routes.iter().any(|own| names_a_route(&own.name));
    for host in found.iter().filter(of_routes) {
        let unknown = |name: &&str| wanted(name) && !hosts.contains_key(*name);
        if let Some(name) = host.names().find(unknown) {
            let (host, says) = (name.to_owned(), "it still has a virtual host for it".to_owned());
            out.push(ConfigDifference { port, host, kind: "extra", says });
        }
    }
}

/// What is predicted, by port: every port that answers, also without routes.
fn predicted<'f, 'a>(front: &'f Front<'a>) -> BTreeMap<u16, PredictedHosts<'f, 'a>> {
    let mut out: BTreeMap<u16, PredictedHosts> = BTreeMap::new();
    for listener in front.compiled.listeners.iter().filter(|listener| listener.is_open()) {
        out.entry(listener.spec.port).or_default();
    }
    for (port, table) in &front.tables {
        let Some(hosts) = out.get_mut(port) else { continue };
        for (name, host) in &table.hosts {
            let known = |own: &RankedMatch| own.under.is_none() && !own.route.is_of_calls();
            let entries = hosts.entry(name.clone()).or_insert_with(|| Some(Vec::new()));
            match entries {
                Some(entries) if host.others.is_empty() && host.entries.iter().all(known) => {
                    entries.extend(&host.entries);
                }
                _ => *entries = None,
            }
        }
    }
    for hosts in out.values_mut() {
        // Nothing matches there, and the proxy may leave it out.
        let empty = |entries: &Option<Vec<_>>| entries.as_ref().is_some_and(Vec::is_empty);
        hosts.values_mut().filter(|entries| empty(entries)).for_each(|entries| *entries = None);
    }
    out
}

/// The port at which the proxy listens for one of the Gateway: Envoy Gateway's has none below 1024.
fn proxy_port(profile: Profile, port: u16) -> u16 {
    match profile {
        Profile::EnvoyGateway if port < 1024 => port + 10_000,
        _ => port,
    }
}

/// kgateway's answer for a Gateway that it cannot translate: one route without a name.
fn is_replaced(host: &DumpedHost) -> bool {
    matches!(host.routes.as_slice(), [only] if only.name.is_empty() && only.to.starts_with("answers 500"))
}

/// Whether the name of a route says which HTTPRoute it is of.
fn names_a_route(name: &str) -> bool {
    name.contains("-httproute-") || name.starts_with("httproute/")
}

/// Whether a route of the proxy is made of a match, by its name: kgateway's
/// `…-httproute-NAME-NAMESPACE-RULE-MATCH-…`, Envoy Gateway's
/// `httproute/NAMESPACE/NAME/rule/RULE/match/MATCH/…`.
fn is_of(name: &str, entry: &RankedMatch) -> bool {
    let Meta { namespace, name: route, .. } = &entry.route.meta;
    let (rule, index) = (entry.rule, entry.index);
    name.contains(&format!("-httproute-{route}-{namespace}-{rule}-{index}-"))
        || name.starts_with(&format!("httproute/{namespace}/{route}/rule/{rule}/match/{index}/"))
}
