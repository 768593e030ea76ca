//! # Two controllers claim one class, or none serves it any more
//!
//! ## What it means
//! Two workloads of kgateway run in one cluster, both with the controllerName `kgateway.dev/kgateway`;
//! or a class is left of the agentgateway that kgateway 2.0 and 2.1 had inside.
//!
//! ## Why it matters
//! Leader election is per namespace, so both controllers serve every Gateway: they write the same
//! statuses and the same proxies against each other, each by its own release. A class of
//! `kgateway.dev/agentgateway` has no controller from kgateway 2.2 on: its Gateways get no more
//! status, and their proxies no more configuration.
//!
//! ## Example
//! A second `helm install kgateway` in another namespace, to try a new release.
//!
//! ## Fix safety
//! None: which of them shall stay is not known.
//!
//! ## Sources
//! Read: kgateway's charts of 2.0 to 2.4 and its leader election. Not observed.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::GatewayClass;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::profile::Version;

use crate::controllers::{self, Controller, Implementation};
use crate::judged;

pub static CHECK: Check = Check {
    code: "IGW0610",
    name: "two-controllers-one-class",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

/// The name of the agentgateway inside of kgateway 2.1.
const AGENTGATEWAY: &str = "kgateway.dev/agentgateway";

fn run(facts: &Facts, out: &mut Sink) {
    let of_kgateway = |own: &Controller| {
        own.implementation == Implementation::Kgateway && own.workload.replicas > 0
    };
    let all: Vec<Controller> = controllers::find(facts).into_iter().filter(of_kgateway).collect();
    if let [first, others @ ..] = all.as_slice() {
        let others = others.iter().filter(|own| !has_own_name(own) && !has_own_name(first));
        let before = out.findings.len();
        for other in others.filter(|own| judged::serves_all(facts, &own.workload.meta)) {
            out.finding(beside(first, other));
        }
        if out.findings.len() == before {
            out.passed();
        }
    }
    let gone = |own: &Controller| own.is_kgateway(|own| own >= Version { major: 2, minor: 2 });
    for class in judged::classes(facts).into_iter().filter(|own| own.controller == AGENTGATEWAY) {
        if !all.is_empty() && all.iter().all(gone) {
            out.finding(left_over(facts, class, &all[0]));
        }
    }
}

/// Whether a variable gives it another controllerName or class: which one it is was not read.
fn has_own_name(controller: &Controller) -> bool {
    let env = controller.container().map(|(_, container)| &container.env);
    let names = ["CONTROLLER_NAME", "CLASS_NAME"];
    env.is_some_and(|env| env.iter().any(|own| names.iter().any(|name| own.name.ends_with(name))))
}

fn beside(first: &Controller, other: &Controller) -> Finding {
    let meta = &other.workload.meta;
    let title = format!(
        "{} and {} both serve the classes of {}.",
        first.workload.meta.title(),
        meta.title(),
        GatewayClass::KGATEWAY
    );
    Finding::at(meta, "/metadata/name", title)
        .explain("Leader election is per namespace: both write the statuses and proxies of every Gateway, against each other. Remove one of them.")
        .label("a second kgateway")
        .only(Severity::Warning)
        .evidence(first.workload.meta.title(), first.title())
        .evidence(meta.title(), other.title())
        .related(first.workload.meta.reference())
}

fn left_over(facts: &Facts, class: &GatewayClass, kgateway: &Controller) -> Finding {
    let gateways = judged::gateways_of(facts, class);
    let title = format!(
        "No controller serves {}: agentgateway is no part of {}.",
        class.meta.title(),
        kgateway.title()
    );
    let mut finding = Finding::at(&class.meta, "/spec/controllerName", title)
        .explain("From kgateway 2.2 on agentgateway is a program of its own, with its own charts and controllerName. Gateways of this class get no status and no configuration any more: install it, and let them use its class.")
        .label("its controller is gone")
        .evidence(kgateway.workload.meta.title(), kgateway.title());
    for gateway in &gateways {
        finding = finding.related(gateway.meta.reference());
    }
    match gateways.is_empty() {
        true => finding.only(Severity::Warning),
        false => finding,
    }
}
