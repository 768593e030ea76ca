//! # No controller serves this class
//!
//! ## What it means
//! The class of the Gateway does not exist, or its controllerName is not the name of a controller
//! that runs: `kgateway.dev/kgateway` is that of every kgateway release, and kgateway creates the
//! class `kgateway` with it by itself.
//!
//! ## Why it matters
//! Such a class and its Gateways keep the status `Unknown Pending` ("Waiting for controller"), no
//! proxy is created, and no log line mentions it. controllerName is immutable: where a class
//! `kgateway` with another one exists, kgateway fails to apply its own, retries forever, and stays
//! ready; statuses that it wrote earlier keep looking current.
//!
//! ## Example
//! `controllerName: kgateway.dev/kgateway-controller` in a manifest that was applied before kgateway
//! was installed.
//!
//! ## Fix safety
//! A class to be deleted is only shown: Gateways that use it lose it for a moment, and kgateway makes
//! its own within seconds. Another class for a Gateway is unsafe: it decides which program serves it.
//!
//! ## Sources
//! Gateway API `gatewayclass_types.go`; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Safety};
use igw_core::kube::Kind;
use igw_core::route::{another_class, class};
use igw_core::{page, text};

use crate::controllers::{self, Controller, Implementation};
use crate::judged;

pub static CHECK: Check = Check {
    code: "IGW0608",
    name: "class-not-kgateways",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let of_kgateway = |own: &Controller| own.implementation == Implementation::Kgateway;
    let kgateway = controllers::find(facts).into_iter().find(of_kgateway);
    for class in judged::classes(facts) {
        if class.is_misnamed() {
            out.finding(misnamed(facts, class));
        } else if let Some(kgateway) = kgateway.filter(|_| is_in_the_way(class)) {
            out.finding(in_the_way(facts, class, &kgateway));
        } else {
            out.passed();
        }
    }
    for gateway in judged::gateways(facts) {
        if class::profile(facts, gateway).is_absent()
            && !matches!(class::of(facts, gateway), Fact::Known(_))
        {
            out.finding(missing(facts, gateway));
        }
    }
}

/// Whether it has the name of the class that kgateway creates, and another controller.
fn is_in_the_way(class: &GatewayClass) -> bool {
    class.meta.name == "kgateway" && class.controller != GatewayClass::KGATEWAY
}

fn misnamed(facts: &Facts, class: &GatewayClass) -> Finding {
    let title = format!(
        "No controller serves {}: no release of kgateway is called {}.",
        class.meta.title(),
        text::clip(&text::clean(&class.controller), 80)
    );
    let mut finding = about(facts, class, title)
        .explain(format!("A controller serves only classes that carry its own name; kgateway's is {}. The conditions of the class and its Gateways stay Unknown, Pending. controllerName is immutable: the class has to be deleted.", GatewayClass::KGATEWAY))
        .covers("IGW0120", class.meta.reference())
        .guide("6", Some("its GatewayClass has a controllerName that no kgateway release uses"));
    for gateway in judged::gateways_of(facts, class) {
        finding = finding.covers("IGW0120", gateway.meta.reference());
    }
    finding
}

fn in_the_way(facts: &Facts, class: &GatewayClass, kgateway: &Controller) -> Finding {
    let title = format!(
        "{} cannot create its GatewayClass: kgateway exists with another controllerName.",
        kgateway.title()
    );
    about(facts, class, title)
        .explain("kgateway applies its own class, the API server refuses the change (controllerName is immutable), and kgateway retries forever. It stays ready, but serves no Gateway of this class.")
        .related(kgateway.workload.meta.reference())
        .guide("6", None)
}

/// What both have in common: where it stands, whom it concerns, and the way out.
fn about(facts: &Facts, class: &GatewayClass, title: String) -> Finding {
    let name = &class.meta.name;
    let gateways = judged::gateways_of(facts, class);
    let then = match name.as_str() {
        "kgateway" => "kgateway creates its own within seconds",
        _ => "then let its Gateways use the class kgateway",
    };
    let why = "Gateways that use the class lose it";
    let fix = Fix {
        safety: Safety::ShowOnly(why.to_owned()),
        ..Fix::safe(format!("delete the class; {then}: kubectl delete gatewayclass {name}"))
    };
    let mut finding = Finding::at(&class.meta, "/spec/controllerName", title)
        .label(format!("kgateway's name is {}", GatewayClass::KGATEWAY))
        .evidence(
            format!("{}, spec.controllerName", class.meta.title()),
            text::clip(&text::clean(&class.controller), 120),
        )
        .repair(fix);
    for gateway in gateways {
        finding = finding.related(gateway.meta.reference());
    }
    finding
}

fn missing(facts: &Facts, gateway: &Gateway) -> Finding {
    let classes = facts.list::<GatewayClass>(None).items;
    let names: Vec<&str> = classes.iter().map(|class| class.meta.name.as_str()).collect();
    let there = match names.as_slice() {
        [] => "There is none at all: a running kgateway creates the class kgateway.".to_owned(),
        [one] => format!("The only one is {one}."),
        more => format!("There are {}.", text::some_of(more, 4)),
    };
    let class = text::clip(&text::clean(&gateway.class), 80);
    let title =
        format!("{} is not served: GatewayClass {class} does not exist.", gateway.meta.title());
    Finding::at(&gateway.meta, "/spec/gatewayClassName", title)
        .explain(format!(
            "{there} The Gateway's conditions stay Unknown, Pending, and its routes get no status."
        ))
        .label("this GatewayClass does not exist")
        .covers("IGW0120", gateway.meta.reference())
        .guide("6", None)
        .repair(another_class::choice(facts, gateway))
}
