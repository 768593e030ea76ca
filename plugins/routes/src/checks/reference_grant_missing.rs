//! # A backend in another namespace is not granted
//!
//! ## What it means
//! A rule sends requests to an object in another namespace, and no ReferenceGrant **in that
//! namespace** lets HTTPRoutes of the route's namespace refer to it.
//!
//! ## Why it matters
//! The route keeps `Accepted=True` and gets `ResolvedRefs=False RefNotPermitted`; the client gets
//! **500** with an empty body. When the rule has several backends, this happens to this backend's
//! share of the requests. It is never a 404: a missing grant must look like a missing backend, so
//! that names cannot be probed.
//!
//! ## Example
//! An HTTPRoute in `edge` sends to Service `models/chat`. The grant belongs in `models`:
//! ```yaml
//! apiVersion: gateway.networking.k8s.io/v1beta1
//! kind: ReferenceGrant
//! metadata: {name: allow-edge-httproutes-to-chat, namespace: models}
//! spec:
//!   from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge}]
//!   to: [{group: "", kind: Service, name: chat}]
//! ```
//!
//! ## Fix safety
//! Safe in this narrowest form; the owner of the target namespace must consent.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 271-286, `referencegrant_types.go`, issues #1902 and #4804;
//! observed in kgateway main, 2.3 and 2.2. The guide expects 404.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::ReferenceGrant;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::Kind;
use igw_core::route::followed::FollowedBackend;
use igw_core::route::grant::Crossing;
use igw_core::route::{backend, grants};
use igw_core::{page, text};

use crate::granting;
use crate::refs::{self, BackendWords as _};

pub static CHECK: Check = Check {
    code: "IGW0103",
    name: "reference-grant-missing",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::ReferenceGrant],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for backend in refs::ungranted(facts, out) {
        let Some(crossing) = backend.crossing() else { continue };
        // A grant that was meant for it is told by reference-grant-mismatch.
        let there = grants::of(facts, crossing.to_namespace);
        if there.nearest(&crossing, backend.profile.is_kgateway()).is_none() {
            out.finding(finding(facts, backend, &crossing, &there.all));
        }
    }
}

fn finding(
    facts: &Facts,
    backend: &FollowedBackend,
    crossing: &Crossing,
    there: &[&ReferenceGrant],
) -> Finding {
    let target = backend::title(backend.reference, crossing.to_namespace);
    let (from, to) = (crossing.from_namespace, crossing.to_namespace);
    let says = format!("no ReferenceGrant in {to} lets HTTPRoutes of {from} refer to {target}");
    let listed = match there {
        [] => "none".to_owned(),
        some => {
            let name = |grant: &&ReferenceGrant| grant.meta.name.clone();
            format!("{}, none for this reference", text::some_by(some, 3, name))
        }
    };
    // Grants that somebody wrote into a namespace where they do nothing for this reference.
    let misplaced = grants::naming(facts, crossing.to_name)
        .iter()
        .find(|grant| grant.meta.namespace != to && grant.from.iter().any(|f| f.namespace == from));
    let mut finding = backend
        .finding(&says)
        .explain(format!(
            "{}. The grant must live in {to}: from HTTPRoute in {from}, to {} {}.",
            backend.condition("RefNotPermitted"),
            crossing.to_kind,
            crossing.to_name
        ))
        .label(format!("{target}, in another namespace"))
        .evidence(
            format!(
                "{}, {}.namespace",
                backend.route.meta.title(),
                igw_core::kube::pointer::dotted(&backend.path())
            ),
            to,
        )
        .evidence(format!("ReferenceGrants in {to}"), listed)
        .repair(grant(facts, crossing, &target))
        .guide("1", Some("it expects 404 for a missing ReferenceGrant"));
    if let Some(grant) = misplaced {
        finding = finding
            .evidence(
                grant.meta.title(),
                "names this Service, but a grant counts only in the Service's namespace",
            )
            .related(grant.meta.reference());
    }
    finding
}

fn grant(facts: &Facts, crossing: &Crossing, target: &str) -> Fix {
    let new = granting::grant(facts, crossing);
    let Crossing { from_kind, from_namespace: from, to_namespace: to, .. } = crossing;
    let name = new.object["metadata"]["name"].as_str().unwrap_or_default();
    let title = format!("create ReferenceGrant {to}/{name}");
    Fix::safe(title)
        .create(new)
        .grants(format!("lets {from_kind}s of {from} send traffic to {target}"))
}
