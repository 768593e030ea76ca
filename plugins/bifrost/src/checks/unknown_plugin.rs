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
//! Show only for `cel_rules`; safe if only the case of the name is wrong.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide routes with a `cel_rules`
//! plugin.

use igw_core::bifrost::rules::PLUGINS;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::common;
use crate::place::Place as _;

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
                    finding.explain(instead(&plugin.name)).guide("9", differs(&plugin.name))
                }));
            } else if !said {
                let title = format!("plugin {name} is off: enabled is missing");
                out.finding_if(
                    instance.at(plugin.id, title).map(|finding| {
                        finding.explain("A plugin runs only with \"enabled\": true.")
                    }),
                );
            } else {
                out.passed();
            }
        }
    }
}

fn instead(name: &str) -> String {
    let lower = name.to_lowercase();
    let near = PLUGINS
        .iter()
        .find(|known| **known == lower || strsim::damerau_levenshtein(known, &lower) <= 2);
    match (lower.as_str(), near) {
        ("cel_rules", _) => {
            "Bifrost continues without it. Rules in CEL belong in governance.routing_rules."
                .to_owned()
        }
        ("opentelemetry", _) => {
            "Bifrost continues without it. The plugin is called otel.".to_owned()
        }
        (_, Some(near)) => format!("Bifrost continues without it. The plugin is called {near}."),
        _ => "Bifrost continues without it. A custom plugin needs a path.".to_owned(),
    }
}

fn differs(name: &str) -> Option<&'static str> {
    (name == "cel_rules").then_some("it routes with a cel_rules plugin, which does not exist")
}
