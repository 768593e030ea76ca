//! What a Bifrost does when it starts, by all that is known.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::prediction::{Prediction, Start};
use igw_core::bifrost::start;
use igw_core::facts::Facts;
use igw_core::kube::ObjRef;
use igw_core::text;
use serde::Serialize;

use crate::codes;
use crate::failed::{FailedPod, PodEnding};
use crate::foretold::{around, foretold};
use crate::observed::failing;

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
        code: code(facts, instance, &found),
        says: Some(found.says).filter(|says| !says.is_empty()).map(|says| text::clean(&says)),
    }
}

/// The check that explains it.
pub fn code(facts: &Facts, instance: &Instance, found: &Prediction) -> Option<&'static str> {
    let failed = failing(facts, instance).filter(|_| found.place.is_none());
    match failed.filter(|failed| found.says == said(failed) && !foretold(facts, instance, failed)) {
        Some(_) => Some(codes::of_a_pod()),
        None => found.cause.map(|cause| codes::check_of(cause).code),
    }
}

/// What a Bifrost does, by all that is known: what a pod shows comes before what manifests leave open.
pub fn prediction(facts: &Facts, instance: &Instance) -> Prediction {
    let found = start::predict(instance, &around(facts));
    let open = matches!(found.start, Start::Listens | Start::Unknown);
    let Some(failed) = failing(facts, instance).filter(|_| open) else { return found };
    let start = match failed.ending {
        PodEnding::Exited => Start::Exits,
        PodEnding::Waits => Start::Hangs,
        PodEnding::Killed => return found,
    };
    let cause = failed.meaning.and_then(|own| own.cause);
    Prediction { start, cause, says: said(failed), place: None }
}

/// What a pod shows, in a sentence.
fn said(failed: &FailedPod) -> String {
    match &failed.meaning {
        Some(meaning) => format!("{}: {}", failed.says(), meaning.says),
        None => failed.says(),
    }
}
