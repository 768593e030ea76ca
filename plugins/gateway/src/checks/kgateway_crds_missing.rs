//! # kgateway's own kinds are not installed, or are older than the controller
//!
//! ## What it means
//! The kinds of `gateway.kgateway.dev` (TrafficPolicy, GatewayParameters, Backend …) come with the
//! chart `kgateway-crds`, not with that of the controller. Some that this release reads, or all, are
//! not there. Helm installs the definitions of a chart's `crds/` once and never upgrades them.
//!
//! ## Why it matters
//! The controller becomes ready all the same and does not log a word. Policies of the missing kinds
//! cannot be created, so what they are meant to do (timeouts, retries, authentication) is not done.
//! kgateway 2.2 with agentgateway enabled is an exception: without agentgateway's own definitions it
//! waits forever.
//!
//! ## Example
//! kgateway 2.4 on a cluster where `kgateway-crds` 2.1 was installed once: there is no
//! `listenerpolicies.gateway.kgateway.dev`.
//!
//! ## Fix safety
//! Only shown: definitions belong to the whole cluster.
//!
//! ## Sources
//! Observed in kgateway main and 2.2, started without these definitions. Read: the charts of 2.0 to
//! 2.4.

use igw_core::check::{Check, Sink};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Safety};
use igw_core::kube::{KGATEWAY_API, Kind};
use igw_core::page;
use igw_core::route::profile::Version;
use igw_core::text;
use igw_core::workload::env::Var;

use crate::controllers::{self, Controller, Implementation};
use crate::{definitions, judged, releases};

pub static CHECK: Check = Check {
    code: "IGW0603",
    name: "kgateway-crds-missing",
    severity: Severity::Error,
    needs: &[Kind::CustomResourceDefinition],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let of_kgateway = |own: &Controller| own.implementation == Implementation::Kgateway;
    for controller in controllers::find(facts).into_iter().filter(of_kgateway) {
        if judged::serves_all(facts, &controller.workload.meta) {
            judge(facts, &controller, out);
            agentgateway(facts, &controller, out);
        }
    }
}

fn judge(facts: &Facts, controller: &Controller, out: &mut Sink) {
    let wanted = releases::own_kinds(controller.version);
    let (mut missing, mut unknown): (Vec<&str>, Option<Why>) = (Vec::new(), None);
    for plural in &wanted {
        match definitions::find(facts, KGATEWAY_API, plural) {
            Fact::Known(_) => {}
            Fact::Absent => missing.push(plural),
            Fact::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    match (missing.as_slice(), unknown) {
        ([], None) => out.passed(),
        ([], Some(why)) => out.not_checked(Kind::CustomResourceDefinition, "", why),
        (missing, _) => out.finding(finding(controller, missing, missing.len() == wanted.len())),
    }
}

fn finding(controller: &Controller, missing: &[&str], all: bool) -> Finding {
    let meta = &controller.workload.meta;
    let title = match all {
        true => format!("None of kgateway's own kinds is installed for {}.", controller.title()),
        false => format!(
            "kgateway's own kinds are older than {}: {} not installed.",
            controller.title(),
            match missing {
                [one] => format!("{one} is"),
                more => format!("{} are", text::list(more)),
            }
        ),
    };
    let says = match all {
        true => "The chart kgateway-crds is not installed.",
        false => {
            "The chart kgateway-crds was installed by an older release, and helm upgrade of the controller's chart does not touch it."
        }
    };
    let mut finding = Finding::at(meta, controller.container_path(), title)
        .explain(format!("{says} The controller becomes ready and logs nothing, but objects of these kinds cannot be created."))
        .label("reads kinds that are not installed")
        .only(Severity::Warning)
        .guide("6", None)
        .repair(shown(controller));
    for plural in missing.iter().take(4) {
        let name = format!("CustomResourceDefinition {plural}.{KGATEWAY_API}");
        finding = finding.evidence(name, "does not exist");
    }
    finding
}

fn shown(controller: &Controller) -> Fix {
    let command = releases::install_own(controller.tag, &controller.workload.meta.namespace);
    let why = "it changes the API of the whole cluster";
    Fix {
        safety: Safety::ShowOnly(why.to_owned()),
        ..Fix::safe(format!("install the definitions of this release: {command}"))
    }
}

/// kgateway 2.2 with agentgateway enabled, which its chart disables, and without its definitions.
fn agentgateway(facts: &Facts, controller: &Controller, out: &mut Sink) {
    if !controller.is_kgateway(|own| own == Version { major: 2, minor: 2 }) {
        return;
    }
    let setting = "KGW_ENABLE_AGENTGATEWAY";
    let enabled = match controller.environment(facts).get(setting) {
        Var::Unset => true,
        Var::Set(value) => value.reveal() != "false",
        Var::Dangling(_) | Var::Unknown(_) => return,
    };
    let group = "agentgateway.dev";
    if !enabled || !definitions::find(facts, group, "agentgatewaybackends").is_absent() {
        return;
    }
    let meta = &controller.workload.meta;
    let title = format!(
        "{} never becomes ready: agentgateway is enabled, but its kinds are not installed.",
        controller.title()
    );
    out.finding(
        Finding::at(meta, controller.variable_path(setting), title)
            .explain(format!("It waits for AgentgatewayBackends forever. kgateway's chart sets {setting}=false; without this variable agentgateway is enabled."))
            .label("agentgateway is enabled")
            .evidence(format!("CustomResourceDefinition agentgatewaybackends.{group}"), "does not exist")
            .covers("IGW0605", meta.reference()),
    );
}
