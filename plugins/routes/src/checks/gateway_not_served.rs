//! # Nothing serves this Gateway
//!
//! ## What it means
//! The GatewayClass is missing or refused, its controllerName is not that of any kgateway release,
//! or the GatewayParameters that the Gateway or its class refers to are missing.
//!
//! ## Why it matters
//! No proxy is created, so nothing answers. With missing GatewayParameters kgateway reports
//! `Accepted=False InvalidParameters`, and everything else looks healthy: `Programmed=True`, all
//! listeners True, all routes True and counted. If no controller serves the class, the status stays
//! `Unknown Pending` forever.
//!
//! ## Example
//! `controllerName: kgateway.dev/kgateway-controller`: kgateway's name is `kgateway.dev/kgateway`,
//! and kgateway creates the class `kgateway` itself.
//!
//! ## Fix safety
//! Unsafe: other Gateways share the class and its parameters. A class name that does not exist is set
//! to one that does. controllerName is immutable: such a class has to be deleted and created again,
//! and that is not done here.
//!
//! ## Sources
//! Gateway API `gatewayclass_types.go`; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::gateway::{self, Running};
use igw_core::route::profile::Profile;
use igw_core::route::{another_class, class, followed};
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0120",
    name: "gateway-not-served",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass, Kind::GatewayParameters],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in facts.list::<Gateway>(None).items {
        if facts.scope.contains(&gateway.meta) {
            judge(facts, gateway, out);
        }
    }
    for class in facts.list::<GatewayClass>(None).items {
        let used = |gateway: &&Gateway| gateway.class == class.meta.name;
        let told = facts.list::<Gateway>(None).items.iter().any(used);
        if !told && class.is_misnamed() && facts.scope.contains(&class.meta) {
            let title = format!("No controller serves {}.", class.meta.title());
            let finding = Finding::at(&class.meta, "/spec/controllerName", title);
            out.finding(misnamed(finding, class));
        }
    }
}

fn judge<'a>(facts: &Facts<'a>, gateway: &'a Gateway, out: &mut Sink) {
    let finding = |field: &str, says: &str| {
        let title = format!("Nothing answers for {}: {says}.", gateway.meta.title());
        Finding::at(&gateway.meta, field, title)
    };
    match class::profile(facts, gateway) {
        Fact::Unknown(why) => out.not_checked(Kind::GatewayClass, "", why),
        Fact::Absent => {
            let finding = finding("/spec/gatewayClassName", &gateway::not_served(facts, gateway));
            out.finding(match class::of(facts, gateway) {
                Fact::Known(class) => misnamed(finding, class),
                _ => missing(facts, finding).repair(another_class::choice(facts, gateway)),
            });
        }
        Fact::Known(profile) => {
            let fronts = followed::gateways(facts).iter();
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
            " kgateway creates the class kgateway itself, and controllerName is immutable: once kgateway runs, the API server refuses this manifest; applied before kgateway, it keeps every Gateway from being programmed. Delete it."
        }
        _ => "",
    };
    finding
        .explain(format!(
            "A controller serves only classes that carry its own name; kgateway's is {}. The conditions of the class and its Gateways stay Unknown, Pending.{made}",
            GatewayClass::KGATEWAY
        ))
        .label(format!("kgateway's name is {}", GatewayClass::KGATEWAY))
        .evidence(format!("{}, spec.controllerName", class.meta.title()), &class.controller)
        .related(class.meta.reference())
        .guide("6", Some("its GatewayClass has a controllerName that no kgateway release uses"))
}

fn missing(facts: &Facts, finding: Finding) -> Finding {
    let classes: Vec<&str> = facts
        .list::<GatewayClass>(None)
        .items
        .iter()
        .map(|class| class.meta.name.as_str())
        .collect();
    let there = match classes.as_slice() {
        [] => "There is no GatewayClass".to_owned(),
        [one] => format!("The only GatewayClass is {one}"),
        names => format!("The GatewayClasses are {}", text::some_of(names, 4)),
    };
    finding
        .explain(format!(
            "{there}. The Gateway's conditions stay Unknown, Pending, and its routes get no status."
        ))
        .label("this GatewayClass does not exist")
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
        true => " It still has Programmed=True, and all listeners and routes show True.",
        false => "",
    };
    finding(field, says)
        .explain(format!("No proxy is created for it. It gets Accepted=False {reason}.{looks}"))
        .label(says)
        .guide("6", Some("it expects the controller to crash"))
}
