//! Which listeners a route attaches to, and what a controller says of it.

use super::{hostname, listener, selector};
use crate::facts::views::*;
use crate::facts::{Cx, Fact, GATEWAY_API, Meta, Profile, Why};

/// The owner of the listeners that a parentRef selects.
#[derive(Debug, Clone, Copy)]
pub enum Parent<'a> {
    /// A Gateway.
    Gateway(&'a Gateway),
    /// A ListenerSet and its Gateway.
    ListenerSet(&'a ListenerSet, &'a Gateway),
}

impl<'a> Parent<'a> {
    /// The Gateway in the end.
    pub fn gateway(&self) -> &'a Gateway {
        match self {
            Parent::Gateway(gateway) | Parent::ListenerSet(_, gateway) => gateway,
        }
    }

    /// Metadata of the object that the parentRef names.
    pub fn meta(&self) -> &'a Meta {
        match self {
            Parent::Gateway(gateway) => &gateway.meta,
            Parent::ListenerSet(set, _) => &set.meta,
        }
    }

    /// The listeners that the parentRef may select: a Gateway's own, never those of its
    /// ListenerSets, and the reverse (GEP-1713).
    pub fn listeners(&self) -> &'a [Listener] {
        match self {
            Parent::Gateway(gateway) => &gateway.listeners,
            Parent::ListenerSet(set, _) => &set.listeners,
        }
    }
}

/// How one listener looks at one parentRef.
#[derive(Debug, Clone)]
pub struct Fit<'a> {
    /// Index in the parent's `spec.listeners`.
    pub index: usize,
    /// The listener.
    pub listener: &'a Listener,
    /// `sectionName` and `port` select it.
    pub selected: bool,
    /// It carries this kind of route.
    pub kind: bool,
    /// It lets the route's namespace in.
    pub namespace: Fact<bool>,
    /// The hostnames in common; empty: none.
    pub hostnames: Vec<String>,
}

/// Why a route is not accepted (sh:370-383).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No listener of the parent fits `sectionName` and `port`.
    NoMatchingParent,
    /// No listener lets the route's namespace or kind in.
    NotAllowedByListeners,
    /// No hostname fits.
    NoMatchingListenerHostname,
}

impl Refusal {
    /// The reason in the condition.
    pub fn reason(self) -> &'static str {
        match self {
            Refusal::NoMatchingParent => "NoMatchingParent",
            Refusal::NotAllowedByListeners => "NotAllowedByListeners",
            Refusal::NoMatchingListenerHostname => "NoMatchingListenerHostname",
        }
    }
}

/// What becomes of a parentRef.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The route is attached: listener index and the hostnames served there.
    Attached(Vec<(usize, Vec<String>)>),
    /// The route is refused.
    Refused(Refusal),
    /// Not decidable.
    Unknown(Why),
}

/// A parentRef, followed.
#[derive(Debug, Clone)]
pub struct Attachment<'a> {
    /// The parent.
    pub parent: Parent<'a>,
    /// The rules it follows.
    pub profile: Profile,
    /// Every listener of the parent.
    pub fits: Vec<Fit<'a>>,
    /// The end of it.
    pub outcome: Outcome,
}

/// Where a parentRef leads.
#[derive(Debug, Clone)]
pub enum Followed<'a> {
    /// To a Gateway or ListenerSet.
    To(Box<Attachment<'a>>),
    /// To nothing that routing knows: another kind. No status is ever written.
    OtherKind,
    /// To a Gateway or ListenerSet that does not exist. No status is ever written.
    NotFound,
    /// To a Gateway that no known controller serves. No status is ever written.
    NotServed(&'a Gateway),
    /// Not known.
    Unknown(Why),
}

/// The namespace that a parentRef means.
pub fn parent_namespace<'a>(route: &'a Meta, parent: &'a ParentRef) -> &'a str {
    parent.namespace.as_deref().unwrap_or(&route.namespace)
}

/// Follows a parentRef of a route of `kind` with these hostnames.
pub fn follow<'a>(
    cx: &Cx<'a>,
    route: &Meta,
    hostnames: &[String],
    reference: &ParentRef,
) -> Followed<'a> {
    let namespace = parent_namespace(route, reference);
    let parent = match (reference.group.as_ref(), reference.kind.as_ref()) {
        (GATEWAY_API, "Gateway") => match cx.get(namespace, &reference.name) {
            Fact::Known(gateway) => Parent::Gateway(gateway),
            Fact::Absent => return Followed::NotFound,
            Fact::Unknown(why) => return Followed::Unknown(why),
        },
        (GATEWAY_API, "ListenerSet") | ("gateway.networking.x-k8s.io", "XListenerSet") => {
            match cx.get::<ListenerSet>(namespace, &reference.name) {
                Fact::Known(set) => match gateway_of(cx, set) {
                    Fact::Known(gateway) => Parent::ListenerSet(set, gateway),
                    // A ListenerSet that is not let in has no routes with a status (seen).
                    Fact::Absent => return Followed::NotFound,
                    Fact::Unknown(why) => return Followed::Unknown(why),
                },
                Fact::Absent => return Followed::NotFound,
                Fact::Unknown(why) => return Followed::Unknown(why),
            }
        }
        _ => return Followed::OtherKind,
    };
    let profile = match cx.profile(parent.gateway()) {
        Fact::Known(profile) => profile,
        Fact::Absent => return Followed::NotServed(parent.gateway()),
        Fact::Unknown(why) => return Followed::Unknown(why),
    };
    let fits: Vec<Fit> = parent
        .listeners()
        .iter()
        .enumerate()
        .map(|(index, listener)| {
            fit(cx, &parent, &profile, index, listener, route, hostnames, reference)
        })
        .collect();
    let outcome = decide(&fits, &profile);
    Followed::To(Box::new(Attachment { parent, profile, fits, outcome }))
}

