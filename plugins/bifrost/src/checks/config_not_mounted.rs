//! # Bifrost does not find its config.json
//!
//! ## What it means
//! Bifrost reads `config.json` in its app directory (`/app/data` in the image). Here the file is in
//! the pod at another place, or nowhere.
//!
//! ## Why it matters
//! Bifrost starts with `config file not found at path: ..., initializing with default values`,
//! which is no error to it: a gateway without providers, and 400 `failed to get config for provider
//! ...: not found` for every request.
//!
//! ## Example
//! The ConfigMap is mounted at `/config`, and nothing copies the file: mount it with `subPath:
//! config.json` at `/app/data/config.json`.
//!
//! ## Fix safety
//! Unsafe: a mount changes the pod.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as seen.

use igw_core::bifrost::instance::{self, Way};
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::facts::Why;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

/// IGW0218.
pub struct ConfigNotMounted;

static META: Meta = Meta {
    code: "IGW0218",
    name: "config-not-mounted",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("config_not_mounted.rs"),
};

impl Check for ConfigNotMounted {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx).iter().filter(|instance| instance.workload.is_some()) {
            let says = match &instance.way {
                Way::Mounted | Way::Copied | Way::Alone => {
                    out.passed();
                    continue;
                }
                Way::Unknown(why) => {
                    let why = Why::not_given(why.clone());
                    out.not_checked(Kind::ConfigMap, &instance.namespace, why);
                    continue;
                }
                Way::Elsewhere(at) => format!(
                    "its config.json is at {}, where Bifrost does not look",
                    igw_core::words::clip(at, 120)
                ),
                Way::Missing => "no volume holds a config.json for it".to_owned(),
            };
            let path = instance.container_path("/volumeMounts");
            out.finding(
                instance
                    .at_workload(path, says)
                    .explain("Bifrost starts with default values, without any provider, and says so in one info line.")
                    .effect(400, 1.0, "every model"),
            );
        }
    }
}
