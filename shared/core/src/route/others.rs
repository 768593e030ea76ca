//! Objects of kinds that no rule reads, found by what they point at, and by their names.

use std::collections::{HashMap, HashSet};

use super::hostname;
use crate::facts::views::*;
use crate::facts::{Derive, Fact, Facts, Other, Pointing, PointingTarget};
use crate::kube::{Kind, Meta};
use crate::route::profile::Profile;
use crate::text;

/// The namespace whose Istio objects without a selector are about the whole mesh.
const ISTIO_ROOT: &str = "istio-system";

/// Labels that Istio gives to the pods of a Gateway beside those of the Gateway.
const GATEWAY_NAME: [&str; 2] = ["gateway.networking.k8s.io/gateway-name", "istio.io/gateway-name"];

type PointingFound<'a> = (&'a Other, &'a Pointing);

#[derive(Default)]
struct OtherObjects<'a> {
    /// By kind, namespace and name of the target.
    named: HashMap<(&'a str, &'a str, &'a str), Vec<PointingFound<'a>>>,
    /// By kind and namespace of the targets.
    labelled: HashMap<(&'a str, &'a str), Vec<PointingFound<'a>>>,
    /// By their own group, kind, namespace and name.
    own: HashMap<[&'a str; 4], &'a Other>,
    kinds: HashSet<&'a str>,
}

better_any::tid!(OtherObjects<'a>);

impl<'a> Derive<'a> for OtherObjects<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out = OtherObjects::default();
        for other in &facts.store.others {
            let meta = &other.meta;
            out.own.insert([meta.group(), &meta.kind, &meta.namespace, &meta.name], other);
            out.kinds.insert(&meta.kind);
            for pointing in &other.pointings {
                let (kind, namespace) = (pointing.kind.as_str(), pointing.namespace.as_str());
                let found = match &pointing.target {
                    PointingTarget::Named(name) => {
                        out.named.entry((kind, namespace, name.as_str())).or_default()
                    }
                    PointingTarget::Labelled(_) => {
                        out.labelled.entry((kind, namespace)).or_default()
                    }
                };
                found.push((other, pointing));
            }
        }
        out
    }
}

/// What is written against an object, as the end of a sentence: `; its controller wrote
/// Accepted=False Invalid`. Empty: nothing.
pub fn refused(other: &Other) -> String {
    let first = other.refusals.iter().find_map(|answer| Some((answer, answer.conditions.first()?)));
    let said = first.map(|(answer, one)| {
        let who = match answer.controller.as_str() {
            "" => "its controller",
            name => name,
        };
        let says = format!("; {who} wrote {}={} {}", one.kind, one.status, one.reason);
        text::clean(&text::clip(&says, 200))
    });
    said.unwrap_or_default()
}

/// The objects that point at one, or at one section of it; without a section at any.
pub fn pointing_at<'a>(
    facts: &Facts<'a>,
    meta: &Meta,
    section: Option<&str>,
    profile: &Profile,
) -> Vec<(&'a Other, &'a Pointing)> {
    let known = facts.derived::<OtherObjects>();
    let (kind, namespace) = (meta.kind.as_ref(), meta.namespace.as_str());
    let named = known.named.get(&(kind, namespace, meta.name.as_str()));
    let here = known.labelled.get(&(kind, namespace)).into_iter().flatten();
    let root = known.labelled.get(&(kind, ISTIO_ROOT)).into_iter().flatten();
    // Of the root namespace only what has no selector; where it is the Gateway's own, it was here.
    let root = root.filter(|(other, pointing)| {
        let everything = matches!(&pointing.target, PointingTarget::Labelled(l) if l.is_empty());
        namespace != ISTIO_ROOT && everything && is_of_istio(other)
    });
    let selects = |found: &&PointingFound<'a>| match &found.1.target {
        PointingTarget::Named(_) => true,
        PointingTarget::Labelled(labels) => labels.iter().all(|(key, value)| {
            let name = GATEWAY_NAME.contains(&key.as_str()).then_some(meta.name.as_str());
            meta.labels.get(key).or(name) == Some(value)
        }),
    };
    // Envoy Gateway and kgateway read nothing of Istio.
    let is_read = |found: &&PointingFound<'a>| !(profile.is_envoy() && is_of_istio(found.0));
    let in_section = |found: &&PointingFound<'a>| {
        let own = found.1.section.as_deref();
        own.is_none() || section.is_none() || own == section
    };
    let here = here.filter(selects).chain(root);
    let all = named.into_iter().flatten().chain(here);
    all.filter(is_read).filter(in_section).copied().collect()
}

