//! # A model that Bifrost lists and vLLM does not serve
//!
//! ## What it means
//! Bifrost takes the provider off the front, looks for a key that lists the rest, puts an alias in
//! its place (from 1.5 on), and sends the name as it is. vLLM answers only to the names of
//! `--served-model-name`, or else to the model's own. No hyphen is ever changed on the way.
//!
//! ## Why it matters
//! Clients get 404 `The model ... does not exist.`, type NotFoundError.
//!
//! ## Example
//! `"models": ["llama-8b"]` and a vLLM that is started with `--served-model-name llama8b`.
//!
//! ## Fix safety
//! Unsafe: the client, an alias in Bifrost or a second name at vLLM can repair it; vLLM takes
//! several names.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen. The guide says that Bifrost drops
//! hyphens.

use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::served;
use igw_core::bifrost::target::Target;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::facts::Why;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::common;

/// IGW0301.
pub struct ModelNameMismatch;

static META: Meta = Meta {
    code: "IGW0301",
    name: "model-name-mismatch",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload, Kind::Service],
    source: include_str!("model_name_mismatch.rs"),
};

impl Check for ModelNameMismatch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            for provider in &config.providers {
                for key in &provider.keys {
                    let own = key.server.as_ref().and_then(|server| server.url.as_ref());
                    let Some(address) = own.or(provider.base_url.as_ref()) else { continue };
                    let Some((url, to)) = common::leads(cx, instance, address) else { continue };
                    let serves = match served::serves(cx, &[], address.text.reveal(), &url, &to) {
                        Ok(serves) => serves,
                        // A name that does not resolve is another check's.
                        Err(_) if matches!(to, Target::NoService { .. }) => continue,
                        Err(why) => {
                            let kind = Kind::Workload;
                            out.not_checked(kind, &instance.namespace, Why::not_given(why));
                            continue;
                        }
                    };
                    for (name, id) in key.models.iter().flatten().filter(|(name, _)| name != "*") {
                        let alias = key.aliases.iter().find(|(alias, ..)| alias == name);
                        let aliased = alias.and_then(|(_, target, _)| target.as_deref());
                        let arrives = |release: igw_core::facts::Release| {
                            let sent = aliased.filter(|_| release.has_aliases()).unwrap_or(name);
                            serves.names.iter().any(|served| served == sent)
                        };
                        match common::holds(instance, out, arrives) {
                            Some(true) => out.passed(),
                            Some(false) => {
                                let shown = common::named(name);
                                let names: Vec<String> =
                                    serves.names.iter().map(|n| common::named(n)).collect();
                                let names = igw_core::words::some_of(&names, 4);
                                let title = format!(
                                    "{shown} is sent to {}, which serves {names}",
                                    serves.by
                                );
                                out.finding_if(instance.at(*id, title).map(|finding| finding
                                    .explain(format!("Names go through letter by letter. Send and list {names}, or give the key an alias (from 1.5 on), or let vLLM serve both names with --served-model-name."))
                                    .effect(404, 1.0, format!("model {}/{shown}", common::named(&provider.name)))
                                    .guide("3", Some("it says that Bifrost drops hyphens, and its cure, to serve the name without, makes the 404"))));
                            }
                            None => {}
                        }
                    }
                }
            }
        }
    }
}
