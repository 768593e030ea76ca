//! # The route has no parent
//!
//! ## What it means
//! An HTTPRoute without `parentRefs` is a valid object that is attached to nothing. It is right
//! only for a child of kgateway's delegation, which another route refers to.
//!
//! ## Why it matters
//! No status is ever written, and no request reaches it: 404, or whatever else listens.
//!
//! ## Example
//! The A/B route of the guide's section 9, as printed.
//!
//! ## Fix safety
//! Unsafe: which Gateway is meant cannot be told.
//!
//! ## Sources
//! Gateway API `shared_types.go` 199-221; kgateway main, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::{self, Scene};

use super::refs;

/// IGW0102.
pub struct RouteWithoutParent;

static META: Meta = Meta {
    code: "IGW0102",
    name: "route-without-parent",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute],
    source: include_str!("route_without_parent.rs"),
};

impl Check for RouteWithoutParent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for route in cx.routes() {
            if !route.parents.is_empty() || scene::is_child(cx, route) {
                out.passed();
                continue;
            }
            out.finding(
                Finding::at(
                    &route.meta,
                    "/spec",
                    "The route is attached to nothing: it has no parentRefs.",
                )
                .explain(
                    "No controller looks at it, no status is written, and its requests get \
                         404. Add a parentRef with the Gateway's name and namespace.",
                )
                .label("no parentRefs")
                .effect(404, 1.0, refs::all_requests(route))
                .guide("9", Some("its A/B route has no parentRefs")),
            );
        }
    }
}
