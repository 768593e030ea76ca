//! # The parent of a route does not exist
//!
//! ## What it means
//! A `parentRef` names a Gateway or ListenerSet that does not exist, or an object of a kind that
//! takes no routes. The namespace of a parentRef is the route's own unless it is written down.
//!
//! ## Why it matters
//! No controller feels responsible, so **no status is ever written**: `kubectl describe` shows
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
//! Safe when exactly one Gateway of that name exists; it must also let the namespace in
//! (`namespace-not-allowed`).
//!
//! ## Sources
//! Gateway API `shared_types.go` 518-523 and 573-576; kgateway main, 2.3 and 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::GATEWAY_API;
use igw_core::facts::views::{Gateway, ListenerSet};
use igw_core::facts::{Cx, Kind, View};
use igw_core::finding::{Finding, Severity};
use igw_core::route::attach::{self, Followed};
use igw_core::scene::Scene;
use igw_core::words;

use super::refs::{self, Parent};

/// IGW0101.
pub struct ParentNotFound;

static META: Meta = Meta {
    code: "IGW0101",
    name: "parent-not-found",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("parent_not_found.rs"),
};

impl Check for ParentNotFound {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for parent in refs::parents(cx) {
            let namespace = attach::parent_namespace(&parent.route.meta, parent.reference);
            match &parent.followed {
                Followed::NotFound => out.finding(not_found(cx, &parent, namespace)),
                // The route that delegates to this one (kgateway); delegation is not judged.
                Followed::OtherKind if delegates(&parent) => {}
                Followed::OtherKind => out.finding(other_kind(&parent)),
                Followed::Unknown(why) => out.not_checked(Kind::Gateway, namespace, why.clone()),
                Followed::To(_) | Followed::NotServed(_) => out.passed(),
            }
        }
    }
}

/// Whether the parent is a route, which hands requests on to this one.
fn delegates(parent: &Parent) -> bool {
    parent.reference.group == GATEWAY_API && parent.reference.kind == "HTTPRoute"
}

fn not_found(cx: &Cx, parent: &Parent, namespace: &str) -> Finding {
    let reference = parent.reference;
    let wanted = format!("{} {namespace}/{}", reference.kind, reference.name);
    let set = match reference.kind.as_ref() {
        "Gateway" => None,
        _ => cx.get::<ListenerSet>(namespace, &reference.name).known(),
    };
    if let Some(set) = set {
        return not_let_in(cx, parent, set);
    }
    let title = format!("No controller looks at {}: {wanted} does not exist.", parent.subject());
    let mut finding = Finding::at(&parent.route.meta, parent.path(), title)
        .effect(404, 1.0, refs::all_requests(parent.route))
        .guide("1", None);
    let written = match &reference.namespace {
        Some(namespace) => namespace.clone(),
        None => format!("not set, so the route's own: {namespace}"),
    };
    finding = finding
        .evidence(format!("{}, spec.parentRefs[].namespace", parent.route.meta.title()), written);
    let elsewhere = match reference.kind.as_ref() {
        "Gateway" => namesakes::<Gateway>(cx, &reference.name, namespace),
        _ => namesakes::<ListenerSet>(cx, &reference.name, namespace),
    };
    for meta in &elsewhere {
        finding = finding
            .evidence(meta.title(), "has this name, in another namespace")
            .related(meta.reference());
    }
    let refused = cx.store.refused.iter().find(|r| {
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
    finding.label(label).explain(explanation.trim_end())
}

/// The ListenerSet exists, and its Gateway does not let it in or does not exist.
fn not_let_in(cx: &Cx, parent: &Parent, set: &ListenerSet) -> Finding {
    let home = set.gateway_namespace();
    let gateway = format!("Gateway {home}/{}", set.parent.name);
    let title = set.meta.title();
    let found = cx.get::<Gateway>(home, &set.parent.name).known();
    let why = match found {
        Some(_) => format!("{gateway} does not let {title} in"),
        None => format!("{gateway}, the parent of {title}, does not exist"),
    };
    let hint = match found.map(|gateway| gateway.allowed_listeners.from.as_str()) {
        Some("None") => format!(
            " The allowedListeners of {gateway} are from: None, as by default: it lets no ListenerSet in."
        ),
        Some(from) => format!(
            " The allowedListeners of {gateway} are from: {from}, which does not fit namespace {}.",
            set.meta.namespace
        ),
        None => String::new(),
    };
    let subject = parent.subject();
    Finding::at(
        &parent.route.meta,
        parent.path(),
        format!("No controller looks at {subject}: {why}."),
    )
    .explain(format!(
        "No status is ever written for it, and no listener of the ListenerSet is opened.{hint}"
    ))
    .label("its listeners are not opened")
    .effect(404, 1.0, refs::all_requests(parent.route))
    .evidence(
        format!("{gateway}, spec.allowedListeners.namespaces.from"),
        found.map_or("no such Gateway", |gateway| &gateway.allowed_listeners.from),
    )
    .related(set.meta.reference())
    .guide("1", None)
}

fn namesakes<'a, T: View>(
    cx: &Cx<'a>,
    name: &str,
    namespace: &str,
) -> Vec<&'a igw_core::facts::Meta> {
    let all = cx.list::<T>(None).items;
    all.into_iter()
        .map(View::meta)
        .filter(|meta| meta.name == name && meta.namespace != namespace)
        .collect()
}

fn other_kind(parent: &Parent) -> Finding {
    let reference = parent.reference;
    let kind = match reference.group.as_ref() {
        "" => format!("{} of the core group", reference.kind),
        group => format!("{} of group {group}", reference.kind),
    };
    let title = format!(
        "No gateway looks at {}: it names {}.",
        parent.ordinal().unwrap_or_else(|| "this parentRef".to_owned()),
        words::a(&kind)
    );
    let mesh = reference.group.is_empty() && reference.kind == "Service";
    let explanation = match mesh {
        true => {
            "A core Service as parent is for service meshes: no gateway writes a status for it or \
             serves its requests."
        }
        false => {
            "Only a Gateway or a ListenerSet of group gateway.networking.k8s.io brings requests \
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
