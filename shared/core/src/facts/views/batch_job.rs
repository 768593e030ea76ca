//! What makes pods that end.

use serde_json::Value;

use super::pod_template::PodTemplate;
use crate::facts::fields::{items, part, text, without_nulls};
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

/// A Job or a CronJob, seen as the pods it creates.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchJob {
    pub meta: Meta,
    /// The pod template, or why it cannot be read.
    pub template: Result<PodTemplate, String>,
    /// Where the template's `spec` stands.
    pub at: &'static str,
    /// Whether it has run to its end.
    pub finished: bool,
    /// Kind and name of the object that made it, as a CronJob makes Jobs.
    pub owner: Option<(String, String)>,
}

impl View for BatchJob {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (template, at) = match meta.kind.as_ref() {
            "CronJob" => {
                ("/spec/jobTemplate/spec/template", "/spec/jobTemplate/spec/template/spec")
            }
            _ => ("/spec/template", "/spec/template/spec"),
        };
        let template = object.pointer(template).unwrap_or(&Value::Null);
        Ok(BatchJob {
            meta,
            template: part(&without_nulls(template), "/spec").map_err(|refusal| refusal.message),
            at,
            finished: object["status"]["completionTime"].is_string(),
            owner: items(&object["metadata"]["ownerReferences"])
                .next()
                .map(|owner| (text(owner, "kind"), text(owner, "name"))),
        })
    }
}
