//! From Services to workloads, and from Bifrosts to models and traces.

use std::collections::BTreeSet;

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::prediction::Start;
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::kube::full_name;
use igw_core::report::DrawnMark;
use igw_core::text;
use igw_core::workload::address::{AddressTarget, Url, target};
use igw_core::workload::{behind, vllm};

use super::builder::{MapBuilder, Rank};

/// How many models stand at an edge.
const MODELS: usize = 2;

pub fn add(facts: &Facts, builder: &mut MapBuilder) {
    let bifrosts = instances::all(facts);
    for (namespace, name) in builder.services() {
        let title = full_name(&namespace, &name);
        let from = builder.node(Rank::Service, "Service", &title, DrawnMark::Good);
        for workload in behind(facts, &namespace, &name) {
            let to = add_workload(builder, Rank::Workload, workload);
            builder.edge(from, to, "");
        }
    }
    for instance in bifrosts {
        add_bifrost(facts, builder, instance);
    }
}

fn add_workload(builder: &mut MapBuilder, rank: Rank, workload: &Workload) -> usize {
    let (kind, name) = (workload.meta.kind.to_string(), workload.meta.full_name());
    let at = builder.node(rank, &kind, &name, DrawnMark::Good);
    if let Some(server) = vllm::of(workload) {
        let serves = match &server.names {
            Some(names) => format!("vLLM, serves {}", text::list(names)),
            None => "vLLM".to_owned(),
        };
        builder.note(at, &serves);
    }
    at
}

fn add_bifrost(facts: &Facts, builder: &mut MapBuilder, instance: &Instance) {
    let start = igw_bifrost::start_of(facts, instance);
    let mark = match start {
        Start::Listens => DrawnMark::Good,
        Start::Unknown => DrawnMark::Unknown,
        Start::Exits | Start::Hangs => DrawnMark::Error,
    };
    let subject = &instance.subject;
    let from = builder.node(Rank::Workload, subject.kind.as_ref(), &subject.full_name(), mark);
    builder.note(from, &instance.title());
    if let Some(holder) = igw_bifrost::holder(instance) {
        builder.blame(from, &holder.to_string());
    }
    for provider in instance.config().iter().flat_map(|config| &config.providers) {
        let keys = provider.keys.iter();
        let servers = keys.filter_map(|key| key.server.as_ref()?.url.as_ref());
        let urls = provider.base_url.iter().chain(servers);
        let urls: BTreeSet<&str> = urls.map(|url| url.text.reveal()).collect();
        let models: Vec<String> = provider
            .keys
            .iter()
            .flat_map(|key| key.models.iter().flatten())
            .map(|(model, _)| format!("{}/{model}", provider.name))
            .collect();
        let label = match models.is_empty() {
            true => provider.name.clone(),
            false => text::some_of(&models, MODELS),
        };
        if urls.is_empty() {
            let name = provider.name.as_str();
            let to = builder.node(Rank::Upstream, "provider", name, DrawnMark::Unknown);
            builder.edge(from, to, &label);
        }
        for url in urls {
            add_upstream(facts, builder, (from, instance), url, &label);
        }
    }
    for url in igw_bifrost::collectors(instance) {
        add_upstream(facts, builder, (from, instance), &url, "traces");
    }
}

/// Where a Bifrost sends: a Service and what is behind it, or an address elsewhere.
fn add_upstream(
    facts: &Facts,
    builder: &mut MapBuilder,
    (from, instance): (usize, &Instance),
    address: &str,
    label: &str,
) {
    let Some(url) = Url::parse(address) else { return };
    let to = match target(facts, &instance.namespace, &url) {
        AddressTarget::Service { namespace, name, .. } => {
            let title = full_name(&namespace, &name);
            let at = builder.node(Rank::Upstream, "Service", &title, DrawnMark::Good);
            for workload in behind(facts, &namespace, &name) {
                let server = add_workload(builder, Rank::Server, workload);
                builder.edge(at, server, "");
            }
            at
        }
        AddressTarget::NoService { namespace, name, .. } => {
            let title = full_name(&namespace, &name);
            builder.node(Rank::Upstream, "Service", &title, DrawnMark::Error)
        }
        // The host alone: an address may hold a credential.
        _ => builder.node(Rank::Upstream, "address", &url.host, DrawnMark::Unknown),
    };
    builder.edge(from, to, label);
}
