//! # An HTTPS listener has no tls
//!
//! ## What it means
//! A listener with protocol HTTPS has no `tls` section. The CRD allows this.
//!
//! ## Why it matters
//! kgateway accepts it, all conditions are True, and it is served as **plain HTTP** on that port:
//! every HTTPS client fails in the handshake, and clients that use HTTP send their requests
//! unencrypted. Other implementations close the port.
//!
//! ## Example
//! TLS ends at the load balancer: then the listener behind it should be an HTTP listener.
//!
//! ## Fix safety
//! Unsafe: the tool cannot know whether a certificate or another protocol is meant.
//!
//! ## Sources
//! Observed in kgateway main and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, Listener, ListenerSet};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, Meta};
use igw_core::route::class;
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0127",
    name: "tls-missing-on-https",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::ListenerSet],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for gateway in facts.list::<Gateway>(None).items {
        if !class::keeps_certificates(&gateway.class) {
            judge(facts, &gateway.meta, &gateway.listeners, out);
        }
    }
    for set in facts.list::<ListenerSet>(None).items {
        judge(facts, &set.meta, &set.listeners, out);
    }
}

fn judge(facts: &Facts, owner: &Meta, listeners: &[Listener], out: &mut Sink) {
    let https = listeners.iter().enumerate().filter(|(_, l)| l.protocol == "HTTPS");
    for (index, listener) in https.filter(|_| facts.scope.contains(owner)) {
        if listener.tls.is_some() {
            out.passed();
            continue;
        }
        let (name, port) = (&listener.name, listener.port);
        let title =
            format!("HTTPS clients get no answer on port {port}: listener {name} has no tls.");
        out.finding(
            Finding::at(owner, pointer!["spec", "listeners", index], title)
                .explain("kgateway serves it as plain HTTP with all conditions True: the TLS handshake fails, and plain requests pass unencrypted.")
                .label("no tls")
                .guide("6", None),
        );
    }
}
