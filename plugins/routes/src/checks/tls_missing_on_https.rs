//! # An HTTPS listener has no tls
//!
//! ## What it means
//! A listener of protocol HTTPS without a `tls` section. The CRD lets it through.
//!
//! ## Why it matters
//! kgateway accepts it, all conditions are True, and it is served as **plain HTTP** on that port:
//! every HTTPS client fails in the handshake, and whoever speaks HTTP sends in the clear. Other
//! implementations close the port.
//!
//! ## Example
//! TLS that ends at the load balancer: then the listener behind it is an HTTP listener.
//!
//! ## Fix safety
//! Unsafe: whether a certificate or another protocol is meant cannot be told.
//!
//! ## Sources
//! kgateway main, 2.2, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Gateway, Listener, ListenerSet};
use igw_core::facts::{self, Cx, Kind, View};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::scene::Scene;

/// IGW0127.
pub struct TlsMissingOnHttps;

static META: Meta = Meta {
    code: "IGW0127",
    name: "tls-missing-on-https",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::ListenerSet],
    source: include_str!("tls_missing_on_https.rs"),
};

impl Check for TlsMissingOnHttps {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for gateway in cx.list::<Gateway>(None).items {
            judge(cx, gateway.meta(), &gateway.listeners, out);
        }
        for set in cx.list::<ListenerSet>(None).items {
            judge(cx, set.meta(), &set.listeners, out);
        }
    }
}

fn judge(cx: &Cx, owner: &facts::Meta, listeners: &[Listener], out: &mut Sink) {
    let https = listeners.iter().enumerate().filter(|(_, l)| l.protocol == "HTTPS");
    for (index, listener) in https.filter(|_| cx.scope.contains(owner)) {
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
