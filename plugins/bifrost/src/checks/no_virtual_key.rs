//! # Every request needs a virtual key, and there is none
//!
//! ## What it means
//! `client.enforce_auth_on_inference` demands a virtual key of every request (up to 1.4.7,
//! `client.enforce_governance_header` does). The configuration has no virtual key that a client
//! could send.
//!
//! ## Why it matters
//! Every request gets 401 `virtual key is required` or `virtual key not found`, until someone makes a
//! key in the UI. If the database is new at every start, that key is lost with the pod.
//!
//! ## Example
//! `"client": {"enforce_auth_on_inference": true}` and no `governance.virtual_keys`.
//!
//! ## Fix safety
//! Unsafe: without the setting everyone who reaches the gateway can use it.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::config::Config;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::virtual_key::KeyCheck;
use igw_core::bifrost::virtual_keys::{self, VirtualKey};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::gojson::Id;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::Release;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0228",
    name: "no-virtual-key",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        let keys = virtual_keys::all(config);
        let demanded = |release: Release| config.demands_key(release);
        let locked = |release: Release| {
            demanded(release).is_some()
                && !keys.iter().any(|key| opens(instance, config, key, release))
        };
        match common::holds(instance, out, locked) {
            Some(true) => {
                let Some(id) = instance.releases().into_iter().find_map(demanded) else { continue };
                let setting = config.json.key(id);
                let title = format!("{setting} demands a virtual key, and the file has none");
                out.finding_if(instance.at_key(id, title).map(|finding| {
                    finding
                        .explain("Every request gets 401, until someone makes a virtual key in the UI. Add one to governance.virtual_keys, or remove the setting.")
                        .effect(401, 1.0, "every model")
                        .repair(open(instance, id))
                }));
            }
            Some(false) => out.passed(),
            None => {}
        }
    }
}

/// Whether a client can use a key.
fn opens(instance: &Instance, config: &Config, key: &VirtualKey, release: Release) -> bool {
    let check = KeyCheck { config, release, env: &instance.env };
    check.usable(key) && (key.active || !release.since(1, 5, 0))
}

fn open(instance: &Instance, id: Id) -> Option<Fix> {
    let at = instance.config()?.json.pointer(id);
    let why = "everyone who reaches the gateway can use it then";
    let fix = Fix::unsafe_as(why, repairs::set_to(&at, "false"));
    instance.edit(fix, vec![Set::Put(at, false.into())])
}
