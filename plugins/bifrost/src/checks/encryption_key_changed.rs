//! # The database can be read only with its encryption key
//!
//! ## What it means
//! With an `encryption_key` Bifrost encrypts the keys in its database. If the key is removed later,
//! Bifrost does not start: `failed to decrypt key value: encryption key is not initialized`. If the
//! variable that holds it is not set, Bifrost stores the keys in plain text without a warning.
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
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::Setting;
use igw_core::bifrost::place::Place as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::gojson::GoStruct;
use igw_core::kube::{Hidden, Kind};
use igw_core::page;
use igw_core::workload::env::Var;
use igw_core::workload::volume::Data;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0223",
    name: "encryption-key-changed",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        let found = GoStruct::root(&config.json).text("encryption_key");
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
                out.finding_if(instance.at(id, title).map(|f| f.explain("Bifrost does not report it. If the database was encrypted before, Bifrost does not start.")));
            }
            Some((name, Var::Unset)) => {
                let why = format!("no pod template shows whether {name} is set; --env {name}=...");
                out.not_checked(Kind::Workload, &instance.namespace, Why::not_given(why));
            }
            _ if matches!(instance.data, Data::Claim { .. }) => {
                let title = "the database on the volume can be read only with this encryption key";
                out.finding_if(instance.at(id, title).map(|f| f.only(Severity::Info).explain("Without it Bifrost does not start: failed to decrypt key value: encryption key is not initialized.")));
            }
            _ => out.passed(),
        }
    }
}
