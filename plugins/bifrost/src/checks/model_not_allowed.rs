//! # A list of models does not allow what it seems to
//!
//! ## What it means
//! From 1.5 on `*` must stand alone; next to other names it keeps Bifrost from starting. In 1.4 `*`
//! is a name like any other, so `["*"]` allows nothing. A name in the list is the upstream's:
//! `openai/llama-8b` in the list of provider `openai` allows a model with exactly that name. An
//! alias must be in the list, too.
//!
//! ## Why it matters
//! 1.5 and later exit at start with `wildcard '*' cannot be used with other values in the
//! whitelist`. Otherwise clients get 400 `no keys found that support model: ...`.
//!
//! ## Example
//! `"models": ["*", "llama-8b"]`.
//!
//! ## Fix safety
//! Safe for the star, which stays alone, and for an alias, which is added to the list; unsafe for a name
//! with a prefix.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::{ApiKey, Provider};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::keys;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::Rules as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::gojson::Id;
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use igw_core::workload::Release;
use serde_json::json;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0209",
    name: "model-not-allowed",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for provider in &config.providers {
            for key in &provider.keys {
                star(instance, key, out);
                prefixed(instance, provider, key, out);
                aliases(instance, config.version_1, key, out);
            }
        }
    }
}

fn star(instance: &Instance, key: &ApiKey, out: &mut Sink) {
    let models = key.models.as_deref().unwrap_or_default();
    let Some((_, id)) = models.iter().find(|(name, _)| name == "*") else {
        return out.passed();
    };
    let name = common::key_name(key);
    match common::holds(instance, out, |release| release.white_list()) {
        Some(true) if models.len() > 1 => {
            let title = format!("the models of {name} have * next to other names");
            out.finding_if(instance.at(*id, title).map(|finding| {
                finding.explain("Bifrost exits at start: wildcard '*' cannot be used with other values in the whitelist.")
                    .repair(only_star(instance, key))
            }));
        }
        Some(false) => {
            let title = format!("* in the models of {name} is a name like any other before 1.5");
            let severity = if models.len() > 1 { Severity::Warning } else { Severity::Error };
            out.finding_if(
                instance
                    .at(*id, title)
                    .map(|finding| told(finding.only(severity)).repair(no_list(instance, key))),
            );
        }
        _ => out.passed(),
    }
}

fn told(finding: Finding) -> Finding {
    finding.explain("Omit models, or leave it empty, to allow all.").effect(
        400,
        1.0,
        "models that are not listed by name",
    )
}

/// A name with a provider prefix: it is compared without the prefix.
fn prefixed(instance: &Instance, provider: &Provider, key: &ApiKey, out: &mut Sink) {
    let prefix = format!("{}/", provider.name);
    // Where other names have a vendor in front, the upstream calls its models so.
    let vendors = |name: &str| name.contains('/') && !name.starts_with(&prefix);
    let by_vendor = key.models.iter().flatten().any(|(name, _)| vendors(name));
    let severity = if by_vendor { Severity::Info } else { Severity::Warning };
    for (name, id) in key.models.iter().flatten().filter(|(name, _)| name.starts_with(&prefix)) {
        let rest = common::named(&name[prefix.len()..]);
        let title = format!("{} in models does not allow {rest}", common::named(name));
        out.finding_if(instance.at(*id, title).map(|finding| finding.only(severity).explain(
            "Bifrost removes the provider prefix before it compares names. The entry is right only if the upstream serves the model under this whole name.",
        ).repair(without_prefix(instance, key, name, &prefix, *id))));
    }
}

/// An alias that is missing from the list: the list is consulted first.
fn aliases(instance: &Instance, version_1: bool, key: &ApiKey, out: &mut Sink) {
    for (alias, _, id) in &key.aliases {
        let unused = |release: Release| {
            release.has_aliases() && !keys::lists(key, alias, release, version_1)
        };
        if instance.holds(unused) == Some(true) {
            let title = format!("the alias {} is not in models", common::named(alias));
            out.finding_if(instance.at_key(*id, title).map(|finding| {
                finding.only(Severity::Warning).explain(
                    "Bifrost checks the list before the alias, so requests for the alias get 400 no keys found that support model.",
                )
                .repair(listed(instance, key, alias))
            }));
        }
    }
}

/// The star alone.
fn only_star(instance: &Instance, key: &ApiKey) -> Option<Fix> {
    let at = instance.member(key.id, &["models"]);
    let fix = Fix::safe(repairs::set_to(&at, "[\"*\"]"));
    instance.edit(fix, vec![Set::Put(at, json!(["*"]))])
}

/// No list, which allows all before 1.5, where the list has nothing else.
fn no_list(instance: &Instance, key: &ApiKey) -> Option<Fix> {
    let at = instance.member(key.id, &["models"]);
    let alone = key.models.as_ref().is_some_and(|models| models.len() == 1);
    let fix = Fix::safe(format!("remove {}", pointer::dotted(&at)));
    instance.edit(fix, vec![Set::Drop(at)]).filter(|_| alone)
}

/// The name as requests have it.
fn without_prefix(
    instance: &Instance,
    key: &ApiKey,
    name: &str,
    prefix: &str,
    id: Id,
) -> Option<Fix> {
    let at = instance.config()?.json.pointer(id);
    let rest = &name[prefix.len()..];
    let there = key.models.iter().flatten().any(|(other, _)| other == rest);
    let why = "the upstream may serve the model under the whole name";
    let fix = Fix::unsafe_as(why, repairs::set_to(&at, &common::named(rest)));
    instance.edit(fix, vec![Set::Put(at, rest.into())]).filter(|_| !there && !rest.is_empty())
}

/// The alias in the list, where there is one.
fn listed(instance: &Instance, key: &ApiKey, alias: &str) -> Option<Fix> {
    let listed = key.models.as_ref().is_some_and(|models| !models.is_empty());
    let at = instance.member(key.id, &["models"]);
    let fix = Fix::safe(format!("add {} to {}", common::named(alias), pointer::dotted(&at)));
    instance.edit(fix, vec![Set::Insert(at, None, alias.into())]).filter(|_| listed)
}
