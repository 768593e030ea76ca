//! OpenTelemetry Collectors that the operator runs.

use serde_json::Value;

use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;
use crate::yaml;

/// An OpenTelemetryCollector.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceCollector {
    pub meta: Meta,
    /// `spec.config`: an object in v1beta1, a text before; `None` where it cannot be read.
    pub config: Option<Value>,
    /// Whether that is a text.
    pub in_text: bool,
}

impl View for TraceCollector {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let config = &object["spec"]["config"];
        Ok(TraceCollector {
            meta,
            config: match config {
                Value::Object(_) => Some(config.clone()),
                Value::String(text) => yaml::value(text),
                _ => None,
            },
            in_text: config.is_string(),
        })
    }
}
