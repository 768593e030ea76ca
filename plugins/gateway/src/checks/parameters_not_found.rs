//! # The parameters of a Gateway do not exist
//!
//! ## What it means
//! `parametersRef` of the Gateway or of its class refers to an object that is not there, or to a
//! kind that the controller does not read. kgateway reads `GatewayParameters` of group
//! `gateway.kgateway.dev` only; there is no kind `GatewayClassConfig` in any release of it. The
//! reference of a Gateway is to its own namespace; that of a class has to name one.
//!
//! ## Why it matters
//! Nothing crashes. The Gateway gets `Accepted=False InvalidParameters`, and its proxy is not created,
//! or no longer updated if one runs. Everything else looks healthy: `Programmed=True`, all listeners
//! and routes True and counted, and the class stays `Accepted=True`.
//!
//! ## Example
//! `parametersRef: {group: kgateway.dev, kind: GatewayClassConfig, name: kgateway-config}`.
//!
//! ## Fix safety
//! Safe where the object exists under the right kind. Else unsafe: other parameters, or none, change
//! how the proxy runs.
//!
//! ## Sources
//! Observed in kgateway main; read: `gw_controller.go` 300 to 315 and kgateway issues #11714, #10877.
//! For Envoy Gateway by the rules of its translator.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, GatewayClass, GatewayParameters};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::{KGATEWAY_API, Kind, full_name};
use igw_core::page;
use igw_core::route::gateway::Running;
use igw_core::route::parameters::{self, ParametersFault};
use igw_core::route::profile::Profile;
use igw_core::route::{class, followed};
use serde_json::{Value, json};

use crate::judged;

pub static CHECK: Check = Check {
    code: "IGW0604",
    name: "parameters-not-found",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass, Kind::GatewayParameters],
    page: page!(),
    run,
};

const OF_GATEWAY: &str = "/spec/infrastructure/parametersRef";
const OF_CLASS: &str = "/spec/parametersRef";

fn run(facts: &Facts, out: &mut Sink) {
    for class in judged::classes(facts) {
        if class.controller == GatewayClass::KGATEWAY && class.parameters.is_some() {
            match parameters::of_class(facts, class) {
                Fact::Absent => out.passed(),
                Fact::Unknown(why) => out.not_checked(Kind::GatewayParameters, "", why),
                Fact::Known(fault) => out.finding(of_class(facts, class, &fault)),
            }
        }
    }
    for gateway in judged::gateways(facts) {
        if gateway.parameters.is_none() {
            continue;
        }
        match class::profile(facts, gateway) {
            Fact::Known(Profile::Kgateway { .. }) => of_kgateway(facts, gateway, out),
            Fact::Known(Profile::EnvoyGateway) => of_envoy_gateway(facts, gateway, out),
            // No controller, or one whose parameters are not known here.
            _ => {}
        }
    }
}

fn of_kgateway(facts: &Facts, gateway: &Gateway, out: &mut Sink) {
    match parameters::of_gateway(facts, gateway) {
        Fact::Absent => out.passed(),
        Fact::Unknown(why) => {
            out.not_checked(Kind::GatewayParameters, &gateway.meta.namespace, why);
        }
        // Reported where it stands.
        Fact::Known(ParametersFault::Missing { by_class: true, .. }) => {}
        Fact::Known(fault) => out.finding(
            unserved(gateway, &fault.say())
                .explain("kgateway gives it Accepted=False InvalidParameters. It creates no proxy for it, and does not update one that runs. Programmed, listeners and routes stay True.")
                .label(fault.say())
                .guide("6", Some("it expects the controller to crash, and a GatewayClassConfig"))
                .repair(repaired(facts, gateway, &fault)),
        ),
    }
}

fn unserved(gateway: &Gateway, says: &str) -> Finding {
    let title = format!("{} has no valid parameters: {says}.", gateway.meta.title());
    Finding::at(&gateway.meta, OF_GATEWAY, title).covers("IGW0120", gateway.meta.reference())
}

/// What is read by the translator's rules; of a class they are only known by its status.
fn of_envoy_gateway<'a>(facts: &Facts<'a>, gateway: &'a Gateway, out: &mut Sink) {
    let fronts = followed::gateways(facts).iter();
    let mut own = fronts.filter(|front| std::ptr::eq(front.compiled.gateway, gateway));
    match own.next().map(|front| &front.compiled.running) {
        Some(Running::Yes) => out.passed(),
        Some(Running::Unknown(why)) => {
            out.not_checked(Kind::EnvoyProxy, &gateway.meta.namespace, why.clone());
        }
        Some(Running::No(reason, says)) if reason == "InvalidParameters" => out.finding(
            unserved(gateway, says)
                .explain("Envoy Gateway gives it Accepted=False InvalidParameters, and does not serve it.")
                .label(says.clone()),
        ),
        _ => {}
    }
}

