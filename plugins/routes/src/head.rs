//! The Gateways at the head of a report.

use std::fmt::Write as _;

use igw_core::facts::views::{Gateway, HttpRoute, Listener};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::Severity;
use igw_core::report::Theme;
use igw_core::route::gateway::{self, Running};
use igw_core::route::profile::Profile;
use igw_core::route::served_listener::ListenerAnswers;
use igw_core::route::{class, followed};
use igw_core::text;

/// A Gateway in the head of a report.
struct GatewayLine {
    /// `Gateway ns/name`.
    title: String,
    /// The implementation and its version.
    profile: String,
    /// How many routes are attached: `2 routes attached`.
    routes: String,
    listeners: Vec<ListenerLine>,
}

/// A listener in the head of a report.
struct ListenerLine {
    /// Whether it answers; `None` if unknown.
    good: Option<bool>,
    /// `http :80`.
    name: String,
    /// One clause.
    says: String,
}

/// The Gateways that judged routes lead to, with their listeners.
pub fn head(facts: &Facts, theme: &Theme) -> String {
    let mut out = String::new();
    gateway_lines(facts).iter().for_each(|gateway| draw(&mut out, gateway, theme));
    out
}

fn draw(out: &mut String, gateway: &GatewayLine, theme: &Theme) {
    let facts = [
        gateway.profile.clone(),
        text::count(gateway.listeners.len(), "listener"),
        gateway.routes.clone(),
    ]
    .join(", ");
    let title = text::clean(&gateway.title);
    let facts = theme.after(title.chars().count() + 3, 2, &facts);
    let _ = writeln!(out, "{}   {facts}", theme.bold(&title));
    let width = gateway.listeners.iter().map(|l| l.name.chars().count()).max().unwrap_or(0);
    for listener in &gateway.listeners {
        let glyph = match listener.good {
            Some(true) => theme.good(theme.tick()),
            Some(false) => theme.severity(Severity::Error, theme.glyph(Severity::Error)),
            None => theme.dot().to_owned(),
        };
        let name = text::clean(&listener.name);
        let says = theme.after(width + 7, 6, &listener.says);
        let _ = writeln!(out, "  {glyph} {name:<width$}   {says}");
    }
    out.push('\n');
}

/// The Gateways that judged routes lead to, with their listeners.
fn gateway_lines(facts: &Facts) -> Vec<GatewayLine> {
    let all = facts.list::<Gateway>(None).items;
    let named = !facts.scope.names.is_empty();
    let mut wanted: Vec<(String, String)> = all
        .iter()
        .filter(|g| !named && facts.scope.contains(&g.meta))
        .map(|g| g.meta.key())
        .collect();
    if wanted.len() < all.len() {
        let parents =
            followed::routes(facts).into_iter().flat_map(|route| gateway::parents_of(facts, route));
        wanted.extend(parents.map(|parent| parent.gateway().meta.key()));
    }
    wanted.sort();
    wanted.dedup();
    let known = |key: &(String, String)| facts.get::<Gateway>(&key.0, &key.1).known();
    let gap = facts.list::<HttpRoute>(None).gap.is_some();
    let found = wanted.iter().filter_map(known);
    found.filter_map(|gateway| gateway_line(facts, gateway, gap)).collect()
}

/// `gap`: not all routes are known.
fn gateway_line<'a>(facts: &Facts<'a>, gateway: &'a Gateway, gap: bool) -> Option<GatewayLine> {
    let profile: Profile = match class::profile(facts, gateway) {
        Fact::Known(profile) => profile,
        Fact::Absent => return Some(not_served(facts, gateway)),
        Fact::Unknown(_) => return None,
    };
    let compiled = gateway::compile(facts, gateway, profile);
    let mut names: Vec<_> =
        compiled.attached.iter().map(|attached| attached.route.meta.full_name()).collect();
    names.sort();
    names.dedup();
    let listeners = compiled.listeners.iter().enumerate().map(|(index, listener)| {
        let running = matches!(compiled.running, Running::Yes);
        let known = !matches!(compiled.running, Running::Unknown(_))
            && !matches!(listener.serves, Fact::Unknown(_));
        let says = match (&compiled.running, &listener.serves) {
            (Running::No(_, says), _) => format!("nothing answers: {says}"),
            (Running::Unknown(why), _) => format!("not known: {}", why.detail),
            (_, Fact::Known(ListenerAnswers::Closed(says))) => format!("closed: {says}"),
            (_, Fact::Known(ListenerAnswers::PlainOnHttps)) => {
                "HTTPS without tls: served as plain HTTP".to_owned()
            }
            (_, Fact::Known(ListenerAnswers::OtherProtocol)) => "accepts no HTTPRoutes".to_owned(),
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
        profile: class::say(facts, &profile),
        routes: match (names.len(), gap) {
            (0, true) => "routes not known".to_owned(),
            (count, gap) => format!("{} attached", counted(count, gap)),
        },
        listeners: listeners.collect(),
    })
}

/// A Gateway that no controller serves.
fn not_served(facts: &Facts, gateway: &Gateway) -> GatewayLine {
    let why = gateway::not_served(facts, gateway);
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

/// `2 routes`, or `at least 2 routes` where not all could be seen.
fn counted(count: usize, gap: bool) -> String {
    let least = if gap { "at least " } else { "" };
    format!("{least}{}", text::count(count, "route"))
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
