//! # The container does not have a variable that Bifrost needs
//!
//! ## What it means
//! A value is `env.NAME`, but the container has no variable of that name, or the variable refers to
//! a key that its ConfigMap or Secret does not have. Only a whole value is expanded: `"Basic
//! env.NAME"` is sent as it is.
//!
//! ## Why it matters
//! Bifrost silently skips a key with an empty value: 400 `no keys found that support model: ...`.
//! If a header of the otel plugin needs a missing variable, the plugin does not start and no traces
//! are sent. A dangling reference keeps the container from starting.
//!
//! ## Example
//! `"value": "env.VLLM_KEY"`, but the Deployment sets `VLLM_API_KEY`.
//!
//! ## Fix safety
//! Show only: the value is not in the files.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::{Config, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::rules::value_may_be_empty;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::env::Var;

use crate::place::Place as _;
use crate::{common, otel};

pub static CHECK: Check = Check {
    code: "IGW0210",
    name: "env-not-set",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        for (name, why) in instance.env.dangling() {
            let title = format!("variable {}: {why}", common::named(name));
            let finding = instance.at_workload(instance.container_path("/env"), title);
            out.finding(
                finding.explain("The container does not start: CreateContainerConfigError."),
            );
        }
    }
    for (instance, config) in common::sound(facts) {
        keys(instance, config, out);
        headers(instance, config, out);
    }
}

fn keys(instance: &Instance, config: &Config, out: &mut Sink) {
    for provider in config.providers.iter().filter(|p| !value_may_be_empty(&p.name)) {
        let values: Vec<&Setting> =
            provider.keys.iter().filter_map(|key| key.value.as_ref().ok()?.as_ref()).collect();
        for value in &values {
            let requests = format!("model {}/...", common::named(&provider.name));
            let severity = if values.len() > 1 { Severity::Warning } else { Severity::Error };
            let told = |finding: Finding| {
                finding
                    .only(severity)
                    .explain(
                        "Bifrost silently skips the key: 400 no keys found that support model.",
                    )
                    .effect(400, 1.0, requests)
            };
            look(instance, value, told, out);
        }
    }
}

fn headers(instance: &Instance, config: &Config, out: &mut Sink) {
    let told = |finding: Finding| {
        finding
            .only(Severity::Warning)
            .explain("The otel plugin does not start, and no traces are sent.")
    };
    for entry in otel::entries(config) {
        for (_, value) in &entry.headers {
            look(instance, value, told, out);
            let text = value.text.reveal();
            if value.variable().is_none() && text.split(' ').any(|word| word.starts_with("env.")) {
                let title = "a part of a value is not expanded: env.NAME must be the whole value";
                out.finding_if(instance.at(value.id, title).map(|finding| {
                    finding
                        .only(Severity::Warning)
                        .explain("The text is sent as it is, and the collector answers 401.")
                        .guide("5", None)
                }));
            }
        }
    }
}

fn look(
    instance: &Instance,
    value: &Setting,
    told: impl FnOnce(Finding) -> Finding,
    out: &mut Sink,
) {
    let Some(name) = value.variable() else { return };
    let shown = common::named(name);
    match instance.env.get(name) {
        Var::Unset if instance.env.given => {
            let title = format!("the container has no variable {shown}");
            out.finding_if(instance.at(value.id, title).map(told));
        }
        Var::Unset => {
            let why = format!("no pod template shows whether {shown} is set; --env {shown}=...");
            out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why));
        }
        Var::Unknown(why) => {
            let why = format!("{shown}: {why}");
            out.not_checked(Kind::Secret, &instance.namespace, Why::not_given(why));
        }
        Var::Set(_) | Var::Dangling(_) => out.passed(),
    }
}
