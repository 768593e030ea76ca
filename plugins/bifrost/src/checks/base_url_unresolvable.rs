//! # The address names a Service that does not exist
//!
//! ## What it means
//! The host of a base URL is a cluster name, but there is no Service of that name in that
//! namespace, or the Service has no such port. A short name is looked up in the namespace where
//! Bifrost runs.
//!
//! ## Why it matters
//! The name does not resolve: Bifrost answers 502 with `no such host` in `error.error`; 1.4 answers
//! 400. If the address is that of a trace collector, the traces are lost.
//!
//! ## Example
//! `http://chat:8000` from namespace `gateway`, while Service `chat` is in `models`: use
//! `http://chat.models.svc.cluster.local:8000`.
//!
//! ## Fix safety
//! Unsafe: it is not certain which Service was meant, unless only one has the name.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide uses a short name across
//! namespaces.

use igw_core::bifrost::config::{Config, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, full_name};
use igw_core::workload::address::{AddressTarget, Url};
use igw_core::{mask, page};

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0206",
    name: "base-url-unresolvable",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for provider in &config.providers {
            for address in common::addresses(provider) {
                let requests = format!("model {}/...", common::named(&provider.name));
                look(facts, instance, address, Some(requests), out);
            }
        }
        stores(instance, out);
        for address in collectors(config) {
            look(facts, instance, &address, None, out);
        }
    }
}

/// The databases, without which Bifrost does not start.
fn stores(instance: &Instance, out: &mut Sink) {
    for host in &instance.hosts {
        match (&host.to, host.fault()) {
            (_, Some(says)) => {
                let text = format!("Bifrost connects to its {} at start, and exits.", host.section);
                out.finding_if(instance.at(host.at, says).map(|finding| finding.explain(text)));
            }
            (AddressTarget::NotGiven { why, .. }, _) => {
                out.not_checked(Kind::Service, &instance.namespace, Why::not_given(why.clone()));
            }
            _ => out.passed(),
        }
    }
}

fn collectors(config: &Config) -> Vec<Setting> {
    let entries = otel::entries(config);
    entries.iter().filter_map(|entry| entry.url.clone()).collect()
}

fn look(
    facts: &Facts,
    instance: &Instance,
    address: &Setting,
    requests: Option<String>,
    out: &mut Sink,
) {
    let Some((url, to)) = common::leads(facts, instance, address) else { return };
    match &to {
        AddressTarget::NoService { namespace, name, elsewhere } => {
            let title = format!(
                "{} does not resolve: there is no Service {}",
                url.host,
                full_name(namespace, name)
            );
            let help = match elsewhere.as_slice() {
                [] => "No Service of that name is in the input.".to_owned(),
                some => {
                    let names: Vec<String> = some
                        .iter()
                        .map(|space| format!("{name}.{space}.svc.cluster.local"))
                        .collect();
                    format!(
                        "{name} is looked up in namespace {namespace}, but exists as {}.",
                        igw_core::text::list(&names)
                    )
                }
            };
            let guide = Some("it uses the short name of a Service in another namespace");
            let short = !url.host.contains('.') && requests.is_some();
            out.finding_if(instance.at(address.id, title).map(|finding| {
                let finding = told(finding, requests, &help);
                let finding = finding.repair(whole(instance, address, &url, name, elsewhere));
                if short { finding.guide("2", guide) } else { finding }
            }));
        }
        AddressTarget::Service { namespace, name, has_port: false, .. } => {
            let title = format!("Service {namespace}/{name} has no port {}", url.port);
            let help = "The connection is refused or times out.";
            out.finding_if(instance.at(address.id, title).map(|f| told(f, requests, help)));
        }
        AddressTarget::NotGiven { why, .. } => {
            out.not_checked(Kind::Service, &instance.namespace, Why::not_given(why.clone()));
        }
        _ => out.passed(),
    }
}

fn told(finding: Finding, requests: Option<String>, help: &str) -> Finding {
    match requests {
        Some(requests) => finding
            .explain(format!("{help} Bifrost answers 502 (400 before 1.5)."))
            .effect(502, 1.0, requests),
        None => finding
            .only(Severity::Warning)
            .explain(format!("{help} Traces are lost; requests are not affected.")),
    }
}

/// The whole name of the only Service that has the name.
fn whole(
    instance: &Instance,
    address: &Setting,
    url: &Url,
    name: &str,
    elsewhere: &[String],
) -> Option<Fix> {
    let [space] = elsewhere else { return None };
    let text = address.text.reveal();
    let host = format!("{name}.{space}.svc.cluster.local");
    if text.contains('@') || text.matches(&url.host).count() != 1 {
        return None;
    }
    let at = instance.config()?.json.pointer(address.id);
    let to = text.replacen(&url.host, &host, 1);
    let why = "it is the only Service of this name, but another one may be meant";
    let title = repairs::set_to(&at, &mask::address_or_key(&to));
    instance.edit(Fix::unsafe_as(why, title), vec![Set::Put(at, to.into())])
}
