//! What goes with an old pod, and is not in the new one.

use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::workload::volume::Data;

use crate::role::Role;
use crate::subject::{self, Restartable};

/// A sentence about what a restart takes away, if there is such a thing.
pub fn says(facts: &Facts, own: &Restartable) -> Option<&'static str> {
    match own.role {
        // kgateway 2.3 and 2.4, as observed, and its issues 11794 and 14264: a proxy that refuses a
        // configuration keeps the last good one in its memory.
        Role::Proxy => Some(
            "If Envoy refuses the present configuration (kubectl igw gateway check --only IGW0612), the running proxy still has the routes of before, and a new one has none.",
        ),
        Role::Bifrost => of_bifrost(facts, own.workload),
        Role::ModelServer if loads_adapters(own.workload) => Some(
            "LoRA adapters that were loaded while it ran (VLLM_ALLOW_RUNTIME_LORA_UPDATING) are gone with the pod.",
        ),
        _ => None,
    }
}

fn of_bifrost(facts: &Facts, workload: &Workload) -> Option<&'static str> {
    let instance = subject::bifrost_of(facts, &workload.meta)?;
    let config = instance.config()?;
    let kept = config.config_store.is("postgres") || !config.has_database();
    let in_pod = matches!(instance.data, Data::Image | Data::Empty);
    (in_pod && !kept).then_some(
        "Its database is in the pod, without a volume that outlives it: what was made in the UI or the API and is not in config.json is gone with the pod.",
    )
}

fn loads_adapters(workload: &Workload) -> bool {
    let containers = workload.template.iter().flat_map(|own| &own.containers);
    let mut vars = containers.flat_map(|own| &own.env);
    vars.any(|var| {
        let value = var.value.as_ref().map(|own| own.reveal().to_ascii_lowercase());
        var.name == "VLLM_ALLOW_RUNTIME_LORA_UPDATING"
            && value.is_some_and(|own| own == "true" || own == "1")
    })
}