fn is_of_istio(other: &Other) -> bool {
    other.meta.group().ends_with("istio.io")
}

/// Whether what adds routes may take a request that a hostname has won, or none.
pub fn may_take(other: &Other, host: &str, won_by: Option<&str>) -> bool {
    let any = [hostname::ANY.to_owned()];
    let own = if other.hostnames.is_empty() { &any[..] } else { &other.hostnames[..] };
    own.iter().any(|own| {
        let before = |won| hostname::specificity(own) >= hostname::specificity(won);
        hostname::covers(own, host) && won_by.is_none_or(before)
    })
}

/// Whether there is any object of a kind that no rule reads.
pub fn has_kind(facts: &Facts, kind: &str) -> bool {
    facts.derived::<OtherObjects>().kinds.contains(kind)
}

/// Whether an object is there whose kind most rules do not read.
pub fn named(facts: &Facts, group: &str, kind: &str, namespace: &str, name: &str) -> Fact<()> {
    match Kind::of(group, kind) {
        Some(Kind::EnvoyBackend) => return facts.get::<EnvoyBackend>(namespace, name).map(drop),
        Some(Kind::RouteFilter) => return facts.get::<RouteFilter>(namespace, name).map(drop),
        Some(Kind::ServiceImport) => return facts.get::<ServiceImport>(namespace, name).map(drop),
        _ => {}
    }
    let known = facts.derived::<OtherObjects>();
    let found = |namespace| known.own.get(&[group, kind, namespace, name]);
    match found(namespace).or_else(|| found("")) {
        Some(_) => Fact::Known(()),
        None => facts.store.missing_other(kind, namespace),
    }
}

/// The objects that point at something that is judged, or that a route names as a backend or a
/// filter.
pub fn in_the_way<'a>(facts: &Facts<'a>) -> Vec<&'a Other> {
    let store = facts.store;
    let is_known = |pointing: &&Pointing| {
        let namespace = pointing.namespace.as_str();
        let PointingTarget::Named(name) = &pointing.target else {
            return ["Gateway", "ListenerSet", "HTTPRoute", "Service"]
                .contains(&pointing.kind.as_str());
        };
        match pointing.kind.as_str() {
            "Gateway" => store.get::<Gateway>(namespace, name, |_| ()).known().is_some(),
            "ListenerSet" => store.get::<ListenerSet>(namespace, name, |_| ()).known().is_some(),
            "HTTPRoute" => store.get::<HttpRoute>(namespace, name, |_| ()).known().is_some(),
            "Service" => store.get::<Service>(namespace, name, |_| ()).known().is_some(),
            _ => false,
        }
    };
    let mut named: HashSet<*const Other> = HashSet::new();
    let known = facts.derived::<OtherObjects>();
    if !known.own.is_empty() {
        for route in store.known::<HttpRoute>() {
            let home = route.meta.namespace.as_str();
            for rule in &route.rules {
                let backends = rule.backend_refs.iter().map(|own| {
                    [
                        own.group.as_ref(),
                        own.kind.as_ref(),
                        own.namespace_from(&route.meta),
                        own.name.as_str(),
                    ]
                });
                let filters = rule.extension_refs();
                let filters = filters
                    .map(|own| [own.group.as_str(), own.kind.as_str(), home, own.name.as_str()]);
                let found = backends.chain(filters).filter_map(|key| known.own.get(&key));
                named.extend(found.map(|own| std::ptr::from_ref(*own)));
            }
        }
    }
    let in_the_way = |other: &&Other| {
        other.pointings.iter().any(|own| is_known(&own))
            || named.contains(&std::ptr::from_ref(*other))
    };
    store.others.iter().filter(in_the_way).collect()
}
