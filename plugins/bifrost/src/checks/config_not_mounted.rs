//! # Bifrost does not find its config.json
//!
//! ## What it means
//! Bifrost reads `config.json` in its app directory (`/app/data` in the image). In this pod the
//! file is in a different place, or missing.
//!
//! ## Why it matters
//! Bifrost starts with `config file not found at path: ..., initializing with default values`,
//! which it does not treat as an error. The gateway then has no providers, and every request gets
//! 400 `failed to get config for provider ...: not found`.
//!
//! ## Example
//! The ConfigMap is mounted at `/config`, and nothing copies the file: mount it with `subPath:
//! config.json` at `/app/data/config.json`.
//!
//! ## Fix safety
//! Unsafe: a mount changes the pod.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3, as observed.

use igw_core::bifrost::instance::Delivery;
use igw_core::bifrost::instances;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Why};
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::place::Place as _;

pub static CHECK: Check = Check {
    code: "IGW0218",
    name: "config-not-mounted",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts).iter().filter(|instance| instance.workload.is_some()) {
        let says = match &instance.delivery {
            Delivery::Mounted | Delivery::Copied | Delivery::Alone => {
                out.passed();
                continue;
            }
            Delivery::Unknown(why) => {
                let why = Why::not_given(why.clone());
                out.not_checked(Kind::ConfigMap, &instance.namespace, why);
                continue;
            }
            Delivery::Elsewhere(at) => format!(
                "its config.json is at {}, where Bifrost does not look",
                igw_core::text::clip(at, 120)
            ),
            Delivery::Missing => "no volume holds a config.json for it".to_owned(),
        };
        let path = instance.container_path("/volumeMounts");
        out.finding(
            instance
                .at_workload(path, says)
                .explain("Bifrost starts with default values and no providers, and logs this only as one info line.")
                .effect(400, 1.0, "every model"),
        );
    }
}
