//! # Bifrost lists a model that vLLM does not serve
//!
//! ## What it means
//! Bifrost removes the provider prefix, looks for a key that lists the rest, replaces it with its
//! alias if it has one (from 1.5 on), and sends that name unchanged. vLLM answers only to the names
//! in `--served-model-name`, or, without the flag, to the model's own name. Hyphens are never
//! changed on the way.
//!
//! ## Why it matters
//! Clients get 404 `The model ... does not exist.`, type NotFoundError.
//!
//! ## Example
//! `"models": ["llama-8b"]` and a vLLM started with `--served-model-name llama8b`.
//!
//! ## Fix safety
//! Unsafe: the fix can be in the client, in an alias in Bifrost or in a second name at vLLM, which
//! accepts several names.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed. The guide says that Bifrost drops
//! hyphens.

use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::served;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::address::AddressTarget;

use crate::{common, serving};

pub static CHECK: Check = Check {
    code: "IGW0301",
    name: "model-name-mismatch",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, provider) in common::providers(facts) {
        for key in &provider.keys {
            let own = key.server.as_ref().and_then(|server| server.url.as_ref());
            let Some(address) = own.or(provider.base_url.as_ref()) else { continue };
            let Some((url, to)) = common::leads(facts, instance, address) else { continue };
            let serves = match served::serves(facts, &[], address.text.reveal(), &url, &to) {
                Ok(serves) => serves,
                // A name that does not resolve is another check's.
                Err(_) if matches!(to, AddressTarget::NoService { .. }) => continue,
                Err(why) => {
                    let kind = Kind::Workload;
                    out.not_checked(kind, &instance.namespace, Why::not_given(why));
                    continue;
                }
            };
            for (name, id) in key.models.iter().flatten().filter(|(name, _)| name != "*") {
                let alias = key.alias(name);
                let aliased = alias.and_then(|(_, target, _)| target.as_deref());
                let arrives = |release: igw_core::workload::Release| {
                    let sent = aliased.filter(|_| release.has_aliases()).unwrap_or(name);
                    serves.names.iter().any(|served| served == sent)
                };
                match common::holds(instance, out, arrives) {
                    Some(true) => out.passed(),
                    Some(false) => {
                        let shown = common::named(name);
                        let names: Vec<String> =
                            serves.names.iter().map(|n| common::named(n)).collect();
                        let names = igw_core::text::some_of(&names, 4);
                        let title =
                            format!("{shown} is sent to {}, which serves {names}", serves.by);
                        out.finding_if(instance.at(*id, title).map(|finding| finding
                            .explain(format!("Bifrost passes names on unchanged. Send and list {names}, or give the key an alias (from 1.5 on), or let vLLM serve both names with --served-model-name."))
                            .effect(404, 1.0, format!("model {}/{shown}", common::named(&provider.name)))
                            .guide("3", Some("it says that Bifrost drops hyphens, and its fix, serving the name without them, causes the 404"))
                            .repair(serving::meant(facts, instance, key, (name, *id), &to, &serves))));
                    }
                    None => {}
                }
            }
        }
    }
}
