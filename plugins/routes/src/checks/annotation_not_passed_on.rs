//! # An annotation for the load balancer does not arrive
//!
//! ## What it means
//! Annotations on the Gateway itself (`metadata.annotations`) are for the Gateway. The Service that
//! becomes the load balancer is made by kgateway, and gets only those of
//! `spec.infrastructure.annotations` (or of GatewayParameters).
//!
//! ## Why it matters
//! The load balancer comes up with the cloud's defaults: another type, open to the internet,
//! without the security group that lets only CloudFront in, without its certificate. Nothing tells.
//!
//! ## Example
//! `service.beta.kubernetes.io/aws-load-balancer-security-groups` in `metadata.annotations`.
//!
//! ## Fix safety
//! Unsafe: annotations that begin to work can replace the load balancer, and with it its address.
//!
//! ## Sources
//! Gateway API `gateway_types.go`, GatewayInfrastructure; kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::Gateway;
use igw_core::facts::{Kind, pointer};
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0138.
pub struct AnnotationNotPassedOn;

static META: Meta = Meta {
    code: "IGW0138",
    name: "annotation-not-passed-on",
    severity: Severity::Warning,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    source: include_str!("annotation_not_passed_on.rs"),
};

/// Beginnings of annotations that only the controller of a Service's load balancer reads.
const OF_SERVICES: [&str; 5] = [
    "service.beta.kubernetes.io/",
    "service.kubernetes.io/",
    "networking.gke.io/load-balancer",
    "metallb.io/",
    "metallb.universe.tf/",
];

impl Check for AnnotationNotPassedOn {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for gateway in cx.list::<Gateway>(None).items {
            let kgateway = cx.profile(gateway).known().is_some_and(|p| p.is_kgateway());
            if !kgateway || !cx.scope.contains(&gateway.meta) {
                continue;
            }
            let passed_on = |key: &String| gateway.infrastructure_annotations.contains(key);
            let lost: Vec<&String> = gateway
                .annotations
                .iter()
                .filter(|key| OF_SERVICES.iter().any(|start| key.starts_with(start)))
                .filter(|key| !passed_on(key))
                .collect();
            match lost.first() {
                None => out.passed(),
                Some(first) => out.finding(finding(gateway, first, &lost)),
            }
        }
    }
}

fn finding(gateway: &Gateway, first: &str, lost: &[&String]) -> Finding {
    let mut path = "/metadata/annotations".to_owned();
    pointer::push(&mut path, first);
    let count = words::count(lost.len(), "annotation");
    let (does, is) = if lost.len() == 1 { ("does", "it") } else { ("do", "them") };
    let title = format!("{count} for the load balancer {does} nothing on the Gateway itself.");
    Finding::at(&gateway.meta, path, title)
        .explain(format!("kgateway passes {} on to no Service, and the load balancer has the cloud's defaults. Move {is} to spec.infrastructure.annotations.", words::some_of(lost, 4)))
        .label("not passed on to the Service")
        .guide("8", Some("it puts them on the Gateway itself"))
}
