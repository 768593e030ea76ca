//! A release of a chart, as Flux and Argo CD write it.

use serde_json::Value;

use crate::facts::chart::chart_of;
use crate::facts::{Notes, View};
use crate::kube::Meta;
use crate::schema::Refusal;

/// A HelmRelease, or an Application of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartRelease {
    pub meta: Meta,
    /// The name of the chart; empty where it has none.
    pub chart: String,
    /// Its version as it is written: `v2.2.2`, `2.2.x`.
    pub version: String,
    /// Where its values stand.
    pub values_at: &'static str,
    /// `controller.resources` of its values.
    pub controller_resources: Option<Value>,
    /// Whether its values have `resources` of their own.
    pub has_resources: bool,
}

impl View for ChartRelease {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let (version, values_at) = match meta.kind.as_ref() {
            "HelmRelease" => ("/spec/chart/spec/version", "/spec/values"),
            _ => ("/spec/source/targetRevision", "/spec/source/helm/valuesObject"),
        };
        let values = object.pointer(values_at).unwrap_or(&Value::Null);
        let version = object.pointer(version).and_then(Value::as_str).unwrap_or_default();
        let resources = &values["controller"]["resources"];
        Ok(ChartRelease {
            chart: chart_of(object, &meta.kind).unwrap_or_default(),
            version: version.to_owned(),
            values_at,
            controller_resources: resources.as_object().map(|_| resources.clone()),
            has_resources: values["resources"].is_object(),
            meta,
        })
    }
}
