//! # A listener does not answer
//!
//! ## What it means
//! A listener cannot be served: its certificate is missing, not granted or broken, its protocol is
//! not supported, it conflicts with another listener on the port, or it allows no kind of route
//! that it supports.
//!
//! ## Why it matters
//! Its port refuses connections. kgateway may still report `Programmed=True` for the Gateway: even
//! when the only HTTPS listener lacks its Secret, the Gateway stays `Accepted=True` and
//! `Programmed=True`; only the listener's own conditions report the error.
//!
//! ## Example
//! `certificateRefs: [{name: nlb-tls-cert}]`, and no Secret of that name in the Gateway's
//! namespace.
//!
//! ## Fix safety
//! Unsafe: the tool cannot create a certificate.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 122-236 and 376-406; observed in kgateway main, 2.3 and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::followed;
use igw_core::route::served_listener::{ListenerAnswers, ServedListener};
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
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
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for front in followed::gateways(facts) {
        let judged = front.compiled.listeners.iter();
        for listener in judged.filter(|listener| facts.scope.contains(listener.owner)) {
            match &listener.serves {
                Fact::Known(ListenerAnswers::Https) if listener.supposed.is_some() => {
                    let why = listener.supposed.clone().into_iter();
                    let home = &listener.owner.namespace;
                    why.for_each(|why| out.not_checked(Kind::Secret, home, why));
                }
                Fact::Known(ListenerAnswers::Closed(says)) => out.finding(finding(listener, says)),
                Fact::Unknown(why) if listener.spec.protocol != "HTTPS" => {
                    out.not_checked(Kind::Gateway, &listener.owner.namespace, why.clone());
                }
                Fact::Unknown(why) => {
                    out.not_checked(Kind::Secret, &listener.owner.namespace, why.clone());
                }
                _ => out.passed(),
            }
        }
    }
}

fn finding(listener: &ServedListener, says: &str) -> Finding {
    let (name, port) = (&listener.spec.name, listener.spec.port);
    let title = format!("Listener {name} does not answer on port {port}: {says}.");
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
            igw_core::text::list(&told)
        ))
        .label(says)
        .evidence(listener.at(), says)
        .guide("6", Some("it does not check the conditions of listeners"))
}
