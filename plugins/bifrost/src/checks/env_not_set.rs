//! # A variable that the container does not have
//!
//! ## What it means
//! A value is `env.NAME`, and the container has no variable of that name, or the variable refers to
//! a key that its ConfigMap or Secret does not have. Only a whole value is expanded: in `"Basic
//! env.NAME"` the words are sent as they are.
//!
//! ## Why it matters
//! A key with an empty value is left out without a word: 400 `no keys found that support model:
//! ...`. A header of the otel plugin with a missing variable keeps the plugin from starting, so no
//! traces are sent. A dangling reference keeps the container from starting.
//!
//! ## Example
//! `"value": "env.VLLM_KEY"`, and the Deployment sets `VLLM_API_KEY`.
//!
//! ## Fix safety
//! Show only: the value is not in the files.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::config::{Config, Setting};
use igw_core::bifrost::env::Var;
use igw_core::bifrost::instance::{self, Instance};
use igw_core::bifrost::rules::value_may_be_empty;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::facts::Why;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

use super::{common, otel};

/// IGW0210.
pub struct EnvNotSet;

static META: Meta = Meta {
    code: "IGW0210",
    name: "env-not-set",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("env_not_set.rs"),
};

impl Check for EnvNotSet {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            for (name, why) in instance.env.dangling() {
                let title = format!("variable {}: {why}", common::named(name));
                let finding = instance.at_workload(instance.container_path("/env"), title);
                out.finding(
                    finding.explain("The container does not start: CreateContainerConfigError."),
                );
            }
        }
        for (instance, config) in common::sound(cx) {
            keys(instance, config, out);
            headers(instance, config, out);
        }
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
                        "The key is left out without a word: 400 no keys found that support model.",
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
                let title = "a part of a value is not expanded: env.NAME has to be the whole of it";
                out.finding_if(instance.at(value.id, title).map(|finding| {
                    finding
                        .only(Severity::Warning)
                        .explain("The words are sent as they are, and the collector answers 401.")
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
            let why = format!("no pod template tells whether {shown} is set; --env {shown}=...");
            out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why));
        }
        Var::Unknown(why) => {
            let why = format!("{shown}: {why}");
            out.not_checked(Kind::Secret, &instance.namespace, Why::not_given(why));
        }
        Var::Set(_) | Var::Dangling(_) => out.passed(),
    }
}
