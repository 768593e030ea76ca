//! # A variable is used where Bifrost does not expand it
//!
//! ## What it means
//! `env.NAME` is expanded in the value of a key, in the address of a vllm key and in headers of the
//! otel plugin, but not in `base_url`. `$NAME` and `${NAME}` are never expanded: a ConfigMap is not
//! a shell script.
//!
//! ## Why it matters
//! Bifrost takes the text for an address: 502 `missing port in address`, in 1.4 400 `dial tcp:
//! missing address`.
//!
//! ## Example
//! `"base_url": "env.VLLM_URL"`: write the address itself.
//!
//! ## Fix safety
//! Show only: the address is not in the file.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::rules::key_config;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0224",
    name: "env-not-expanded-here",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for provider in &config.providers {
            let own = key_config(&provider.name).is_some();
            for address in common::addresses(provider) {
                let text = address.text.reveal();
                let literal = !own && text.contains("env.") && !text.contains("://");
                if !literal && !is_shell(text) {
                    out.passed();
                    continue;
                }
                let name = common::named(&provider.name);
                let title = format!("the variable in the address of {name} is not expanded");
                out.finding_if(instance.at(address.id, title).map(|finding| {
                    finding
                        .explain("Bifrost takes the text for an address: 502 missing port in address (400 before 1.5).")
                        .effect(502, 1.0, format!("model {name}/..."))
                }));
            }
        }
        for url in otel::entries(config).iter().filter_map(|entry| entry.url.as_ref()) {
            if is_shell(url.text.reveal()) {
                let title = "the variable in collector_url is not expanded";
                out.finding_if(
                    instance
                        .at(url.id, title)
                        .map(|f| f.only(Severity::Warning).explain("Traces are lost.")),
                );
            }
        }
    }
}

/// Whether a text contains a shell or template variable.
fn is_shell(text: &str) -> bool {
    text.contains("${") || text.contains("$(") || text.starts_with('$')
}
