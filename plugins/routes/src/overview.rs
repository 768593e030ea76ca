//! The Gateways in the head of a report.

use igw_core::facts::views::{Gateway, HttpRoute, Listener};
use igw_core::facts::{Cx, Fact, Profile};
use igw_core::report::{GatewayLine, ListenerLine};
use igw_core::route::gateway::{self, Running};
use igw_core::route::listener::Serves;
use igw_core::words;

/// The Gateways that judged routes lead to, with their listeners.
pub fn gateway_lines(cx: &Cx) -> Vec<GatewayLine> {
    let all = cx.list::<Gateway>(None).items;
    let named = !cx.scope.names.is_empty();
    let mut wanted: Vec<(String, String)> =
        all.iter().filter(|g| !named && cx.scope.contains(&g.meta)).map(|g| g.meta.key()).collect();
    if wanted.len() < all.len() {
        let parents = cx.routes().into_iter().flat_map(|route| gateway::parents_of(cx, route));
        wanted.extend(parents.map(|parent| parent.gateway().meta.key()));
    }
    wanted.sort();
    wanted.dedup();
    let known = |key: &(String, String)| cx.get::<Gateway>(&key.0, &key.1).known();
    wanted.iter().filter_map(known).filter_map(|gateway| gateway_line(cx, gateway)).collect()
}

fn gateway_line(cx: &Cx, gateway: &Gateway) -> Option<GatewayLine> {
    let profile: Profile = match cx.profile(gateway) {
        Fact::Known(profile) => profile,
        Fact::Absent => return Some(not_served(cx, gateway)),
        Fact::Unknown(_) => return None,
    };
    let compiled = gateway::compile(cx, gateway, profile);
    let mut names: Vec<_> =
        compiled.attached.iter().map(|attached| attached.route.meta.full_name()).collect();
    names.sort();
    names.dedup();
    let gap = cx.list::<HttpRoute>(None).gap.is_some();
    let listeners = compiled.listeners.iter().enumerate().map(|(index, listener)| {
        let running = matches!(compiled.running, Running::Yes);
        let known = !matches!(compiled.running, Running::Unknown(_))
            && !matches!(listener.serves, Fact::Unknown(_));
        let says = match (&compiled.running, &listener.serves) {
            (Running::No(_, says), _) => format!("nothing answers: {says}"),
            (Running::Unknown(why), _) => format!("not known: {}", why.detail),
            (_, Fact::Known(Serves::Closed(says))) => format!("closed: {says}"),
            (_, Fact::Known(Serves::PlainOnHttps)) => {
                "HTTPS without tls: served as plain HTTP".to_owned()
            }
            (_, Fact::Known(Serves::OtherProtocol)) => "carries no HTTP routes".to_owned(),
            (_, Fact::Unknown(why)) => format!("not known: {}", why.detail),
            _ => admits(listener.spec, compiled.attached_routes(index), gap),
        };
        ListenerLine {
            good: known.then_some(running && listener.is_open()),
            name: format!("{} :{}", listener.spec.name, listener.spec.port),
            says,
        }
    });
    Some(GatewayLine {
        title: gateway.meta.title(),
        profile: cx.store.settings.say(&profile),
        routes: match (names.len(), gap) {
            (0, true) => "routes not known".to_owned(),
            (count, gap) => format!("{} attached", counted(count, gap)),
        },
        listeners: listeners.collect(),
    })
}

/// A Gateway that nobody looks at.
fn not_served(cx: &Cx, gateway: &Gateway) -> GatewayLine {
    let why = gateway::not_served(cx, gateway);
    let line = |listener: &Listener| ListenerLine {
        good: Some(false),
        name: format!("{} :{}", listener.name, listener.port),
        says: format!("nothing answers: {why}"),
    };
    GatewayLine {
        title: gateway.meta.title(),
        profile: "no controller".to_owned(),
        routes: "0 routes attached".to_owned(),
        listeners: gateway.listeners.iter().map(line).collect(),
    }
}

/// `2 routes`, or at least so many, where not all could be seen.
fn counted(count: usize, gap: bool) -> String {
    let least = if gap { "at least " } else { "" };
    format!("{least}{}", words::count(count, "route"))
}

fn admits(listener: &Listener, routes: usize, gap: bool) -> String {
    let namespaces = match listener.allowed_routes.namespaces.from.as_str() {
        "All" => "all namespaces",
        "Same" => "its own namespace",
        "Selector" => "selected namespaces",
        _ => "no namespace",
    };
    let host = listener.hostname.as_ref().map(|h| format!(" for {h}")).unwrap_or_default();
    let has = match (routes, gap) {
        (0, true) => String::new(),
        (count, gap) => format!(", has {}", counted(count, gap)),
    };
    format!("accepts routes from {namespaces}{host}{has}")
}
