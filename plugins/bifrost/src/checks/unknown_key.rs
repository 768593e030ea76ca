//! # A key that Bifrost does not read
//!
//! ## What it means
//! Bifrost ignores keys that it does not know, including misspelt ones. Case does not matter, so
//! `Base_URL` is read. A key may also be too new for the version, or too old:
//! `enforce_governance_header` has no effect from 1.4.8 on.
//!
//! ## Why it matters
//! What the key was meant to set keeps its default: with `baseurl` instead of `base_url`, requests
//! go to the provider's public API. Versions up to 1.4 log `additional properties ... not allowed`,
//! but start anyway.
//!
//! ## Example
//! `"provider": {...}` instead of `"providers"`: a gateway without providers, 400 for every
//! request.
//!
//! ## Fix safety
//! Safe if the nearest name is one typo away and not set yet; unsafe for a name that is less near, or that
//! another release reads.
//!
//! ## Sources
//! Bifrost 1.4.19 (logs it and continues), 1.5.16 and 2.0.0-prerelease3 (silent), as observed.

use std::collections::HashSet;

use igw_core::bifrost::config::Config;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::bifrost::shape::{Unknown, unknown_keys};
use igw_core::bifrost::table;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::gojson::{GoStruct, Id, fold};
use igw_core::kube::{Kind, pointer};
use igw_core::page;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0216",
    name: "unknown-key",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        let json = &config.json;
        let mut releases = instance.releases().into_iter();
        let Some(first) = releases.next() else { continue };
        let mut unknown = unknown_keys(json, &table::FILE, first);
        for release in releases {
            let also: HashSet<Id> =
                unknown_keys(json, &table::FILE, release).iter().map(|found| found.id).collect();
            unknown.retain(|found| also.contains(&found.id));
        }
        if unknown.iter().all(|found| is_comment(json.key(found.id))) {
            out.passed();
        }
        for found in unknown.iter().filter(|found| !is_comment(json.key(found.id))) {
            out.finding_if(finding(instance, config, found));
        }
        traces(instance, config, out);
    }
}

/// JSON has no comments: people write them as keys that nobody reads.
fn is_comment(key: &str) -> bool {
    key.starts_with(['_', '#']) || key.starts_with("//") || key.eq_ignore_ascii_case("$comment")
}

fn finding(instance: &Instance, config: &Config, found: &Unknown) -> Option<Finding> {
    let json = &config.json;
    let key = igw_core::text::clip(json.key(found.id), 60);
    if let Some((major, minor, patch)) = found.since {
        let title = format!("{key} is read only from {major}.{minor}.{patch} on");
        let finding = instance.at_key(found.id, title)?.only(Severity::Info);
        return Some(finding.explain(format!("{} ignores it.", instance.title())));
    }
    let there = |name: &str| {
        json.children(json.parent(found.id)).any(|other| fold(json.key(other)) == name)
    };
    if let Some(((major, minor, patch), instead)) = found.until {
        let title = format!("{key} has no effect from {major}.{minor}.{patch} on");
        let severity = if there(instead) { Severity::Info } else { Severity::Warning };
        let finding = instance.at_key(found.id, title)?.only(severity);
        let says = format!("{} ignores it, and reads {instead} instead.", instance.title());
        return Some(finding.explain(says).repair(renamed(instance, found.id, instead)));
    }
    let title = format!("Bifrost does not read {key}");
    let finding = instance.at_key(found.id, title)?;
    Some(match found.near {
        Some((near, vital)) if !there(near) => finding
            .only(if vital { Severity::Error } else { Severity::Warning })
            .explain(format!(
                "It is silently ignored. The nearest key is {near}, which is not set."
            ))
            .repair(renamed(instance, found.id, near)),
        _ => finding.only(Severity::Warning).explain("It is silently ignored."),
    })
}

fn traces(instance: &Instance, config: &Config, out: &mut Sink) {
    for entry in otel::entries(config) {
        let given = GoStruct::of(&config.json, entry.id);
        let Some(id) = given.id() else { continue };
        for child in config.json.children(id) {
            let key = config.json.key(child);
            if !table::OTEL.contains(&fold(key).as_str()) && fold(key) != "profiles" {
                let title = format!("the otel plugin does not read {}", common::named(key));
                out.finding_if(
                    instance
                        .at_key(child, title)
                        .map(|f| f.only(Severity::Warning).explain("It is silently ignored.")),
                );
            }
        }
    }
}

/// The key that is read instead, where it is not there.
fn renamed(instance: &Instance, id: Id, to: &str) -> Option<Fix> {
    let json = &instance.config()?.json;
    let (key, at) = (json.key(id), json.pointer(id));
    if json.children(json.parent(id)).any(|other| fold(json.key(other)) == fold(to)) {
        return None;
    }
    let title = format!("rename {} to {to}", pointer::dotted(&at));
    let fix = match strsim::damerau_levenshtein(key, to) {
        0 | 1 => Fix::safe(title),
        _ => Fix::unsafe_as("it is the nearest key, but another one may be meant", title),
    };
    instance.edit(fix, vec![Set::Rename(at, to.to_owned())])
}
