//! # The Gateway's proxy is not ready
//!
//! ## What it means
//! The controller has written `Programmed=False`, or the pods of the proxy, which kgateway starts in
//! the Gateway's own namespace, are there and none of them is ready.
//!
//! ## Why it matters
//! Routes and listeners look healthy, and nobody answers: connections are refused or time out.
//!
//! ## Example
//! `Programmed=False AddressNotAssigned`: the Service of type LoadBalancer waits for an address that
//! nobody gives, as on a cluster without a cloud.
//!
//! ## Fix safety
//! None: the pods, or whoever gives addresses, have to be looked at.
//!
//! ## Sources
//! Gateway API `gateway_types.go` (GatewayConditionProgrammed, its reasons); kgateway's chart of the
//! proxy (labels, namespace).

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Gateway, Pod};
use igw_core::facts::{Kind, WhyKind};
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0135.
pub struct ProxyNotProgrammed;

static META: Meta = Meta {
    code: "IGW0135",
    name: "proxy-not-programmed",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    source: include_str!("proxy_not_programmed.rs"),
};

impl Check for ProxyNotProgrammed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for gateway in cx.list::<Gateway>(None).items {
            // What was said about an older version is no evidence.
            if cx.scope.contains(&gateway.meta) && gateway.written.stale().is_none() {
                judge(cx, gateway, out);
            }
        }
    }
}

fn judge(cx: &Scene, gateway: &Gateway, out: &mut Sink) {
    let Some(programmed) = &gateway.written.programmed else { return };
    if programmed.status == "False" {
        return out.finding(refused(gateway));
    }
    let (namespace, name) = (gateway.meta.namespace.as_str(), gateway.meta.name.as_str());
    let kgateway = cx.profile(gateway).known().is_some_and(|profile| profile.is_kgateway());
    if programmed.status != "True" || !kgateway {
        return;
    }
    let pods = cx.select::<Pod>(Some(namespace), &[(Gateway::OF_PROXY, name)]);
    if let Some(why) = pods.gap {
        // In files the pods of a proxy are rarely given; live, another round tells, or nobody may.
        if cx.store.world.is_none() && why.kind != WhyKind::NotAsked {
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
        format!("{} is not programmed: {}.", gateway.meta.title(), words::clip(&seen.reason, 60));
    let message = words::clip(&words::clean(&seen.message), 200);
    let says = match message.is_empty() {
        true => "The controller says no more.".to_owned(),
        false => format!("The controller says: {message}"),
    };
    Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(format!(
            "Its proxy does not have the configuration, or nobody can reach it. {says}"
        ))
        .label("not programmed")
        .evidence(
            format!("{}, status.conditions, Programmed", gateway.meta.title()),
            format!("False {}", words::clip(&seen.reason, 60)),
        )
}

fn not_ready(gateway: &Gateway, pods: usize) -> Finding {
    let namespace = &gateway.meta.namespace;
    let title = format!("No proxy of {} is ready.", gateway.meta.title());
    Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(format!(
            "Connections to it are refused or time out, although it is Programmed=True. kubectl get pods -n {namespace} -l {}={}",
            Gateway::OF_PROXY, gateway.meta.name
        ))
        .label("nobody answers")
        .evidence(
            format!("pods in {namespace} with {}={}", Gateway::OF_PROXY, gateway.meta.name),
            format!("{}, none ready", words::count(pods, "pod")),
        )
}
