//! # The route has no parent
//!
//! ## What it means
//! An HTTPRoute without `parentRefs` is a valid object that is attached to nothing. This is correct
//! only for a child route in kgateway's delegation, which another route refers to. In a directory of
//! files without any Gateway it is an info: such a route is a part that somebody completes. A child
//! gets no request either if its matches do not lie within its parent's, or if it has hostnames.
//!
//! ## Why it matters
//! No status is ever written, and no request reaches the route: clients get 404, or the answer of
//! another route.
//!
//! ## Example
//! The A/B route of the guide's section 9, as printed.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know which Gateway is meant.
//!
//! ## Sources
//! Gateway API `shared_types.go` 199-221; observed in kgateway main.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Gateway;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::{delegators, followed};

use crate::parents;
use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0102",
    name: "route-without-parent",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        if !route.parents.is_empty() {
            out.passed();
            continue;
        }
        if delegators::is_child(facts, route) {
            match delegators::passing_by(facts, route) {
                Some(parent) if followed::profile_of(facts, parent).is_kgateway() => {
                    out.finding(refs::passed_by(facts, route, parent, "/spec"));
                }
                _ => out.passed(),
            }
            continue;
        }
        // A part of an example, or of what somebody completes: it is served nowhere as it stands.
        let fragment = facts.store.is_of_tree() && facts.store.known::<Gateway>().next().is_none();
        let finding = Finding::at(
            &route.meta,
            "/spec",
            "The route is attached to nothing: it has no parentRefs.",
        )
        .explain(
            "No controller handles it, no status is written, and its requests get \
                     404. Add a parentRef with the Gateway's name and namespace.",
        )
        .label("no parentRefs")
        .effect(404, 1.0, refs::all_requests(route))
        .repair(parents::attached(facts, route))
        .guide("9", Some("its A/B route has no parentRefs"));
        out.finding(if fragment { finding.only(Severity::Info) } else { finding });
    }
}
