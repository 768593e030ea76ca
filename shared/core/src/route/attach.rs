//! Which listeners a route attaches to, and what a controller says of it.

use super::{class, hostname, listener_kinds, selector, served_listener};
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::kube::{GATEWAY_API, Meta};
use crate::placeholder;
use crate::route::profile::Profile;

/// The owner of the listeners that a parentRef selects.
#[derive(Debug, Clone, Copy)]
pub enum ParentObject<'a> {
    Gateway(&'a Gateway),
    ListenerSet(&'a ListenerSet, &'a Gateway),
}

impl<'a> ParentObject<'a> {
    /// The Gateway in the end.
    pub fn gateway(&self) -> &'a Gateway {
        match self {
            ParentObject::Gateway(gateway) | ParentObject::ListenerSet(_, gateway) => gateway,
        }
    }

    /// Metadata of the object that the parentRef names.
    pub fn meta(&self) -> &'a Meta {
        match self {
            ParentObject::Gateway(gateway) => &gateway.meta,
            ParentObject::ListenerSet(set, _) => &set.meta,
        }
    }

    /// The listeners that the parentRef may select: a Gateway's own, never those of its
    /// ListenerSets, and the reverse (GEP-1713).
    pub fn listeners(&self) -> &'a [Listener] {
        match self {
            ParentObject::Gateway(gateway) => &gateway.listeners,
            ParentObject::ListenerSet(set, _) => &set.listeners,
        }
    }
}

/// How one listener relates to one parentRef. Small: thousands of routes may name a Gateway of 64
/// listeners.
#[derive(Debug, Clone)]
pub struct ListenerFit<'a> {
    /// Index in the parent's `spec.listeners`.
    pub index: u32,
    pub listener: &'a Listener,
    /// `sectionName` and `port` select it.
    pub selected: bool,
    /// Whether it accepts this kind of route.
    pub kind: bool,
    /// Whether it allows the route's namespace; `None`: not known.
    pub namespace: Option<bool>,
}

impl ListenerFit<'_> {
    /// Whether it is selected and lets the route in, or may.
    pub fn lets_in(&self) -> bool {
        self.selected && self.allows()
    }

    fn allows(&self) -> bool {
        self.kind && self.namespace != Some(false)
    }
}

/// Why a route is not accepted (sh:370-383).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachRefusal {
    /// No listener of the parent fits `sectionName` and `port`.
    NoMatchingParent,
    /// No listener allows the route's namespace or kind.
    NotAllowedByListeners,
    NoMatchingListenerHostname,
}

impl AttachRefusal {
    /// The reason in the condition.
    pub fn reason(self) -> &'static str {
        match self {
            AttachRefusal::NoMatchingParent => "NoMatchingParent",
            AttachRefusal::NotAllowedByListeners => "NotAllowedByListeners",
            AttachRefusal::NoMatchingListenerHostname => "NoMatchingListenerHostname",
        }
    }
}

/// The result of following a parentRef.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// The route is attached: listener index and the hostnames served there.
    Attached(Vec<(usize, Vec<String>)>),
    Refused(AttachRefusal),
    Unknown(Why),
}

/// The result of resolving a parentRef to its listeners.
#[derive(Debug, Clone)]
pub struct Attachment<'a> {
    pub parent: ParentObject<'a>,
    pub profile: Profile,
    /// Every listener of the parent.
    pub fits: Vec<ListenerFit<'a>>,
    pub outcome: Acceptance,
}

