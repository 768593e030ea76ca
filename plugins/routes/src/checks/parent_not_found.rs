//! # The parent of a route does not exist
//!
//! ## What it means
//! A `parentRef` names a Gateway or ListenerSet that does not exist, or an object of a kind that
//! accepts no routes. Unless it is set, the namespace of a parentRef is the route's own. Under kgateway
//! it may be an HTTPRoute that delegates to this one; then that one has to do so.
//!
//! ## Why it matters
//! No controller handles the route, so **no status is ever written**: `kubectl describe` shows
//! nothing wrong. Requests meant for this route get 404 from whatever else listens there.
//!
//! ## Example
//! ```yaml
//! kind: HTTPRoute
//! metadata: {name: chat, namespace: models}
//! spec:
//!   parentRefs:
//!   - name: front        # is in namespace edge
//! ```
//! Add `namespace: edge`.
//!
//! ## Fix safety
//! Safe when exactly one Gateway of that name exists; it must also allow the route's namespace
//! (`namespace-not-allowed`).
//!
//! ## Sources
//! Gateway API `shared_types.go` 518-523 and 573-576; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, HttpRoute, ListenerSet};
use igw_core::facts::{Fact, Facts, namesakes};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{GATEWAY_API, Kind, full_name};
use igw_core::route::attach::Followed;
use igw_core::route::followed::FollowedParent;
use igw_core::route::{delegators, followed};
use igw_core::{page, text};

use crate::parents;
use crate::refs::{self, ParentWords as _};

pub static CHECK: Check = Check {
    code: "IGW0101",
    name: "parent-not-found",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for parent in followed::parents(facts) {
        let namespace = parent.reference.namespace_from(&parent.route.meta);
        match &parent.followed {
            Followed::NotFound => out.finding(not_found(facts, parent, namespace)),
            // The route that delegates to this one (kgateway).
            Followed::OtherKind if delegates(parent) => {
                match facts.get::<HttpRoute>(namespace, &parent.reference.name) {
                    Fact::Absent => out.finding(no_delegator(parent, namespace)),
                    Fact::Unknown(why) => out.not_checked(Kind::HttpRoute, namespace, why),
                    Fact::Known(own) => delegator(facts, parent, own, out),
                }
            }
            Followed::OtherKind => out.finding(other_kind(parent)),
            Followed::Unknown(why) => out.not_checked(Kind::Gateway, namespace, why.clone()),
            Followed::To(_) | Followed::NotServed(_) => out.passed(),
        }
    }
}

/// A route that exists, and may delegate to the one that names it.
fn delegator(facts: &Facts, parent: &FollowedParent, own: &HttpRoute, out: &mut Sink) {
    let route = parent.route;
    if !followed::profile_of(facts, own).is_kgateway() {
        return;
    }
    let all = delegators::of(facts, route);
    if all.iter().any(|other| std::ptr::eq(*other, own)) {
        match delegators::passing_by(facts, route) {
            Some(first) if std::ptr::eq(first, own) => {
                out.finding(refs::passed_by(facts, route, own, parent.path()));
            }
            _ => out.passed(),
        }
        return;
    }
    let title = format!("{} does not delegate to {}.", own.meta.title(), parent.subject());
    out.finding(
        Finding::at(&route.meta, parent.path(), title)
            .explain("Under kgateway a route whose parent is an HTTPRoute gets the requests that this one delegates: one of its backendRefs has to name the route, or to choose it by its namespace or label.")
            .label("no backendRef of it leads here")
            .effect(404, 1.0, refs::all_requests(route))
            .related(own.meta.reference())
            .guide("1", None),
    );
}

fn delegates(parent: &FollowedParent) -> bool {
    parent.reference.group == GATEWAY_API && parent.reference.kind == "HTTPRoute"
}

/// No other route can delegate to one that names its delegator.
fn no_delegator(parent: &FollowedParent, namespace: &str) -> Finding {
    let wanted = format!("HTTPRoute {}", full_name(namespace, &parent.reference.name));
    let title = format!("No route delegates to {}: {wanted} does not exist.", parent.subject());
    Finding::at(&parent.route.meta, parent.path(), title)
        .explain("Under kgateway a route whose parent is an HTTPRoute gets the requests that this one delegates, and no others: nothing reaches its rules.")
        .label("no route of this name")
        .effect(404, 1.0, refs::all_requests(parent.route))
        .guide("1", None)
}

