//! What sets the number of pods of a workload.

use serde_json::Value;

use crate::facts::fields::text;
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

/// A HorizontalPodAutoscaler, or KEDA's ScaledObject, which makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaler {
    pub meta: Meta,
    /// `spec.scaleTargetRef`: kind and name.
    pub target: (String, String),
    /// The fewest pods.
    pub least: u64,
    /// The most pods.
    pub most: u64,
}

impl View for Scaler {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let spec = &object["spec"];
        let target = &spec["scaleTargetRef"];
        let kind = match text(target, "kind").as_str() {
            "" => "Deployment".to_owned(),
            kind => kind.to_owned(),
        };
        let number = |names: [&str; 2]| names.iter().find_map(|name| spec[*name].as_u64());
        let least = number(["minReplicas", "minReplicaCount"]).unwrap_or(1);
        let most = number(["maxReplicas", "maxReplicaCount"]).unwrap_or(least).max(least);
        Ok(Scaler { meta, target: (kind, text(target, "name")), least, most })
    }
}
