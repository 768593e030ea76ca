//! # A plugin that Bifrost does not have
//!
//! ## What it means
//! The built-in plugins are telemetry, prompts, logging, governance, maxim, semantic_cache, otel
//! and compat, spelled exactly like this; every other name needs a `path`. A plugin without
//! `enabled` is off.
//!
//! ## Why it matters
//! Bifrost logs `failed to load plugin ...: unknown built-in plugin` and continues without it.
//!
//! ## Example
//! `cel_rules` does not exist: rules in CEL belong in `governance.routing_rules`.
//!
//! ## Fix safety
//! Safe if only the case of the name is wrong; unsafe for another name that is near, and for a missing
//! `enabled`; none for `cel_rules`.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide routes with a `cel_rules`
//! plugin.

use igw_core::bifrost::config::PluginConfig;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::PLUGINS;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0212",
    name: "unknown-plugin",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for plugin in &config.plugins {
            let name = common::named(&plugin.name);
            let known = PLUGINS.contains(&plugin.name.as_str()) || plugin.path;
            let said = instance.config().is_some_and(|config| {
                let given = igw_core::gojson::GoStruct::of(&config.json, plugin.id);
                given.flag("enabled").is_some()
            });
            if !known {
                let title = format!("there is no built-in plugin {name}");
                let finding = instance.at(plugin.name_id.unwrap_or(plugin.id), title);
                out.finding_if(finding.map(|finding| {
                    finding
                        .explain(instead(&plugin.name))
                        .guide("9", differs(&plugin.name))
                        .repair(renamed(instance, plugin))
                }));
            } else if !said {
                let title = format!("plugin {name} is off: enabled is missing");
                out.finding_if(instance.at(plugin.id, title).map(|finding| {
                    finding
                        .explain("A plugin runs only with \"enabled\": true.")
                        .repair(switched_on(instance, plugin))
                }));
            } else {
                out.passed();
            }
        }
    }
}

/// The plugin that a name may mean.
fn near(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let near = |known: &&&str| **known == lower || strsim::damerau_levenshtein(known, &lower) <= 2;
    match lower.as_str() {
        "cel_rules" => None,
        "opentelemetry" => Some("otel"),
        _ => PLUGINS.iter().find(near).copied(),
    }
}

fn instead(name: &str) -> String {
    match near(name) {
        Some(near) => format!("Bifrost continues without it. The plugin is called {near}."),
        None if name.eq_ignore_ascii_case("cel_rules") => {
            "Bifrost continues without it. Rules in CEL belong in governance.routing_rules."
                .to_owned()
        }
        None => "Bifrost continues without it. A custom plugin needs a path.".to_owned(),
    }
}

fn renamed(instance: &Instance, plugin: &PluginConfig) -> Option<Fix> {
    let near = near(&plugin.name)?;
    let twice = instance.config()?.plugins.iter().any(|other| other.name == near);
    let at = instance.config()?.json.pointer(plugin.name_id?);
    let title = repairs::set_to(&at, near);
    let fix = match plugin.name.eq_ignore_ascii_case(near) {
        true => Fix::safe(title),
        false => Fix::unsafe_as("it is the nearest name, but another one may be meant", title),
    };
    instance.edit(fix, vec![Set::Put(at, near.into())]).filter(|_| !twice)
}

fn switched_on(instance: &Instance, plugin: &PluginConfig) -> Option<Fix> {
    let at = instance.member(plugin.id, &["enabled"]);
    let fix = Fix::unsafe_as("the plugin starts to work", repairs::set_to(&at, "true"));
    instance.edit(fix, vec![Set::Put(at, true.into())])
}

fn differs(name: &str) -> Option<&'static str> {
    (name == "cel_rules").then_some("it routes with a cel_rules plugin, which does not exist")
}
