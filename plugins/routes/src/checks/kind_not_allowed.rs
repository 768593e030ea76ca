//! # The listener takes no HTTPRoutes
//!
//! ## What it means
//! Every listener that the route could attach to carries other kinds only: by its
//! `allowedRoutes.kinds`, or by its protocol (a TCP listener carries no HTTPRoutes).
//!
//! ## Why it matters
//! The route has `Accepted=False NotAllowedByListeners` (kgateway: `NoMatchingParent`, when
//! another listener would take it), with an empty message; its requests get 404, or no answer at
//! all where the port speaks no HTTP.
//!
//! ## Example
//! `sectionName: raw` for a listener of protocol TCP.
//!
//! ## Fix safety
//! Unsafe: what a listener carries is the decision of the Gateway's owner.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 828-914 and 1373-1386; kgateway main, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::route::attach::{Attachment, Fit};
use igw_core::scene::Scene;
use igw_core::words;

use super::refs::{self, Parent};

/// IGW0107.
pub struct KindNotAllowed;

static META: Meta = Meta {
    code: "IGW0107",
    name: "kind-not-allowed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("kind_not_allowed.rs"),
};

impl Check for KindNotAllowed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for parent in refs::parents(cx) {
            let Some(found) = refs::attachment(&parent) else { continue };
            let selected: Vec<&Fit> = found.fits.iter().filter(|fit| fit.selected).collect();
            if selected.is_empty() {
                // Told by no-listener-selected.
            } else if selected.iter().any(|fit| fit.kind) {
                out.passed();
            } else {
                out.finding(finding(&parent, found, &selected));
            }
        }
    }
}

fn finding(parent: &Parent, found: &Attachment, refusing: &[&Fit]) -> Finding {
    let owner = found.parent.meta();
    let reasons: Vec<String> = refusing
        .iter()
        .map(|fit| {
            let name = &fit.listener.name;
            match fit.listener.allowed_routes.kinds.as_slice() {
                [] => format!("listener {name} has protocol {}", fit.listener.protocol),
                kinds => {
                    let kinds: Vec<String> = kinds
                        .iter()
                        .map(|kind| format!("{} of {}", kind.kind, kind.group()))
                        .collect();
                    format!("listener {name} takes {} only", words::list(&kinds))
                }
            }
        })
        .collect();
    let title = format!(
        "The route is not attached: no listener of {} that it selects takes HTTPRoutes.",
        owner.title()
    );
    Finding::at(&parent.route.meta, parent.path(), title)
        .explain(format!(
            "In detail: {}. Its requests get 404, or no answer.",
            words::list(&reasons)
        ))
        .label(reasons.first().cloned().unwrap_or_default())
        .effect(404, 1.0, refs::all_requests(parent.route))
        .evidence(format!("{}, spec.listeners", owner.title()), words::list(&reasons))
        .related(owner.reference())
        .guide("1", None)
}
