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
//! are sent. Without the host of a database Bifrost exits, and a virtual key without a value is not
//! made. A dangling reference keeps the container from starting.
//!
//! ## Example
//! `"value": "env.VLLM_KEY"`, but the Deployment sets `VLLM_API_KEY`.
//!
//! ## Fix safety
//! Unsafe: a variable with a similar name, or the key of a Secret that has the name. Where neither is in
//! the files, there is none: the value is not known.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::config::{Config, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::rules::{key_config, value_may_be_empty};
use igw_core::bifrost::virtual_keys;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::gojson::GoStruct;
use igw_core::kube::{Hidden, Kind};
use igw_core::page;
use igw_core::workload::env::Var;

use crate::foretold::seen;
use crate::{common, variables};

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
        let own = instance.blocked.iter().filter(|found| found.cause == Cause::VariableNotSet);
        for found in own {
            let finding = instance.at_workload(found.path.clone(), &found.says);
            let finding =
                finding.explain("The container does not start: CreateContainerConfigError.");
            out.finding(seen(facts, instance, Cause::VariableNotSet, finding));
        }
    }
    for (instance, config) in common::sound(facts) {
        keys(facts, instance, config, out);
        headers(facts, instance, config, out);
        addresses(facts, instance, config, out);
        stores(facts, instance, config, out);
        virtual_keys(facts, instance, config, out);
        others(facts, instance, config, out);
    }
}

/// The addresses of keys: without one, 1.5 and later skip the key.
fn addresses(facts: &Facts, instance: &Instance, config: &Config, out: &mut Sink) {
    for provider in config.providers.iter().filter(|p| key_config(&p.name).is_some()) {
        for url in common::addresses(provider) {
            let requests = format!("model {}/...", common::named(&provider.name));
            let told = |finding: Finding| {
                let text = "The key has no address: Bifrost skips it, and requests get 400 no keys found that support model.";
                finding.explain(text).effect(400, 1.0, requests)
            };
            look(facts, instance, url, told, out);
        }
    }
}

fn stores(facts: &Facts, instance: &Instance, config: &Config, out: &mut Sink) {
    let all = [&config.config_store, &config.logs_store, &config.vector_store];
    for (number, store) in all.into_iter().enumerate() {
        if store.enabled != Some(true) {
            continue;
        }
        for (name, setting) in &store.fields {
            let needs = |release| store.needed(number == 1, release).iter().any(|(n, _)| n == name);
            let needed = instance.releases().into_iter().any(needs);
            let told = |finding: Finding| match needed {
                true => finding.explain("The value is empty, and Bifrost exits at start."),
                false => finding
                    .only(Severity::Warning)
                    .explain("The value is empty, and the database may refuse it."),
            };
            look(facts, instance, setting, told, out);
        }
    }
}

fn virtual_keys(facts: &Facts, instance: &Instance, config: &Config, out: &mut Sink) {
    for key in virtual_keys::all(config) {
        let Some(value) = &key.value else { continue };
        let told = |finding: Finding| {
            finding.explain(format!(
                "Bifrost does not make virtual key {}, with only a warning in its log. Requests with it get 401.",
                common::named(&key.name)
            ))
        };
        look(facts, instance, value, told, out);
    }
}

/// What only one part of Bifrost needs: MCP servers, and the login of the UI.
fn others(facts: &Facts, instance: &Instance, config: &Config, out: &mut Sink) {
    let json = &config.json;
    let clients = config.section("mcp").list("client_configs");
    let login = [config.section("auth_config")];
    let named = clients.into_iter().map(|id| GoStruct::of(json, id)).chain(login).flat_map(|own| {
        let fields = ["connection_string", "admin_username", "admin_password"];
        let texts = fields.into_iter().filter_map(move |field| own.text(field));
        texts.collect::<Vec<_>>()
    });
    for (text, id) in named {
        let told = |finding: Finding| {
            finding.only(Severity::Warning).explain("The value is empty; Bifrost only warns of it.")
        };
        look(facts, instance, &Setting { text: Hidden::new(text), id }, told, out);
    }
}

fn keys(facts: &Facts, instance: &Instance, config: &Config, out: &mut Sink) {
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
            look(facts, instance, value, told, out);
        }
    }
}

fn headers(facts: &Facts, instance: &Instance, config: &Config, out: &mut Sink) {
    let told = |finding: Finding| {
        finding
            .only(Severity::Warning)
            .explain("The otel plugin does not start, and no traces are sent.")
    };
    for entry in otel::entries(config) {
        for (_, value) in &entry.headers {
            look(facts, instance, value, told, out);
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
    facts: &Facts,
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
            let fix = variables::meant(facts, instance, value.id, name);
            out.finding_if(instance.at(value.id, title).map(told).map(|f| f.repair(fix)));
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
