//! # The Gateway's proxy is not ready
//!
//! ## What it means
//! The controller has written `Programmed=False`, or the pods of the proxy, which kgateway starts
//! in the Gateway's own namespace, exist but none of them is ready.
//!
//! ## Why it matters
//! Routes and listeners look healthy, but nothing answers: connections are refused or time out.
//!
//! ## Example
//! `Programmed=False AddressNotAssigned`: the Service of type LoadBalancer waits for an address
//! that is never assigned, as on a cluster without a cloud provider.
//!
//! ## Fix safety
//! None: check the pods, or the controller that assigns addresses.
//!
//! ## Sources
//! Gateway API `gateway_types.go` (GatewayConditionProgrammed, its reasons); kgateway's chart of
//! the proxy (labels, namespace).

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, Pod};
use igw_core::facts::{Facts, WhyKind};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::class;
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0135",
    name: "proxy-not-programmed",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in facts.list::<Gateway>(None).items {
        // What was said about an older version is no evidence.
        if facts.scope.contains(&gateway.meta) && gateway.written.stale().is_none() {
            judge(facts, gateway, out);
        }
    }
}

fn judge<'a>(facts: &Facts<'a>, gateway: &'a Gateway, out: &mut Sink) {
    let Some(programmed) = &gateway.written.programmed else { return };
    if programmed.status == "False" {
        return out.finding(refused(gateway));
    }
    let (namespace, name) = (gateway.meta.namespace.as_str(), gateway.meta.name.as_str());
    let kgateway =
        class::profile(facts, gateway).known().is_some_and(|profile| profile.is_kgateway());
    if programmed.status != "True" || !kgateway {
        return;
    }
    let pods = facts.select::<Pod>(Some(namespace), &[(Gateway::OF_PROXY, name)]);
    if let Some(why) = pods.gap {
        // In files the pods of a proxy are rarely given; live, another round tells, or nobody may.
        if facts.store.world.is_none() && why.kind != WhyKind::NotAsked {
            out.not_checked(Kind::Pod, namespace, why);
        }
        return;
    }
    match pods.items.iter().any(|pod| pod.ready != Some(false)) || pods.items.is_empty() {
        true => out.passed(),
        false => out.finding(not_ready(gateway, pods.items.len())),
    }
}

fn refused(gateway: &Gateway) -> Finding {
    let seen = gateway.written.programmed.clone().unwrap_or_default();
    let title =
        format!("{} is not programmed: {}.", gateway.meta.title(), text::clip(&seen.reason, 60));
    let message = text::clip(&text::clean(&seen.message), 200);
    let says = match message.is_empty() {
        true => "The controller gives no message.".to_owned(),
        false => format!("The controller says: {message}"),
    };
    Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(format!("Its proxy does not have the configuration, or cannot be reached. {says}"))
        .label("not programmed")
        .evidence(
            format!("{}, status.conditions, Programmed", gateway.meta.title()),
            format!("False {}", text::clip(&seen.reason, 60)),
        )
}

fn not_ready(gateway: &Gateway, pods: usize) -> Finding {
    let namespace = &gateway.meta.namespace;
    let title = format!("No proxy of {} is ready.", gateway.meta.title());
    Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(format!(
            "Connections to it are refused or time out, although it is Programmed=True. Check the pods: kubectl get pods -n {namespace} -l {}={}",
            Gateway::OF_PROXY, gateway.meta.name
        ))
        .label("nothing answers")
        .evidence(
            format!("pods in {namespace} with {}={}", Gateway::OF_PROXY, gateway.meta.name),
            format!("{}, none ready", text::count(pods, "pod")),
        )
}
