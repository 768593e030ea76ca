//! # An annotation for the load balancer does not reach its Service
//!
//! ## What it means
//! Annotations on the Gateway itself (`metadata.annotations`) stay on the Gateway. kgateway creates
//! the Service that becomes the load balancer, and copies only `spec.infrastructure.annotations`
//! (or the annotations of GatewayParameters) to it.
//!
//! ## Why it matters
//! The load balancer comes up with the cloud's defaults: another type, open to the internet,
//! without the security group that admits only CloudFront, without its certificate. Nothing reports
//! this.
//!
//! ## Example
//! `service.beta.kubernetes.io/aws-load-balancer-security-groups` in `metadata.annotations`.
//!
//! ## Fix safety
//! Unsafe: annotations that take effect can replace the load balancer, and its address with it.
//!
//! ## Sources
//! Gateway API `gateway_types.go`, GatewayInfrastructure; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Gateway;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, pointer};
use igw_core::route::{annotations, class};
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0138",
    name: "annotation-not-passed-on",
    severity: Severity::Warning,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in facts.list::<Gateway>(None).items {
        let kgateway = class::profile(facts, gateway).known().is_some_and(|p| p.is_kgateway());
        if !kgateway || !facts.scope.contains(&gateway.meta) {
            continue;
        }
        let lost = annotations::lost(gateway);
        match lost.first() {
            None => out.passed(),
            Some(first) => out.finding(finding(gateway, first, &lost)),
        }
    }
}

fn finding(gateway: &Gateway, first: &str, lost: &[&str]) -> Finding {
    let mut path = "/metadata/annotations".to_owned();
    pointer::push(&mut path, first);
    let count = text::count(lost.len(), "annotation");
    let (does, is) = if lost.len() == 1 { ("does", "it") } else { ("do", "them") };
    let title = format!("{count} for the load balancer {does} nothing on the Gateway itself.");
    Finding::at(&gateway.meta, path, title)
        .explain(format!("kgateway does not copy {} to the Service, so the load balancer has the cloud's defaults. Move {is} to spec.infrastructure.annotations.", text::some_of(lost, 4)))
        .label("not copied to the Service")
        .repair(annotations::moved(gateway))
        .guide("8", Some("it puts them on the Gateway itself"))
}
