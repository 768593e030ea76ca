//! # The load balancer of a Gateway has no address
//!
//! ## What it means
//! The Service of the Gateway's proxy is of type LoadBalancer, and nothing has assigned an address to
//! it. kgateway names that Service like the Gateway and makes it of this type unless
//! GatewayParameters say otherwise. Or annotations that the load balancer's controller reads stand on
//! `metadata` of the Gateway, from where kgateway does not copy them to the Service.
//!
//! ## Why it matters
//! Nothing outside of the cluster reaches the Gateway. kgateway reports `Programmed=True` all the same,
//! only `status.addresses` is empty; Envoy Gateway reports `Programmed=False AddressNotAssigned`.
//!
//! ## Example
//! A cluster without a controller for load balancers (kind, bare metal without MetalLB); a quota or a
//! missing subnet tag in the cloud; annotations for it on `metadata` of the Gateway, where they are
//! not copied to the Service.
//!
//! ## Fix safety
//! Unsafe: annotations that take effect can replace the load balancer. They are moved to
//! `spec.infrastructure.annotations`. Everything else is the business of the cloud.
//!
//! ## Sources
//! Observed in kgateway main (a Service without address: Programmed stays True); Gateway API
//! `gateway_types.go`, AddressNotAssigned.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, Service};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, pointer};
use igw_core::route::{annotations, class};
use igw_core::{page, text};

use crate::judged;
use crate::proxies::LONGEST_NAME;

pub static CHECK: Check = Check {
    code: "IGW0611",
    name: "load-balancer-pending",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in judged::gateways(facts) {
        let Some(profile) = class::profile(facts, gateway).known() else { continue };
        if profile.is_kgateway() {
            out.finding_if(not_copied(gateway));
        }
        let unassigned = gateway.written.stale().is_none()
            && gateway.written.programmed.as_ref().is_some_and(|condition| {
                condition.status == "False" && condition.reason == "AddressNotAssigned"
            });
        if unassigned {
            let says = "Programmed=False AddressNotAssigned";
            let at = format!("{}, status.conditions", gateway.meta.title());
            out.finding(finding(gateway, at, says).covers("IGW0135", gateway.meta.reference()));
        } else if profile.is_kgateway() && gateway.meta.name.len() <= LONGEST_NAME {
            judge(facts, gateway, out);
        }
    }
}

fn judge(facts: &Facts, gateway: &Gateway, out: &mut Sink) {
    // Only a Gateway that was stored has a proxy.
    if !gateway.meta.stored {
        return;
    }
    let namespace = gateway.meta.namespace.as_str();
    match facts.get::<Service>(namespace, &gateway.meta.name) {
        Fact::Known(service) if service.pending && gateway.addresses.is_empty() => {
            let at = format!("{}, status.loadBalancer", service.meta.title());
            let found = finding(gateway, at, "no ingress").related(service.meta.reference());
            // Inside of the cluster it answers.
            out.finding(found.only(Severity::Warning));
        }
        Fact::Known(_) => out.passed(),
        // A proxy that is not made is another check's business.
        Fact::Absent => {}
        Fact::Unknown(why) => {
            if facts.store.world.is_none() {
                out.not_checked(Kind::Service, namespace, why);
            }
        }
    }
}

fn finding(gateway: &Gateway, at: String, says: &str) -> Finding {
    let title = format!("The load balancer of {} has no address.", gateway.meta.title());
    Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(format!("No controller for load balancers has assigned one: there is none, it lacks quota or subnets, or it waits. The events of the Service name the reason: kubectl describe service -n {} {}", gateway.meta.namespace, gateway.meta.name))
        .label("not reachable from outside")
        .evidence(at, says)
        .guide("6", None)
}

/// Annotations for the load balancer that do not reach its Service, whether it waits or not.
fn not_copied(gateway: &Gateway) -> Option<Finding> {
    let lost = annotations::lost(gateway);
    let path = pointer::join("/metadata/annotations", lost.first()?);
    let title = format!(
        "{} of {} {} not reach its load balancer.",
        text::count(lost.len(), "annotation"),
        gateway.meta.title(),
        if lost.len() == 1 { "does" } else { "do" },
    );
    let finding = Finding::at(&gateway.meta, path, title)
        .explain(format!("kgateway copies spec.infrastructure.annotations to the Service, and not {}: the load balancer has the defaults of the cloud, also where they open it to the internet.", text::some_of(&lost, 4)))
        .label("not copied to the Service")
        .only(Severity::Warning)
        .covers("IGW0138", gateway.meta.reference())
        .guide("8", Some("it puts them on the Gateway itself"))
        .repair(annotations::moved(gateway));
    Some(finding)
}
