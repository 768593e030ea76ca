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
use igw_core::facts::views::{Gateway, ListenerSet};
use igw_core::facts::{Cx, Kind, View};
use igw_core::finding::{Finding, Severity};
use igw_core::route::attach::{self, Followed};
use igw_core::route::listener::GATEWAY_API;
use igw_core::words;

use super::refs::{self, Parent};

/// IGW0101.
pub struct ParentNotFound;

static META: Meta = Meta {
    code: "IGW0101",
    name: "parent-not-found",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
    ],
    source: include_str!("parent_not_found.rs"),
};

impl Check for ParentNotFound {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Cx, out: &mut Sink) {
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
    let exists = reference.kind != "Gateway"
        && cx
            .get::<ListenerSet>(namespace, &reference.name)
            .known()
            .is_some();
    let title = match exists {
        false => format!("No controller looks at this route: {wanted} does not exist."),
        true => {
            format!("No controller looks at this route: {wanted} is not let in by its Gateway.")
        }
    };
    let mut finding = Finding::at(&parent.route.meta, parent.path.clone(), title)
        .effect(404, 1.0, refs::all_requests(parent.route))
        .guide("1", None);
    let written = match &reference.namespace {
        Some(namespace) => namespace.clone(),
        None => format!("not set, so the route's own: {namespace}"),
    };
    finding = finding.evidence(
        format!("{}, spec.parentRefs[].namespace", parent.route.meta.title()),
        written,
    );
    let elsewhere = match reference.kind.as_str() {
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
            "the API server refuses this Gateway".to_owned(),
            format!("{wanted} is in the input, but the API server refuses it."),
        ),
        ([], None) => ("no object of this name".to_owned(), String::new()),
        _ => ("it is in another namespace".to_owned(), String::new()),
    };
    let explanation =
        format!("No status is ever written to the route, and requests for it get 404. {hint}");
    finding.label(label).explain(explanation.trim_end())
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
    let kind = match reference.group.as_str() {
        "" => reference.kind.clone(),
        group => format!("{} of group {group}", reference.kind),
    };
    let title = format!(
        "No gateway looks at this parentRef: it names {}.",
        words::a(&kind)
    );
    let explanation = "Only a Gateway or a ListenerSet of group gateway.networking.k8s.io takes \
        routes from outside; for other parents no status is written by a gateway's controller, \
        and its requests get 404. A core Service as parent is for service meshes.";
    let mesh = reference.group.is_empty() && reference.kind == "Service";
    let finding = Finding::at(&parent.route.meta, parent.path.clone(), title)
        .explain(explanation)
        .label("neither a Gateway nor a ListenerSet")
        .effect(404, 1.0, refs::all_requests(parent.route))
        .guide("1", None);
    if mesh {
        finding.only(Severity::Info)
    } else {
        finding
    }
}
