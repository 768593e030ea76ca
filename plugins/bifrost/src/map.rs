//! What a map of the system shows of a Bifrost.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::otel;
use igw_core::bifrost::prediction::Start;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::facts::Facts;
use igw_core::kube::ObjRef;

use crate::predicted::prediction;

/// Whether it starts.
pub fn start_of(facts: &Facts, instance: &Instance) -> Start {
    prediction(facts, instance).start
}

/// Where it sends its traces. What is given by a variable is not among them.
pub fn collectors(instance: &Instance) -> Vec<String> {
    let entries = instance.config().map(otel::entries).unwrap_or_default();
    let urls = entries.into_iter().filter_map(|entry| entry.url);
    urls.map(|url| url.text.reveal().to_owned()).collect()
}

/// The object that holds its configuration, if it is another one than the workload.
pub fn holder(instance: &Instance) -> Option<ObjRef> {
    Some(instance.inside()?.object)
}
