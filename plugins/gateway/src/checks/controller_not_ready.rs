//! # The controller is not ready
//!
//! ## What it means
//! No pod of the controller is ready, or it has none because its Deployment is scaled to zero. The
//! reason is read from the state of its container (image, memory, exit code), from the scheduler, and
//! from the lines of its log that are known; other lines are shown as they are.
//!
//! ## Why it matters
//! Nothing that is applied takes effect: new Gateways and routes get no status, changed ones keep an
//! old one that looks True, and a proxy that starts gets no configuration. Proxies that run go on with
//! what they have, even to pods that are gone.
//!
//! ## Example
//! kgateway without the right to list Namespaces: it runs, its health port does not listen, and its
//! log repeats `namespaces is forbidden`.
//!
//! ## Fix safety
//! None here: the cause decides. Missing kinds are IGW0601 to IGW0603, bad settings IGW0609.
//!
//! ## Sources
//! Observed in kgateway main: started without kinds, rights, the API server, with a port taken and
//! with a bad setting. Resources of its container are empty by default, so OOMKilled means a limit
//! that was set, or a full node.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{GatewayClass, Pod};
use igw_core::facts::{Facts, Why, WhyKind};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;

use crate::controllers::{self, Controller, Implementation};
use crate::judged;
use crate::pods::{self, PodTrouble};

pub static CHECK: Check = Check {
    code: "IGW0605",
    name: "controller-not-ready",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let all = controllers::find(facts);
    if let Some(why) = not_found(facts, &all) {
        out.not_checked(Kind::Workload, "", why);
    }
    for controller in &all {
        if !judged::serves_all(facts, &controller.workload.meta) {
            continue;
        }
        match controller.workload.replicas {
            0 if !has_another(controller, &all) => out.finding(scaled_to_zero(controller)),
            0 => {}
            _ => judge(facts, controller, out),
        }
    }
}

/// Why it is not known how kgateway fares: a cluster has classes of it in use, and no workload with the
/// labels of its chart. It may run elsewhere, so nothing is said to be wrong.
fn not_found(facts: &Facts, all: &[Controller]) -> Option<Why> {
    let is_kgateway = |own: &Controller| own.implementation == Implementation::Kgateway;
    if facts.store.world.is_some() || all.iter().any(is_kgateway) {
        return None;
    }
    let classes = judged::classes(facts);
    let mut own = classes.iter().filter(|class| class.controller == GatewayClass::KGATEWAY);
    own.any(|class| !judged::gateways_of(facts, class).is_empty()).then(|| {
        let detail =
            "no workload with the label kgateway=kgateway, which its chart sets".to_owned();
        Why { kind: WhyKind::NotInstalled, detail }
    })
}

fn has_another(controller: &Controller, all: &[Controller]) -> bool {
    let same = |own: &&Controller| own.implementation == controller.implementation;
    all.iter().filter(same).any(|own| own.workload.replicas > 0)
}

fn scaled_to_zero(controller: &Controller) -> Finding {
    let title = format!("{} does not run: it is scaled to zero.", controller.title());
    Finding::at(&controller.workload.meta, "/spec/replicas", title)
        .explain("Nothing that is applied takes effect. Proxies that run keep what they have; one that starts gets no configuration.")
        .label("no pod")
        .guide("6", None)
}

fn judge(facts: &Facts, controller: &Controller, out: &mut Sink) {
    let all = pods::of_controller(facts, controller);
    let troubles: Vec<PodTrouble> = all.iter().filter_map(|pod| PodTrouble::of(pod)).collect();
    let is_ready = all.iter().any(|pod| pod.ready == Some(true));
    match (troubles.first(), is_ready) {
        (Some(trouble), _) => {
            let finding = not_ready(controller, trouble, is_ready);
            let (finding, causes, unknown) = trouble.with_log(facts, finding);
            if let Some(why) = unknown {
                out.log_not_checked(&controller.workload.meta.namespace, why);
            }
            out.finding(match causes.first() {
                None => finding,
                Some(cause) => {
                    Finding { title: title(controller, &cause.say(), is_ready), ..finding }
                }
            });
        }
        (None, true) => match all.iter().find(|pod| pods::was_killed_for_memory(pod)) {
            Some(pod) => out.finding(killed(controller, pod)),
            None => out.passed(),
        },
        (None, false) => {}
    }
}

fn title(controller: &Controller, says: &str, is_ready: bool) -> String {
    match is_ready {
        true => format!("A pod of {} is not ready: {says}.", controller.title()),
        false => format!("{} is not ready: {says}.", controller.title()),
    }
}

fn not_ready(controller: &Controller, trouble: &PodTrouble, is_ready: bool) -> Finding {
    let says = match is_ready {
        true => "Another pod of it is ready and does the work: a roll-out may be stuck.",
        false => {
            "Nothing that is applied takes effect. Proxies that run keep what they have; one that starts gets no configuration."
        }
    };
    let finding = Finding::at(
        &controller.workload.meta,
        controller.container_path(),
        title(controller, &trouble.says, is_ready),
    )
    .explain(says)
    .label("not ready")
    .evidence(trouble.pod.meta.title(), "Ready=False")
    .related(trouble.pod.meta.reference())
    .guide("6", None);
    match is_ready {
        true => finding.only(Severity::Warning),
        false => finding,
    }
}

fn killed(controller: &Controller, pod: &Pod) -> Finding {
    let title = format!(
        "{} was killed for the memory that it used, and was started again.",
        controller.title()
    );
    Finding::at(&controller.workload.meta, controller.container_path(), title)
        .explain("It is ready now, and starts again from nothing each time. Its charts set no limit: raise the one that was set, or find a node with more memory.")
        .label("OOMKilled before")
        .evidence(pod.meta.title(), "last state: OOMKilled")
        .related(pod.meta.reference())
        .only(Severity::Warning)
        .guide("6", None)
}