/// Where a parentRef leads.
#[derive(Debug, Clone)]
pub enum Followed<'a> {
    To(Box<Attachment<'a>>),
    /// A kind that routing does not know. No status is ever written.
    OtherKind,
    /// A Gateway or ListenerSet that does not exist. No status is ever written.
    NotFound,
    /// A Gateway that no known controller serves. No status is ever written.
    NotServed(&'a Gateway),
    Unknown(Why),
}

/// Follows a parentRef of a route of `kind` with these hostnames.
pub fn follow<'a>(
    facts: &Facts<'a>,
    route: &Meta,
    hostnames: &[String],
    reference: &ParentRef,
) -> Followed<'a> {
    let namespace = reference.namespace_from(route);
    let parent = match (reference.group.as_ref(), reference.kind.as_ref()) {
        (GATEWAY_API, "Gateway") => match facts.get(namespace, &reference.name) {
            Fact::Known(gateway) => ParentObject::Gateway(gateway),
            Fact::Absent => return Followed::NotFound,
            Fact::Unknown(why) => return Followed::Unknown(why),
        },
        (GATEWAY_API, "ListenerSet") | ("gateway.networking.x-k8s.io", "XListenerSet") => {
            match facts.get::<ListenerSet>(namespace, &reference.name) {
                Fact::Known(set) => match gateway_of(facts, set) {
                    Fact::Known(gateway) => ParentObject::ListenerSet(set, gateway),
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
    let profile = match class::profile(facts, parent.gateway()) {
        Fact::Known(profile) => profile,
        Fact::Absent => return Followed::NotServed(parent.gateway()),
        Fact::Unknown(why) => return Followed::Unknown(why),
    };
    let all = parent.listeners().iter().enumerate();
    let fits: Vec<ListenerFit> = all
        .map(|(index, listener)| fit(facts, &parent, &profile, index, listener, route, reference))
        .collect();
    let outcome = decide(facts, &parent, &fits, &profile, route, hostnames);
    Followed::To(Box::new(Attachment { parent, profile, fits, outcome }))
}

/// The Gateway of a ListenerSet; `Absent` if there is none or it does not allow the set.
fn gateway_of<'a>(facts: &Facts<'a>, set: &ListenerSet) -> Fact<&'a Gateway> {
    let gateway = match facts.get::<Gateway>(set.gateway_namespace(), &set.parent.name) {
        Fact::Known(gateway) => gateway,
        other => return other,
    };
    let home = &gateway.meta.namespace;
    match selector::allows(facts, &gateway.allowed_listeners, home, &set.meta.namespace) {
        Fact::Known(true) => Fact::Known(gateway),
        Fact::Known(false) | Fact::Absent => Fact::Absent,
        Fact::Unknown(why) => Fact::Unknown(why),
    }
}

fn fit<'a>(
    facts: &Facts,
    parent: &ParentObject,
    profile: &Profile,
    index: usize,
    listener: &'a Listener,
    route: &Meta,
    reference: &ParentRef,
) -> ListenerFit<'a> {
    let named = reference.section_name.as_ref().is_none_or(|s| s.is_empty() || *s == listener.name);
    let selected = named && reference.port.is_none_or(|port| port == listener.port);
    let kind = listener_kinds::takes_kind(listener, profile, &route.kind);
    let namespace = allows_namespace(facts, parent, listener, route).known();
    ListenerFit { index: index as u32, listener, selected, kind, namespace }
}

fn allows_namespace(
    facts: &Facts,
    parent: &ParentObject,
    listener: &Listener,
    route: &Meta,
) -> Fact<bool> {
    let home = &parent.meta().namespace;
    selector::allows(facts, &listener.allowed_routes.namespaces, home, &route.namespace)
}

/// The hostnames that a listener has in common with a route; or else one that may be, once it is
/// filled in.
fn in_common<'n>(listener: &'n Listener, wanted: &'n [String]) -> (Vec<String>, Option<&'n str>) {
    let own = served_listener::hostname_of(listener);
    let mut common: Vec<String> = Vec::new();
    for wanted in wanted {
        if let Some(shared) = hostname::intersect(own, wanted)
            && !common.iter().any(|h| h == shared)
        {
            common.push(shared.to_owned());
        }
    }
    if !common.is_empty() {
        return (common, None);
    }
    let open = wanted.iter().find(|wanted| placeholder::may_be_alike(own, wanted));
    let open = open.map(|wanted| if placeholder::has(wanted) { wanted.as_str() } else { own });
    (common, open)
}

/// The order of the questions: kgateway asks first whether any listener lets the route in at all
/// (seen); the specification leaves the order open, and we ask for the selection first.
fn decide(
    facts: &Facts,
    parent: &ParentObject,
    fits: &[ListenerFit],
    profile: &Profile,
    route: &Meta,
    hostnames: &[String],
) -> Acceptance {
    if !fits.iter().any(ListenerFit::lets_in) {
        let (none_selected, none_allows) =
            (!fits.iter().any(|f| f.selected), !fits.iter().any(ListenerFit::allows));
        let not_allowed = if profile.is_kgateway() { none_allows } else { !none_selected };
        return Acceptance::Refused(if not_allowed {
            AttachRefusal::NotAllowedByListeners
        } else {
            AttachRefusal::NoMatchingParent
        });
    }
    let unknown = fits.iter().filter(|fit| fit.lets_in() && fit.namespace.is_none());
    let mut unknown = unknown.map(|fit| allows_namespace(facts, parent, fit.listener, route));
    if let Some(Fact::Unknown(why)) = unknown.next() {
        return Acceptance::Unknown(why);
    }
    let any = [hostname::ANY.to_owned()];
    let wanted = if hostnames.is_empty() { &any[..] } else { hostnames };
    let (mut attached, mut open) = (Vec::new(), None);
    for fit in fits.iter().filter(|fit| fit.lets_in()) {
        let (common, may_be) = in_common(fit.listener, wanted);
        if !common.is_empty() {
            attached.push((fit.index as usize, common));
        }
        open = open.or(may_be);
    }
    match open.filter(|_| attached.is_empty()) {
        Some(name) => {
            Acceptance::Unknown(Why::not_given(format!("hostname {name} is not filled in")))
        }
        None if attached.is_empty() => {
            Acceptance::Refused(AttachRefusal::NoMatchingListenerHostname)
        }
        None => Acceptance::Attached(attached),
    }
}
