//! # The proxy of a Gateway is not ready
//!
//! ## What it means
//! The pods of the Gateway's proxy exist, and none of them is ready, or not all are. kgateway starts
//! them in the namespace of the Gateway, Envoy Gateway in its own. The reason is read from the states
//! of their containers and from the scheduler; the end of the log is shown as it is.
//!
//! ## Why it matters
//! Connections to the Gateway are refused or time out, although listeners and routes show True. A proxy
//! is ready only once it has its first configuration, so that one that cannot reach the controller's
//! xDS port (9977 of kgateway) stays Running 0/1.
//!
//! ## Example
//! `ImagePullBackOff` of the proxy's image, which comes from another place than the controller's.
//!
//! ## Fix safety
//! None here: the cause decides.
//!
//! ## Sources
//! Read: kgateway's chart of the proxy (labels, namespace, readiness at 8082). Envoy Gateway's labels
//! as observed in its own objects.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::Gateway;
use igw_core::facts::{Facts, WhyKind};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::class;
use igw_core::{page, text};

use crate::pods::PodTrouble;
use crate::{judged, proxies};

pub static CHECK: Check = Check {
    code: "IGW0606",
    name: "proxy-not-ready",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in judged::gateways(facts) {
        let Some(profile) = class::profile(facts, gateway).known() else { continue };
        let Some(pods) = proxies::of(facts, gateway, profile) else { continue };
        if let Some(why) = pods.gap.filter(|why| why.kind != WhyKind::NotAsked)
            && facts.store.world.is_none()
        {
            out.not_checked(Kind::Pod, &gateway.meta.namespace, why);
        }
        let troubles: Vec<PodTrouble> =
            pods.items.iter().filter_map(|pod| PodTrouble::of(pod)).collect();
        let Some(first) = troubles.first() else {
            if !pods.items.is_empty() {
                out.passed();
            }
            continue;
        };
        let all = troubles.len() == pods.items.len();
        let (finding, _, unknown) =
            first.with_log(facts, finding(gateway, first, troubles.len(), pods.items.len()));
        if let Some(why) = unknown {
            out.log_not_checked(&first.pod.meta.namespace, why);
        }
        out.finding(match all {
            true => finding.covers("IGW0135", gateway.meta.reference()),
            false => finding.only(Severity::Warning),
        });
    }
}

fn finding(gateway: &Gateway, trouble: &PodTrouble, bad: usize, all: usize) -> Finding {
    let title = match bad == all {
        true => format!("No proxy of {} is ready: {}.", gateway.meta.title(), trouble.says),
        false => format!(
            "{bad} of {} of the proxy of {} {} not ready: {}.",
            text::count(all, "pod"),
            gateway.meta.title(),
            if bad == 1 { "is" } else { "are" },
            trouble.says
        ),
    };
    let says = match bad == all {
        true => {
            "Connections to the Gateway are refused or time out. A proxy becomes ready with its first configuration: one that runs and is not ready has not reached its controller, or was given nothing."
        }
        false => "The others answer. A proxy becomes ready with its first configuration.",
    };
    Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(says)
        .label(if bad == all { "nothing answers" } else { "fewer pods answer" })
        .evidence(trouble.pod.meta.title(), "Ready=False")
        .related(trouble.pod.meta.reference())
        .guide("6", Some("it looks for the proxy in kgateway's own namespace"))
}