fn of_class(facts: &Facts, class: &GatewayClass, fault: &ParametersFault) -> Finding {
    let ParametersFault::Missing { namespace, name, .. } = fault else {
        return Finding::at(&class.meta, OF_CLASS, fault.say());
    };
    let gateways = judged::gateways_of(facts, class);
    let says = match namespace.is_empty() {
        true => format!("its reference to {name} names no namespace"),
        false => format!("GatewayParameters {} does not exist", full_name(namespace, name)),
    };
    let title = format!("{} has no valid parameters: {says}.", class.meta.title());
    let mut finding = Finding::at(&class.meta, OF_CLASS, title)
        .explain("Every Gateway of this class gets Accepted=False InvalidParameters: no proxy is created, and one that runs is not updated. The class itself stays Accepted=True. kgateway ignores group and kind of this reference and looks for GatewayParameters of that name.")
        .label(says)
        .guide("6", Some("it expects the controller to crash, and a GatewayClassConfig"))
        .repair(with_others(facts, class, namespace, name));
    for gateway in gateways {
        finding =
            finding.related(gateway.meta.reference()).covers("IGW0120", gateway.meta.reference());
    }
    finding
}

fn reference(name: &str, namespace: Option<&str>) -> Value {
    let mut out = json!({ "group": KGATEWAY_API, "kind": "GatewayParameters", "name": name });
    if let Some(namespace) = namespace {
        out["namespace"] = namespace.into();
    }
    out
}

const WHY: &str = "other parameters change how the proxy runs";

/// The parameters of its namespace, those of the same name first; without any, none.
fn repaired(facts: &Facts, gateway: &Gateway, fault: &ParametersFault) -> Option<Fix> {
    let home = gateway.meta.namespace.as_str();
    let wanted = &gateway.parameters.as_ref()?.name;
    let there = facts.list::<GatewayParameters>(Some(home)).items;
    let put = |name: &str| vec![Set::Put(OF_GATEWAY.to_owned(), reference(name, None))];
    let same = there.iter().any(|own| own.meta.name == *wanted);
    if same && matches!(fault, ParametersFault::WrongKind { .. }) {
        let title = format!("refer to GatewayParameters {home}/{wanted}");
        return Some(Fix::safe(title).change(&gateway.meta, put(wanted)));
    }
    let pick = |own: &&GatewayParameters| {
        let name = own.meta.name.as_str();
        Pick::change(name, own.meta.title(), &gateway.meta, put(name))
    };
    let drop = vec![Set::Drop(OF_GATEWAY.to_owned())];
    let none = Pick::change("none", "no parameters: the defaults", &gateway.meta, drop);
    let picks = there.iter().map(pick).chain([none]).collect();
    chosen(picks, gateway.meta.title())
}

fn chosen(picks: Vec<Pick>, whose: String) -> Option<Fix> {
    let ask = format!("Which parameters are meant by {whose}?");
    let choice = FixChoice { key: "parameters", ask, picks };
    Fix::choose(Safety::Unsafe(WHY.to_owned()), choice, |only| match only {
        Some(only) if only.value == "none" => format!("remove parametersRef of {whose}"),
        _ => format!("refer {whose} to parameters that exist"),
    })
}

fn with_others(facts: &Facts, class: &GatewayClass, namespace: &str, name: &str) -> Option<Fix> {
    let there = facts.list::<GatewayParameters>(None).items;
    let put = |own: &GatewayParameters| {
        let to = reference(&own.meta.name, Some(&own.meta.namespace));
        vec![Set::Put(OF_CLASS.to_owned(), to)]
    };
    let mut named = there.iter().filter(|own| own.meta.name == name);
    if let (true, Some(only), None) = (namespace.is_empty(), named.next(), named.next()) {
        let title = format!("name the namespace of {}", only.meta.title());
        return Some(Fix::unsafe_as(WHY, title).change(&class.meta, put(only)));
    }
    let pick = |own: &&GatewayParameters| {
        Pick::change(own.meta.full_name(), own.meta.title(), &class.meta, put(own))
    };
    let drop = vec![Set::Drop(OF_CLASS.to_owned())];
    let none = Pick::change("none", "no parameters: the defaults", &class.meta, drop);
    chosen(there.iter().map(pick).chain([none]).collect(), class.meta.title())
}
