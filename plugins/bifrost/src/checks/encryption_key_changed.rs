//! # The database can be read with one encryption key only
//!
//! ## What it means
//! With an `encryption_key` Bifrost encrypts the keys in its database. When the key is removed
//! later, it does not start: `failed to decrypt key value: encryption key is not initialized`. When
//! the variable that holds it is not set, it stores the keys in the clear and says nothing.
//!
//! ## Why it matters
//! A Secret that is rotated, or not copied to another cluster together with the volume, stops the
//! gateway.
//!
//! ## Example
//! `"encryption_key": "env.BIFROST_ENCRYPTION_KEY"` and no such variable in the Deployment.
//!
//! ## Fix safety
//! Show only.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::config::Setting;
use igw_core::bifrost::decode::Struct;
use igw_core::bifrost::env::Var;
use igw_core::bifrost::volume::Data;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::facts::{Hidden, Why};
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::common;

/// IGW0223.
pub struct EncryptionKeyChanged;

static META: Meta = Meta {
    code: "IGW0223",
    name: "encryption-key-changed",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("encryption_key_changed.rs"),
};

impl Check for EncryptionKeyChanged {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for (instance, config) in common::sound(cx) {
            let found = Struct::root(&config.json).text("encryption_key");
            let Some((text, id)) = found.filter(|(text, _)| !text.is_empty()) else {
                out.passed();
                continue;
            };
            let key = Setting { text: Hidden::new(text), id };
            let variable = key.variable().map(|name| (common::named(name), instance.env.get(name)));
            match variable {
                Some((name, Var::Unset)) if instance.env.given => {
                    let title = format!(
                        "the encryption key is in {name}, which is not set: the database is not encrypted"
                    );
                    out.finding_if(instance.at(id, title).map(|f| f.explain("Bifrost says nothing about it. If the database was encrypted before, it does not start.")));
                }
                Some((name, Var::Unset)) => {
                    let why =
                        format!("no pod template tells whether {name} is set; --env {name}=...");
                    out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why));
                }
                _ if matches!(instance.data, Data::Claim { .. }) => {
                    let title =
                        "the database on the volume can be read with this encryption key only";
                    out.finding_if(instance.at(id, title).map(|f| f.only(Severity::Info).explain("Without it Bifrost does not start: failed to decrypt key value: encryption key is not initialized.")));
                }
                _ => out.passed(),
            }
        }
    }
}
