//! # A listener answers nobody
//!
//! ## What it means
//! A listener cannot be served: its certificate is missing, not granted or broken, its protocol is
//! not supported, it is in conflict with another listener of the port, or it admits no kind of
//! route that it could carry.
//!
//! ## Why it matters
//! Its port refuses connections. kgateway may say `Programmed=True` of the Gateway all the same:
//! even when the only HTTPS listener lacks its Secret, the Gateway stays `Accepted=True` and
//! `Programmed=True`; only the listener's own conditions tell.
//!
//! ## Example
//! `certificateRefs: [{name: nlb-tls-cert}]`, and no such Secret in the Gateway's namespace.
//!
//! ## Fix safety
//! Unsafe: a certificate cannot be made up.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 122-236 and 376-406; kgateway main, 2.3, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::{Fact, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::listener::{Served, Serves};
use igw_core::scene::Scene;

/// IGW0121.
pub struct ListenerInvalid;

static META: Meta = Meta {
    code: "IGW0121",
    name: "listener-invalid",
    severity: Severity::Error,
    needs: &[
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::Secret,
        Kind::ReferenceGrant,
    ],
    source: include_str!("listener_invalid.rs"),
};

impl Check for ListenerInvalid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for front in cx.gateways() {
            let judged = front.compiled.listeners.iter();
            for listener in judged.filter(|listener| cx.scope.contains(listener.owner)) {
                match &listener.serves {
                    Fact::Known(Serves::Closed(says)) => out.finding(finding(listener, says)),
                    Fact::Unknown(why) => {
                        out.not_checked(Kind::Secret, &listener.owner.namespace, why.clone());
                    }
                    _ => out.passed(),
                }
            }
        }
    }
}

fn finding(listener: &Served, says: &str) -> Finding {
    let (name, port) = (&listener.spec.name, listener.spec.port);
    let title = format!("Listener {name} answers nobody on port {port}: {says}.");
    let told: Vec<String> = listener
        .conditions
        .iter()
        .filter(|c| (c.status == "False") != (c.kind == "Conflicted"))
        .map(|c| format!("{}={} {}", c.kind, c.status, c.reason))
        .collect();
    let field = match listener.spec.tls {
        Some(_) if says.contains("ertificate") || says.contains("Secret") => "/tls",
        _ => "",
    };
    Finding::at(listener.owner, pointer!["spec", "listeners", listener.index] + field, title)
        .explain(format!(
            "Clients get no HTTP answer from it. The listener has {}; the Gateway may still be Programmed=True.",
            igw_core::words::list(&told)
        ))
        .label(says)
        .evidence(listener.at(), says)
        .guide("6", Some("it does not look at the conditions of listeners"))
}
