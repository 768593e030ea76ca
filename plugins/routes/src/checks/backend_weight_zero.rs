//! # All weights of a rule are 0
//!
//! ## What it means
//! `weight: 0` takes a backend out of the split. When every backend of a rule has it, nobody is
//! left.
//!
//! ## Why it matters
//! kgateway replaces a rule with several backends by a direct response: 500 with the text
//! `invalid route configuration detected and replaced with a direct response.` A **single**
//! backend of weight 0 still gets **all** the traffic there: its weight is not looked at.
//!
//! ## Example
//! A canary whose old and new arm were both turned to 0.
//!
//! ## Fix safety
//! Unsafe: who should get the requests cannot be told.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1808-1866; kgateway main, 2.3, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::rule;
use igw_core::scene::Scene;

use super::refs;

/// IGW0115.
pub struct BackendWeightZero;

static META: Meta = Meta {
    code: "IGW0115",
    name: "backend-weight-zero",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    source: include_str!("backend_weight_zero.rs"),
};

impl Check for BackendWeightZero {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for route in cx.routes() {
            let profile = cx.profile_of(route);
            for (index, rule) in route.rules.iter().enumerate() {
                if rule.backend_refs.is_empty() {
                    continue;
                }
                if rule.backend_refs.iter().any(|backend| backend.weight > 0) {
                    out.passed();
                    continue;
                }
                let requests = rule::requests(route, rule);
                let short = refs::requests_in_short(route, rule);
                let path = pointer!["spec", "rules", index, "backendRefs"];
                let finding = if rule.backend_refs.len() == 1 && profile.is_kgateway() {
                    let title = format!(
                        "The only backend of {short} has weight 0 and still gets every request."
                    );
                    Finding::at(&route.meta, format!("{path}/0/weight"), title)
                        .only(Severity::Warning)
                        .explain("kgateway does not look at the weight of a single backend. To stop traffic, remove the rule.")
                        .label("not looked at")
                        .effect(200, 1.0, requests)
                } else {
                    let title = format!(
                        "Every request to {short} gets 500: all weights of the rule are 0."
                    );
                    Finding::at(&route.meta, path, title)
                        .explain("No backend is left to take a request.")
                        .label("all weights are 0")
                        .effect(500, 1.0, requests)
                };
                out.finding(finding.guide("9", None));
            }
        }
    }
}
