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
//! Unsafe: which backend gets the requests is a decision. Equal shares are offered, and each backend
//! alone; a single backend loses its weight, which changes no request. Where a backend fails by
//! another fault, only the others are offered.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 1808-1866; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::HttpRoute;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::rule;
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
                    .repair(unweighted(route, &path))
            } else {
                let title =
                    format!("Every request to {short} gets 500: all weights of the rule are 0.");
                let arms = followed::backends(facts)
                    .iter()
                    .filter(|arm| std::ptr::eq(arm.rule, rule) && std::ptr::eq(arm.route, route));
                let fix = weighted(route, &path, arms.collect());
                Finding::at(&route.meta, path, title)
                    .explain("No backend is left to serve a request.")
                    .label("all weights are 0")
                    .effect(500, 1.0, requests)
                    .repair(fix)
            };
            out.finding(finding.guide("9", None));
        }
    }
}

/// Without its weight, a single backend gets what it gets now.
fn unweighted(route: &HttpRoute, path: &str) -> Fix {
    let at = format!("{path}/0/weight");
    let title = format!("drop {} of {}", pointer::dotted(&at), route.meta.title());
    let why = "weight 0 may be meant to stop its requests";
    Fix::unsafe_as(why, title).change(&route.meta, vec![Set::Drop(at)])
}

/// Equal shares, or one backend alone; those that would fail are left at 0.
fn weighted(route: &HttpRoute, path: &str, mut arms: Vec<&FollowedBackend>) -> Option<Fix> {
    // A route with several parents has them once for each.
    arms.sort_by_key(|arm| arm.position);
    arms.dedup_by_key(|arm| arm.position);
    arms.retain(|arm| arm.is_granted() && arm.judged.status().is_none_or(|status| status == 200));
    let one =
        |arm: &&FollowedBackend| Set::Put(format!("{path}/{}/weight", arm.position), 1.into());
    let pick = |value: String, label: String, arms: &[&FollowedBackend]| {
        Pick::change(value, label, &route.meta, arms.iter().map(one).collect())
    };
    let mut picks = Vec::new();
    if arms.len() > 1 {
        picks.push(pick("equal".to_owned(), "equal shares, weight 1 each".to_owned(), &arms));
    }
    for arm in &arms {
        let label = format!("all requests to {}", arm.reference.name);
        let name = &arm.reference.name;
        let namesakes = arms.iter().filter(|own| own.reference.name == *name).count();
        let value = match namesakes {
            1 => name.to_string(),
            _ => arm.position.to_string(),
        };
        picks.push(pick(value, label, std::slice::from_ref(arm)));
    }
    let ask = format!("Which backends of {} get the requests?", pointer::dotted(path));
    let why = "which backend gets the requests is a decision".to_owned();
    let choice = FixChoice { key: "weights", ask, picks };
    Fix::choose(Safety::Unsafe(why), choice, |_| {
        format!("set the weights in {} of {}", pointer::dotted(path), route.meta.title())
    })
}
