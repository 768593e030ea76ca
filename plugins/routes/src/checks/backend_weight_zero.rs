//! # All weights of a rule are 0
//!
//! ## What it means
//! `weight: 0` takes a backend out of the split. When every backend of a rule has it, no backend is
//! left.
//!
//! ## Why it matters
//! If the rule has several backends, kgateway replaces it with a direct response: 500 with the text
//! `invalid route configuration detected and replaced with a direct response.` A **single** backend
//! of weight 0 still gets **all** the traffic: kgateway ignores its weight.
//!
//! ## Example
//! A canary whose old and new backend were both set to 0.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know which backend should get the requests.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1808-1866; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::{followed, rule};
use igw_core::{page, pointer};

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0115",
    name: "backend-weight-zero",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let profile = followed::profile_of(facts, route);
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
                    "The only backend for {short} has weight 0 but still gets every request."
                );
                Finding::at(&route.meta, format!("{path}/0/weight"), title)
                    .only(Severity::Warning)
                    .explain("kgateway ignores the weight of a single backend. To stop traffic, remove the rule.")
                    .label("ignored")
                    .effect(200, 1.0, requests)
            } else {
                let title =
                    format!("Every request to {short} gets 500: all weights of the rule are 0.");
                Finding::at(&route.meta, path, title)
                    .explain("No backend is left to serve a request.")
                    .label("all weights are 0")
                    .effect(500, 1.0, requests)
            };
            out.finding(finding.guide("9", None));
        }
    }
}
