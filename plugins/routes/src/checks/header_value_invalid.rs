//! # A header value that no header may have
//!
//! ## What it means
//! A filter sets or adds a header whose value has a line break or a NUL character, and the Gateway is
//! of a controller whose reading of it is not known. (kgateway's is IGW0126, Envoy Gateway's is
//! IGW0119.)
//!
//! ## Why it matters
//! The API server accepts any text. HTTP has no way to send such a value, so the controller refuses
//! the rule or the route, or its proxy refuses everything that is configured with it.
//!
//! ## Example
//! `value: |` with the value on the next line: YAML keeps the line break at its end. Write `value: |-`
//! or put it in quotes.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know whether a part of the value is missing.
//!
//! ## Sources
//! RFC 9110, 5.5; Gateway API `httproute_types.go` (HTTPHeader).

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::profile::Profile;
use igw_core::route::{envoy, followed};

pub static CHECK: Check = Check {
    code: "IGW0152",
    name: "header-value-invalid",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        if followed::profile_of(facts, route) != Profile::Specification {
            continue;
        }
        let mut good = true;
        for refused in envoy::refuses(route).into_iter().filter(|refused| refused.unsendable) {
            good = false;
            let number = refused.rule + 1;
            let title = format!(
                "Rule {number} of this route gives a header a value that no header may have: it holds a line break or a NUL character."
            );
            out.finding(
                Finding::at(&route.meta, refused.pointer, title)
                    .explain("The API server accepts it. The controller refuses the rule or the route, or its proxy refuses everything that is configured with it; which of them depends on the implementation.")
                    .label("cannot be sent"),
            );
        }
        if good {
            out.passed();
        }
    }
}
