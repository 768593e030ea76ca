//! # The cluster lacks kinds of the Gateway API
//!
//! ## What it means
//! The controller runs, but the CustomResourceDefinition of a kind that it reads (GatewayClass,
//! Gateway, HTTPRoute or ReferenceGrant) is not installed. No chart of kgateway contains them: they
//! are installed separately, before it.
//!
//! ## Why it matters
//! It depends on the kind. Without GatewayClass, kgateway waits forever: its log stops after
//! `waiting for cache sync`, its health port does not even listen, and from 2.2 on the startup probe
//! restarts it. Without Gateway, kgateway 2.0 and 2.1 exit. Without any other kind it becomes ready
//! within seconds and does not log a word: nothing of that kind can exist, so requests get 404
//! (HTTPRoute), or 500 where they cross namespaces (ReferenceGrant).
//!
//! ## Example
//! `kubectl get crd gatewayclasses.gateway.networking.k8s.io`: not found. Once the definitions are
//! installed, kgateway is ready after 5 to 7 seconds, without a restart.
//!
//! ## Fix safety
//! Only shown: definitions belong to the whole cluster, and other controllers use them, too.
//!
//! ## Sources
//! Observed in kgateway main: started without all, without GatewayClass, without HTTPRoute and
//! without ReferenceGrant. Read: its `collections/setup.go`, and the probes of its charts. What Envoy
//! Gateway does without one of these kinds was not observed.

use igw_core::check::{Check, Sink};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Safety};
use igw_core::kube::{GATEWAY_API, Kind};
use igw_core::route::profile::Version;
use igw_core::{page, text};

use crate::controllers::{self, Controller, Implementation};
use crate::definitions::{self, NEEDED, NeededKind};
use crate::{judged, releases};

pub static CHECK: Check = Check {
    code: "IGW0601",
    name: "gateway-api-crds-missing",
    severity: Severity::Error,
    needs: &[Kind::CustomResourceDefinition, Kind::GatewayClass, Kind::Gateway],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for controller in controllers::find(facts) {
        if judged::serves_all(facts, &controller.workload.meta) {
            judge(facts, &controller, out);
        }
    }
}

fn judge(facts: &Facts, controller: &Controller, out: &mut Sink) {
    let (mut missing, mut unknown): (Vec<&NeededKind>, Option<Why>) = (Vec::new(), None);
    for needed in &NEEDED {
        match definitions::of_needed(facts, needed) {
            Fact::Known(_) => {}
            Fact::Absent => missing.push(needed),
            Fact::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    match (missing.as_slice(), unknown) {
        ([], None) => out.passed(),
        ([], Some(why)) => out.not_checked(Kind::CustomResourceDefinition, "", why),
        (missing, _) => out.finding(finding(controller, missing)),
    }
}

fn finding(controller: &Controller, missing: &[&NeededKind]) -> Finding {
    let names: Vec<&str> = missing.iter().map(|needed| needed.kind).collect();
    let (does, how, stops) = consequence(controller, &names);
    let title = format!(
        "{} {does}: the Gateway API's {} not installed.",
        controller.title(),
        match names.as_slice() {
            [one] => format!("kind {one} is"),
            all => format!("kinds {} are", text::list(all)),
        }
    );
    let meta = &controller.workload.meta;
    let command = releases::install_gateway_api(releases::gateway_api_for(controller.version));
    let why = "it changes the API of the whole cluster, for every controller in it";
    let fix = Fix {
        safety: Safety::ShowOnly(why.to_owned()),
        ..Fix::safe(format!("install the Gateway API: {command}"))
    };
    let mut finding = Finding::at(meta, "/metadata/name", title)
        .explain(how)
        .label("needs kinds that are not installed")
        .guide("6", None)
        .repair(fix);
    for needed in missing {
        let name = format!("{}.{GATEWAY_API}", needed.plural);
        finding = finding.evidence(format!("CustomResourceDefinition {name}"), "does not exist");
    }
    if stops {
        finding = finding.covers("IGW0605", meta.reference());
    }
    match names.as_slice() {
        ["ReferenceGrant"] => finding.only(Severity::Warning),
        _ => finding,
    }
}

/// What the controller does then, how that looks, and whether that is why it is not ready.
fn consequence(controller: &Controller, names: &[&str]) -> (&'static str, String, bool) {
    let (class, gateway) = (names.contains(&"GatewayClass"), names.contains(&"Gateway"));
    if controller.implementation == Implementation::EnvoyGateway {
        let how = "Envoy Gateway reads these kinds. What it does without them was not observed.";
        return ("lacks what it reads", how.to_owned(), class || gateway);
    }
    let before = |minor| controller.is_kgateway(|own| own < Version { major: 2, minor });
    if gateway && before(2) {
        let how = "kgateway 2.0 and 2.1 exit with \"no matches for kind\", again and again (CrashLoopBackOff).";
        return ("does not start", how.to_owned(), true);
    }
    if class {
        let restarts = match controller.version {
            Some(_) if before(2) => "No probe restarts it: the pod stays Running 0/1.",
            Some(_) if before(3) => "The startup probe restarts it every 2 minutes.",
            None => "From 2.2 on a startup probe restarts it.",
            Some(_) => "The startup probe restarts it every 10 minutes.",
        };
        let how = format!(
            "It waits for GatewayClasses, and does not listen on its health port. Its log repeats \"failed to list *v1.GatewayClass: the server could not find the requested resource\". {restarts} Once the kinds are installed, it becomes ready within seconds."
        );
        return ("never becomes ready", how, true);
    }
    let how = match names {
        ["ReferenceGrant"] => {
            "It becomes ready and logs nothing. No grant can exist, so every reference to another namespace is refused: 500 for its requests."
        }
        _ => {
            "It becomes ready and logs nothing. No object of these kinds can exist, so nothing is served: every request gets 404, or no answer."
        }
    };
    ("serves nothing of some kinds", how.to_owned(), false)
}
