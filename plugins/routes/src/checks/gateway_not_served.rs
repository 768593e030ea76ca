//! # Nothing serves this Gateway
//!
//! ## What it means
//! The GatewayClass is missing or refused, its controllerName is one that no release of kgateway
//! has, or the GatewayParameters that the Gateway or its class refers to are missing.
//!
//! ## Why it matters
//! No proxy is made, so that nothing answers. With missing GatewayParameters kgateway says
//! `Accepted=False InvalidParameters`, and everything else looks healthy: `Programmed=True`, all
//! listeners True, all routes True and counted. With a class that nobody serves the status stays
//! `Unknown Pending` for ever.
//!
//! ## Example
//! `controllerName: kgateway.dev/kgateway-controller`: kgateway's name is `kgateway.dev/kgateway`,
//! and it makes the class `kgateway` itself.
//!
//! ## Fix safety
//! Unsafe: the class and its parameters are shared by other Gateways.
//!
//! ## Sources
//! Gateway API `gatewayclass_types.go`; kgateway main, 2.3, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::facts::{Fact, Kind, Profile, View};
use igw_core::finding::{Finding, Severity};
use igw_core::route::gateway::{self, Running};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0120.
pub struct GatewayNotServed;

static META: Meta = Meta {
    code: "IGW0120",
    name: "gateway-not-served",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass, Kind::GatewayParameters],
    source: include_str!("gateway_not_served.rs"),
};

impl Check for GatewayNotServed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for gateway in cx.list::<Gateway>(None).items {
            if cx.scope.contains(&gateway.meta) {
                judge(cx, gateway, out);
            }
        }
        for class in cx.list::<GatewayClass>(None).items {
            let used = |gateway: &&Gateway| gateway.class == class.meta.name;
            let told = cx.list::<Gateway>(None).items.iter().any(used);
            if !told && class.is_misnamed() && cx.scope.contains(&class.meta) {
                let title = format!("No controller serves {}.", class.meta.title());
                let finding = Finding::at(&class.meta, "/spec/controllerName", title);
                out.finding(misnamed(finding, class));
            }
        }
    }
}

fn judge(cx: &Scene, gateway: &Gateway, out: &mut Sink) {
    let finding = |field: &str, says: &str| {
        let title = format!("Nothing answers for {}: {says}.", gateway.meta.title());
        Finding::at(&gateway.meta, field, title)
    };
    match cx.profile(gateway) {
        Fact::Unknown(why) => out.not_checked(Kind::GatewayClass, "", why),
        Fact::Absent => {
            let finding = finding("/spec/gatewayClassName", &gateway::not_served(cx, gateway));
            out.finding(match cx.class(gateway) {
                Fact::Known(class) => misnamed(finding, class),
                _ => missing(cx, finding),
            });
        }
        Fact::Known(profile) => {
            let fronts = cx.gateways().iter();
            let mut own = fronts.filter(|f| std::ptr::eq(f.compiled.gateway, gateway));
            let Some(front) = own.next() else { return };
            match &front.compiled.running {
                Running::Yes => out.passed(),
                Running::No(reason, says) => {
                    out.finding(not_running(gateway, profile, reason, says, finding));
                }
                Running::Unknown(why) => {
                    let namespace = &gateway.meta.namespace;
                    out.not_checked(Kind::GatewayParameters, namespace, why.clone());
                }
            }
        }
    }
}

fn misnamed(finding: Finding, class: &GatewayClass) -> Finding {
    let made = match class.meta.name.as_str() {
        "kgateway" => {
            " kgateway makes the class kgateway itself, and controllerName cannot be changed: with a running kgateway the API server refuses this manifest; applied before, it keeps every Gateway from being programmed. Delete it."
        }
        _ => "",
    };
    finding
        .explain(format!(
            "A controller takes the classes that carry its own name; kgateway's is {}. The class and its Gateways stay Unknown, Pending.{made}",
            GatewayClass::KGATEWAY
        ))
        .label(format!("kgateway's name is {}", GatewayClass::KGATEWAY))
        .evidence(format!("{}, spec.controllerName", class.meta.title()), &class.controller)
        .related(class.meta().reference())
        .guide("6", Some("its GatewayClass has a controllerName that no kgateway release has"))
}

fn missing(cx: &Scene, finding: Finding) -> Finding {
    let classes: Vec<&str> =
        cx.list::<GatewayClass>(None).items.iter().map(|class| class.meta.name.as_str()).collect();
    let there = match classes.as_slice() {
        [] => "There is no GatewayClass at all".to_owned(),
        [one] => format!("There is only {one}"),
        names => format!("There are {}", words::some_of(names, 4)),
    };
    finding
        .explain(format!(
            "{there}. The Gateway's conditions stay Unknown, Pending, and its routes get no status."
        ))
        .label("no such GatewayClass")
        .guide("6", None)
}

fn not_running(
    gateway: &Gateway,
    profile: Profile,
    reason: &str,
    says: &str,
    finding: impl Fn(&str, &str) -> Finding,
) -> Finding {
    let field = match reason {
        "InvalidParameters" if gateway.parameters.is_some() => "/spec/infrastructure/parametersRef",
        "InvalidParameters" if gateway.address_types.is_empty() => "/spec/gatewayClassName",
        "InvalidParameters" | "UnsupportedAddress" => "/spec/addresses",
        _ => "/spec/gatewayClassName",
    };
    let looks = match profile.is_kgateway() {
        true => " Programmed, the listeners and all routes are True all the same.",
        false => "",
    };
    finding(field, says)
        .explain(format!("No proxy is made for it. It gets Accepted=False {reason}.{looks}"))
        .label(says)
        .guide("6", Some("it expects the controller to crash"))
}
