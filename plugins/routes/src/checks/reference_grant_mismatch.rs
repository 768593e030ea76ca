//! # A ReferenceGrant for this backend has a wrong field
//!
//! ## What it means
//! A rule sends requests to an object in another namespace. A ReferenceGrant there was meant for
//! it (it names this very object, or none), but one of its fields does not fit, so it grants
//! nothing here.
//!
//! ## Why it matters
//! As with a missing grant: 500 with an empty body, `ResolvedRefs=False RefNotPermitted`.
//!
//! ## Example
//! | field | often written | must be |
//! |---|---|---|
//! | `from.group` | `networking.k8s.io`, `""` | `gateway.networking.k8s.io` |
//! | `from.kind` | `Gateway` | `HTTPRoute` |
//! | `from.namespace` | the Gateway's or the Service's | the **HTTPRoute's** |
//! | `to.group` | `v1`, `core` | `""` (kgateway also takes `core`) |
//! | `to.kind` | `Services`, `Deployment` | `Service` |
//!
//! ## Fix safety
//! Safe for the one entry that is corrected.
//!
//! ## Sources
//! Gateway API `referencegrant_types.go` 20-160; each single wrong field, kgateway main, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::ReferenceGrant;
use igw_core::facts::{Kind, pointer};
use igw_core::finding::{Finding, Severity};
use igw_core::route::backend;
use igw_core::route::grant::WrongField;
use igw_core::scene::Scene;

use super::refs::{self, Backend};

/// IGW0104.
pub struct ReferenceGrantMismatch;

static META: Meta = Meta {
    code: "IGW0104",
    name: "reference-grant-mismatch",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::ReferenceGrant],
    source: include_str!("reference_grant_mismatch.rs"),
};

impl Check for ReferenceGrantMismatch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for backend in refs::ungranted(cx, out) {
            let Some(crossing) = backend.crossing() else { continue };
            let kgateway = backend.profile.is_kgateway();
            let near = cx
                .list::<ReferenceGrant>(Some(crossing.to_namespace))
                .items
                .into_iter()
                .filter_map(|grant| Some((grant, crossing.near(grant, kgateway)?)))
                .min_by_key(|(_, wrong)| wrong.len());
            if let Some((grant, wrong)) = near {
                out.finding(finding(&backend, grant, &wrong));
            }
        }
    }
}

fn finding(backend: &Backend, grant: &ReferenceGrant, wrong: &[WrongField]) -> Finding {
    let quoted = |text: &str| match text {
        "" => "\"\"".to_owned(),
        text => text.to_owned(),
    };
    let fields: Vec<String> = wrong
        .iter()
        .map(|field| {
            let name = pointer::dotted(&field.pointer);
            format!("{name} is {}, not {}", quoted(&field.is), quoted(&field.wanted))
        })
        .collect();
    let target = backend::title(
        backend.reference,
        backend::namespace(&backend.route.meta, backend.reference),
    );
    let says = format!(
        "{} does not grant {target}, because {}",
        grant.meta.title(),
        fields.join(", and ")
    );
    let mut finding = backend
        .finding(&says)
        .explain(format!(
            "{}. All fields of a grant are compared to the letter.",
            backend.condition("RefNotPermitted")
        ))
        .label(format!("{target}, which {} does not grant", grant.meta.name))
        .related(grant.meta.reference())
        .guide("1", Some("it expects 404 for a missing ReferenceGrant"));
    for field in wrong {
        let at = format!("{}, {}", grant.meta.title(), pointer::dotted(&field.pointer));
        finding =
            finding.evidence(at, format!("{}, not {}", quoted(&field.is), quoted(&field.wanted)));
    }
    finding
}
