//! # The listener does not accept HTTPRoutes
//!
//! ## What it means
//! Every listener that the route could attach to accepts only other kinds: because of its
//! `allowedRoutes.kinds`, or because of its protocol (a TCP listener accepts no HTTPRoutes).
//!
//! ## Why it matters
//! The route has `Accepted=False NotAllowedByListeners` (kgateway: `NoMatchingParent` when another
//! listener would accept it), with an empty message; its requests get 404, or no answer at all
//! where the port does not serve HTTP.
//!
//! ## Example
//! `sectionName: raw` for a listener of protocol TCP.
//!
//! ## Fix safety
//! Unsafe: which kinds a listener accepts is the decision of the Gateway's owner.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 828-914 and 1373-1386; observed in kgateway main.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::attach::{Attachment, ListenerFit};
use igw_core::route::followed;
use igw_core::route::followed::FollowedParent;
use igw_core::{page, text};

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0107",
    name: "kind-not-allowed",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for parent in followed::parents(facts) {
        let Some(found) = refs::attachment(parent) else { continue };
        let selected: Vec<&ListenerFit> = found.fits.iter().filter(|fit| fit.selected).collect();
        if selected.is_empty() {
            // Told by no-listener-selected.
        } else if selected.iter().any(|fit| fit.kind) {
            out.passed();
        } else {
            out.finding(finding(parent, found, &selected));
        }
    }
}

fn finding(parent: &FollowedParent, found: &Attachment, refusing: &[&ListenerFit]) -> Finding {
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
                    format!("listener {name} accepts only {}", text::list(&kinds))
                }
            }
        })
        .collect();
    let title = format!(
        "The route is not attached: no listener of {} that it selects accepts HTTPRoutes.",
        owner.title()
    );
    Finding::at(&parent.route.meta, parent.path(), title)
        .explain(format!(
            "In detail: {}. Its requests get 404, or no answer.",
            text::list(&reasons)
        ))
        .label(reasons.first().cloned().unwrap_or_default())
        .effect(404, 1.0, refs::all_requests(parent.route))
        .evidence(format!("{}, spec.listeners", owner.title()), text::list(&reasons))
        .related(owner.reference())
        .guide("1", None)
}
