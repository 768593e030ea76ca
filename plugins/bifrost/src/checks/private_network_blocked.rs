//! # Bifrost blocks the private address of its upstream
//!
//! ## What it means
//! From 1.5.9 on Bifrost refuses to connect to private addresses (10/8, 172.16/12, 192.168/16,
//! fc00::/7) unless the provider has `network_config.allow_private_network: true`. Services of a
//! cluster have private addresses. Link-local addresses are always refused.
//!
//! ## Why it matters
//! Every request to an in-cluster vLLM gets 502 `connection to private IP 10.x.y.z is not allowed`.
//! Traces are sent by a different client and are not affected.
//!
//! ## Example
//! `"network_config": {"base_url": "http://chat.models.svc.cluster.local:8000"}` with Bifrost
//! 1.5.16: add `"allow_private_network": true`.
//!
//! ## Fix safety
//! Safe; link-local addresses have none.
//!
//! ## Sources
//! Bifrost 1.5.16 and 2.0.0-prerelease3, as observed (1.4.19 connects); change notes of 1.5.9. The
//! guide does not have the setting.

use igw_core::bifrost::config::Provider;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::Rules as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, full_name};
use igw_core::page;
use igw_core::workload::address::AddressTarget;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0207",
    name: "private-network-blocked",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, provider) in common::providers(facts) {
        for address in common::addresses(provider) {
            let Some((_, to)) = common::leads(facts, instance, address) else { continue };
            let Some(what) = blocked(&to, provider.allow_private) else {
                out.passed();
                continue;
            };
            match common::holds(instance, out, |release| release.blocks_private()) {
                Some(true) => {
                    let title =
                        format!("{what}, and {} refuses to connect to it", instance.title());
                    let name = common::named(&provider.name);
                    let local = matches!(to, AddressTarget::LinkLocal(_));
                    let fix = allowed(instance, provider).filter(|_| !local);
                    let finding = instance.at(address.id, title);
                    out.finding_if(finding.map(|f| told(f, &name).repair(fix)));
                }
                Some(false) => out.passed(),
                None => {}
            }
        }
    }
}

fn blocked(to: &AddressTarget, allowed: bool) -> Option<String> {
    match to {
        AddressTarget::LinkLocal(ip) => Some(format!("{ip} is a link-local address")),
        AddressTarget::Private(ip) if !allowed => Some(format!("{ip} is a private address")),
        AddressTarget::Service { private: true, namespace, name, .. } if !allowed => {
            Some(format!("Service {namespace}/{name} has a private address"))
        }
        // As Services have, unless somebody chose another range for the cluster.
        AddressTarget::NotGiven { namespace, name, .. } if !allowed => {
            Some(format!("Service {} has a private address", full_name(namespace, name)))
        }
        _ => None,
    }
}

fn told(finding: Finding, provider: &str) -> Finding {
    finding
        .explain("Bifrost checks the address that a name resolves to. Set network_config.allow_private_network: true in this provider; link-local addresses are never allowed.")
        .effect(502, 1.0, format!("model {provider}/..."))
        .guide("2", Some("its configuration lacks allow_private_network, which 1.5.9 and later need"))
}

/// The setting that lets the provider connect.
fn allowed(instance: &Instance, provider: &Provider) -> Option<Fix> {
    let at = instance.member(provider.id, &["network_config", "allow_private_network"]);
    let fix = Fix::safe(repairs::set_to(&at, "true"));
    instance.edit(fix, vec![Set::Put(at, true.into())])
}
