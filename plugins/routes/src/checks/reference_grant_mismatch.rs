//! # A ReferenceGrant for this backend has a wrong field
//!
//! ## What it means
//! A rule sends requests to an object in another namespace. A ReferenceGrant there was meant for it
//! (it names this very object, or none), but one of its fields does not match, so it does not grant
//! this reference.
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
//! Safe: only the one wrong entry is corrected.
//!
//! ## Sources
//! Gateway API `referencegrant_types.go` 20-160; each single wrong field, observed in kgateway
//! main.

use std::cell::LazyCell;
use std::collections::HashMap;

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{HttpRoute, ReferenceGrant};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::grant::WrongField;
use igw_core::route::{backend, grants};
use igw_core::text;

use crate::refs::{self, BackendWords as _};

pub static CHECK: Check = Check {
    code: "IGW0104",
    name: "reference-grant-mismatch",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::ReferenceGrant],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let users = LazyCell::new(|| users(facts));
    for backend in refs::ungranted(facts, out) {
        let Some(crossing) = backend.crossing() else { continue };
        let kgateway = backend.profile.is_kgateway();
        let there = grants::of(facts, crossing.to_namespace);
        let near = there.nearest(&crossing, kgateway);
        if let Some((grant, wrong)) = near {
            let fix = corrected(&users, grant, &wrong);
            out.finding(finding(backend, grant, &wrong).repair(fix));
        }
    }
}

/// The first route that relies on each grant.
fn users<'a>(facts: &Facts<'a>) -> HashMap<*const ReferenceGrant, &'a HttpRoute> {
    let granted = followed::backends(facts).iter().rev().filter_map(|backend| {
        let Some(Fact::Known(grant)) = &backend.grant else { return None };
        Some((std::ptr::from_ref(*grant), backend.route))
    });
    granted.collect()
}

/// The fields as they have to be. A grant that others rely on is not changed unasked.
fn corrected(
    users: &HashMap<*const ReferenceGrant, &HttpRoute>,
    grant: &ReferenceGrant,
    wrong: &[WrongField],
) -> Fix {
    let fields: Vec<String> = wrong.iter().map(|field| pointer::dotted(&field.pointer)).collect();
    let title = format!("correct {} of {}", text::list(&fields), grant.meta.title());
    let fix = match users.get(&std::ptr::from_ref(grant)) {
        None => Fix::safe(title),
        Some(user) => Fix::unsafe_as(format!("{} uses this grant", user.meta.title()), title),
    };
    let set = |field: &WrongField| Set::Put(field.pointer.clone(), field.wanted.clone().into());
    fix.change(&grant.meta, wrong.iter().map(set).collect())
}

fn finding(backend: &FollowedBackend, grant: &ReferenceGrant, wrong: &[WrongField]) -> Finding {
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
    let target =
        backend::title(backend.reference, backend.reference.namespace_from(&backend.route.meta));
    let says = format!(
        "{} does not grant {target}, because {}",
        grant.meta.title(),
        fields.join(", and ")
    );
    let mut finding = backend
        .finding(&says)
        .explain(format!(
            "{}. All fields of a grant must match exactly.",
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
