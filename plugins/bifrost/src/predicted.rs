//! What a Bifrost does when it starts, by all that is known.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::prediction::{Circumstances, Prediction, Start};
use igw_core::bifrost::said::BifrostSaid;
use igw_core::bifrost::start;
use igw_core::facts::Facts;
use igw_core::kube::ObjRef;
use igw_core::text;
use serde::Serialize;

use crate::codes;

/// What a Bifrost does, for the report.
#[derive(Serialize)]
pub struct Predicted {
    object: Option<ObjRef>,
    version: Option<String>,
    start: Start,
    code: Option<&'static str>,
    says: Option<String>,
}

pub fn predicted(facts: &Facts, instance: &Instance) -> Predicted {
    let found = prediction(facts, instance);
    Predicted {
        object: (instance.subject.kind != "File").then(|| instance.subject.reference()),
        version: instance.release.map(|release| release.to_string()),
        start: found.start,
        code: found.cause.map(|cause| codes::check_of(cause).code),
        says: Some(found.says).filter(|says| !says.is_empty()).map(|says| text::clean(&says)),
    }
}

/// What a Bifrost does, by all that is known.
pub fn prediction(facts: &Facts, instance: &Instance) -> Prediction {
    let internet = facts.store.said.of::<BifrostSaid>().internet;
    start::predict(instance, &Circumstances { internet, ..Circumstances::default() })
}