/// The Gateway of a ListenerSet that lets it in; `Absent` when there is none or it does not.
fn gateway_of<'a>(cx: &Cx<'a>, set: &ListenerSet) -> Fact<&'a Gateway> {
    let gateway = match cx.get::<Gateway>(set.gateway_namespace(), &set.parent.name) {
        Fact::Known(gateway) => gateway,
        other => return other,
    };
    let home = &gateway.meta.namespace;
    match selector::allows(cx, &gateway.allowed_listeners, home, &set.meta.namespace) {
        Fact::Known(true) => Fact::Known(gateway),
        Fact::Known(false) | Fact::Absent => Fact::Absent,
        Fact::Unknown(why) => Fact::Unknown(why),
    }
}

#[allow(clippy::too_many_arguments, reason = "one place builds it, all parts are distinct")]
fn fit<'a>(
    cx: &Cx,
    parent: &Parent,
    profile: &Profile,
    index: usize,
    listener: &'a Listener,
    route: &Meta,
    hostnames: &[String],
    reference: &ParentRef,
) -> Fit<'a> {
    let named = reference.section_name.as_ref().is_none_or(|s| s.is_empty() || *s == listener.name);
    let selected = named && reference.port.is_none_or(|port| port == listener.port);
    // Even a listener of an unsupported protocol counts routes (seen): kinds are asked by name.
    let kind = match listener::supported_kinds(listener, profile) {
        Some((kinds, _)) => kinds.iter().any(|(_, kind)| *kind == route.kind),
        None => listener.allowed_routes.kinds.is_empty() && profile.is_kgateway(),
    };
    let home = &parent.meta().namespace;
    let allowed = &listener.allowed_routes.namespaces;
    let namespace = selector::allows(cx, allowed, home, &route.namespace);
    let own = listener::hostname_of(listener);
    let any = [hostname::ANY.to_owned()];
    let wanted = if hostnames.is_empty() { &any[..] } else { hostnames };
    let mut common: Vec<String> = Vec::new();
    for wanted in wanted {
        if let Some(shared) = hostname::intersect(own, wanted)
            && !common.iter().any(|h| h == shared)
        {
            common.push(shared.to_owned());
        }
    }
    Fit { index, listener, selected, kind, namespace, hostnames: common }
}

/// The order of the questions: kgateway asks first whether any listener lets the route in at all
/// (seen); the specification leaves the order open, and we ask for the selection first.
fn decide(fits: &[Fit], profile: &Profile) -> Outcome {
    let allows = |fit: &&Fit| fit.kind && fit.namespace != Fact::Known(false);
    let selected = |fit: &&Fit| fit.selected;
    let end: Vec<&Fit> = fits.iter().filter(selected).filter(allows).collect();
    if end.is_empty() {
        let (none_selected, none_allows) =
            (!fits.iter().any(|f| f.selected), !fits.iter().any(|f| allows(&f)));
        let not_allowed = if profile.is_kgateway() { none_allows } else { !none_selected };
        return Outcome::Refused(if not_allowed {
            Refusal::NotAllowedByListeners
        } else {
            Refusal::NoMatchingParent
        });
    }
    let attached: Vec<_> = end
        .iter()
        .filter(|fit| !fit.hostnames.is_empty())
        .map(|fit| (fit.index, fit.hostnames.clone()))
        .collect();
    let unknown = fits.iter().find_map(|fit| match &fit.namespace {
        Fact::Unknown(why) if fit.selected && fit.kind => Some(why.clone()),
        _ => None,
    });
    match unknown {
        Some(why) => Outcome::Unknown(why),
        None if attached.is_empty() => Outcome::Refused(Refusal::NoMatchingListenerHostname),
        None => Outcome::Attached(attached),
    }
}