fn not_found(facts: &Facts, parent: &FollowedParent, namespace: &str) -> Finding {
    let reference = parent.reference;
    let wanted = format!("{} {}", reference.kind, full_name(namespace, &reference.name));
    let set = match reference.kind.as_ref() {
        "Gateway" => None,
        _ => facts.get::<ListenerSet>(namespace, &reference.name).known(),
    };
    if let Some(set) = set {
        return not_let_in(facts, parent, set);
    }
    let title = format!("No controller handles {}: {wanted} does not exist.", parent.subject());
    let mut finding = Finding::at(&parent.route.meta, parent.path(), title)
        .effect(404, 1.0, refs::all_requests(parent.route))
        .guide("1", None);
    let written = match &reference.namespace {
        Some(namespace) => namespace.clone(),
        None => format!("not set, so the route's own: {namespace}"),
    };
    finding = finding
        .evidence(format!("{}, spec.parentRefs[].namespace", parent.route.meta.title()), written);
    let mut elsewhere = match reference.kind.as_ref() {
        "Gateway" => namesakes::<Gateway>(facts, &reference.name),
        _ => namesakes::<ListenerSet>(facts, &reference.name),
    };
    elsewhere.retain(|meta| meta.namespace != namespace);
    for meta in elsewhere.iter().take(3) {
        finding = finding
            .evidence(meta.title(), "same name, in another namespace")
            .related(meta.reference());
    }
    let refused = facts.store.refused.iter().find(|r| {
        r.meta.kind == reference.kind
            && r.meta.name == reference.name
            && r.meta.namespace == namespace
    });
    let (label, hint) = match (elsewhere.as_slice(), refused) {
        ([one], _) => (
            format!("{} is in namespace {}", one.name, one.namespace),
            format!("Add namespace: {} to this parentRef.", one.namespace),
        ),
        (_, Some(_)) => (
            format!("the API server refuses this {}", reference.kind),
            format!("{wanted} is in the input, but the API server refuses it."),
        ),
        ([], None) => ("no object of this name".to_owned(), String::new()),
        _ => ("it is in another namespace".to_owned(), String::new()),
    };
    let explanation = format!("No status is ever written for it, and its requests get 404. {hint}");
    let fix =
        (reference.kind == "Gateway").then(|| parents::moved(facts, parent, &elsewhere)).flatten();
    finding.repair(fix).label(label).explain(explanation.trim_end())
}

/// The ListenerSet exists, but its Gateway does not admit it or does not exist.
fn not_let_in(facts: &Facts, parent: &FollowedParent, set: &ListenerSet) -> Finding {
    let home = set.gateway_namespace();
    let gateway = format!("Gateway {home}/{}", set.parent.name);
    let title = set.meta.title();
    let found = facts.get::<Gateway>(home, &set.parent.name).known();
    let why = match found {
        Some(_) => format!("{gateway} does not allow {title}"),
        None => format!("{gateway}, the parent of {title}, does not exist"),
    };
    let hint = match found.map(|gateway| gateway.allowed_listeners.from.as_str()) {
        Some("None") => format!(
            " {gateway} has allowedListeners from: None, the default, and so allows no ListenerSet."
        ),
        Some(from) => format!(
            " {gateway} has allowedListeners from: {from}, which does not match namespace {}.",
            set.meta.namespace
        ),
        None => String::new(),
    };
    let subject = parent.subject();
    Finding::at(
        &parent.route.meta,
        parent.path(),
        format!("No controller handles {subject}: {why}."),
    )
    .explain(format!(
        "No status is ever written for it, and the listeners of the ListenerSet are not opened.{hint}"
    ))
    .label("its listeners are not opened")
    .effect(404, 1.0, refs::all_requests(parent.route))
    .evidence(
        format!("{gateway}, spec.allowedListeners.namespaces.from"),
        found.map_or("this Gateway does not exist", |gateway| &gateway.allowed_listeners.from),
    )
    .related(set.meta.reference())
    .guide("1", None)
}

fn other_kind(parent: &FollowedParent) -> Finding {
    let reference = parent.reference;
    let kind = match reference.group.as_ref() {
        "" => format!("{} of the core group", reference.kind),
        group => format!("{} of group {group}", reference.kind),
    };
    let title = format!(
        "No gateway handles {}: it names {}.",
        parent.ordinal().unwrap_or_else(|| "this parentRef".to_owned()),
        text::a(&kind)
    );
    let mesh = match (reference.group.as_ref(), reference.kind.as_ref()) {
        ("" | "core", kind) => kind == "Service",
        ("networking.istio.io", _) => true,
        // Other groups have parents of their own: Linkerd's Server, the ServiceImport.
        (group, kind) => {
            let slip = strsim::damerau_levenshtein(group, GATEWAY_API) < 5;
            let of_kubernetes = group.ends_with("k8s.io") && group != "multicluster.x-k8s.io";
            !slip && !of_kubernetes && !["Gateway", "ListenerSet"].contains(&kind)
        }
    };
    let explanation = match mesh {
        true => {
            "Such a parent is for service meshes: no gateway writes a status for it or serves its requests."
        }
        false => {
            "Only a Gateway or a ListenerSet of group gateway.networking.k8s.io receives requests \
             from outside. No status is ever written for this parentRef, and its requests get 404."
        }
    };
    let finding = Finding::at(&parent.route.meta, parent.path(), title)
        .explain(explanation)
        .label("neither a Gateway nor a ListenerSet")
        .effect(404, 1.0, refs::all_requests(parent.route))
        .guide("1", None);
    if mesh { finding.only(Severity::Info) } else { finding }
}
