//! # A key that Bifrost does not read
//!
//! ## What it means
//! Bifrost ignores keys that it does not know, also misspelt ones. Case does not matter, so
//! `Base_URL` is read. A key may also be too new for the version.
//!
//! ## Why it matters
//! What the key was meant to set keeps its default: with `baseurl` for `base_url` requests go to
//! the provider's public API. Versions up to 1.4 write `additional properties ... not allowed` into
//! the log and start all the same.
//!
//! ## Example
//! `"provider": {...}` instead of `"providers"`: a gateway without providers, 400 for every
//! request.
//!
//! ## Fix safety
//! Safe where the nearest name is one slip away and not there yet.
//!
//! ## Sources
//! Bifrost 1.4.19 (says so and goes on), 1.5.16 and 2.0.0-prerelease3 (silent), as seen.

use std::collections::HashSet;

use igw_core::bifrost::config::Config;
use igw_core::bifrost::decode::{Struct, fold};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::json::Id;
use igw_core::bifrost::shape::{Unknown, unknown_keys};
use igw_core::bifrost::table;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;

use super::{common, otel};

/// IGW0216.
pub struct UnknownKey;

static META: Meta = Meta {
    code: "IGW0216",
    name: "unknown-key",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("unknown_key.rs"),
};

impl Check for UnknownKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            let json = &config.json;
            let mut releases = instance.releases().into_iter();
            let Some(first) = releases.next() else { continue };
            let mut unknown = unknown_keys(json, &table::FILE, first);
            for release in releases {
                let also: HashSet<Id> = unknown_keys(json, &table::FILE, release)
                    .iter()
                    .map(|found| found.id)
                    .collect();
                unknown.retain(|found| also.contains(&found.id));
            }
            if unknown.is_empty() {
                out.passed();
            }
            for found in &unknown {
                out.finding_if(finding(instance, config, found));
            }
            traces(instance, config, out);
        }
    }
}

fn finding(instance: &Instance, config: &Config, found: &Unknown) -> Option<Finding> {
    let json = &config.json;
    let key = igw_core::words::clip(json.key(found.id), 60);
    if let Some((major, minor, patch)) = found.since {
        let title = format!("{key} is read from {major}.{minor}.{patch} on");
        let finding = instance.at_key(found.id, title)?.only(Severity::Info);
        return Some(finding.explain(format!("{} ignores it.", instance.title())));
    }
    let title = format!("Bifrost does not read {key}");
    let finding = instance.at_key(found.id, title)?;
    let there = |name: &str| {
        json.children(json.parent(found.id)).any(|other| fold(json.key(other)) == name)
    };
    Some(match found.near {
        Some((near, vital)) if !there(near) => {
            finding.only(if vital { Severity::Error } else { Severity::Warning }).explain(format!(
                "It is ignored without a word. The nearest key is {near}, which is not there."
            ))
        }
        _ => finding.only(Severity::Warning).explain("It is ignored without a word."),
    })
}

/// The configuration of the otel plugin.
fn traces(instance: &Instance, config: &Config, out: &mut Sink) {
    for entry in otel::entries(config) {
        let given = Struct::of(&config.json, entry.id);
        let Some(id) = given.id() else { continue };
        for child in config.json.children(id) {
            let key = config.json.key(child);
            if !table::OTEL.contains(&fold(key).as_str()) && fold(key) != "profiles" {
                let title = format!("the otel plugin does not read {}", common::named(key));
                out.finding_if(
                    instance.at_key(child, title).map(|f| {
                        f.only(Severity::Warning).explain("It is ignored without a word.")
                    }),
                );
            }
        }
    }
}
