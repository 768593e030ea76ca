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
//! Unsafe: whether a certificate or another protocol is meant is a decision, and so is which
//! certificate. The TLS Secrets of the namespace that are known are offered.
//!
//! ## Sources
//! Observed in kgateway main and 2.2.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, KeyPair, Listener, ListenerSet, Secret};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::{Kind, Meta};
use igw_core::route::class;
use igw_core::{page, pointer};
use serde_json::json;

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
                .repair(certified(facts, owner, index, listener))
                .guide("6", None),
        );
    }
}

/// One of the certificates in the namespace: nothing has to grant those.
fn certified(facts: &Facts, owner: &Meta, index: usize, listener: &Listener) -> Option<Fix> {
    let secrets = facts.list::<Secret>(Some(&owner.namespace)).items.into_iter();
    let usable = |secret: &&Secret| {
        secret.kind.as_ref() == "kubernetes.io/tls"
            && matches!(secret.pair, KeyPair::Good | KeyPair::Unknown)
    };
    let mut names: Vec<&str> =
        secrets.filter(usable).map(|secret| secret.meta.name.as_str()).collect();
    names.sort_unstable();
    let at = pointer!["spec", "listeners", index, "tls", "certificateRefs"];
    let pick = |name: &&str| {
        let refs = json!([{ "name": name }]);
        Pick::change(*name, format!("Secret {name}"), owner, vec![Set::Put(at.clone(), refs)])
    };
    let picks = names.iter().map(pick).collect();
    let listener = format!("listener {} of {}", listener.name, owner.title());
    let ask = format!("Which certificate has {listener}?");
    let choice = FixChoice { key: "certificate", ask, picks };
    let why = "which certificate clients see, and whether they use TLS here, is a decision";
    Fix::choose(Safety::Unsafe(why.to_owned()), choice, |only| {
        let from = only.map(|one| format!(" of {}", one.label)).unwrap_or_default();
        format!("give {listener} the certificate{from}")
    })
}
