//! Where a pod may run.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// `resources` of a container.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct ResourceNeeds {
    pub requests: BTreeMap<String, Value>,
    pub limits: BTreeMap<String, Value>,
}

/// `affinity`, as far as it forbids nodes.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Affinity {
    pub node_affinity: Option<NodeAffinity>,
    pub pod_affinity: Option<PodAffinity>,
    pub pod_anti_affinity: Option<PodAffinity>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct NodeAffinity {
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Option<NodeTerms>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeTerms {
    /// One of them has to hold.
    pub node_selector_terms: Vec<NodeTerm>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeTerm {
    pub match_expressions: Vec<LabelExpression>,
    pub match_fields: Vec<LabelExpression>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct LabelExpression {
    pub key: String,
    pub operator: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct PodAffinity {
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Vec<PodAffinityTerm>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodAffinityTerm {
    pub label_selector: Option<PodSelector>,
    /// Empty: that of the pod itself.
    pub namespaces: Vec<String>,
    pub namespace_selector: Option<PodSelector>,
    pub topology_key: String,
}

/// A `labelSelector`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodSelector {
    pub match_labels: BTreeMap<String, String>,
    pub match_expressions: Vec<LabelExpression>,
}

/// What a pod puts up with.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Toleration {
    /// Empty, with `Exists`: any.
    pub key: String,
    /// `Equal` where it is empty.
    pub operator: String,
    pub value: String,
    /// Empty: any.
    pub effect: String,
}

impl LabelExpression {
    /// Whether it holds for a label's value; `None`: with an operator that is not known.
    pub fn holds(&self, value: Option<&str>) -> Option<bool> {
        let among = || value.is_some_and(|value| self.values.iter().any(|own| own == value));
        let number = |text: &str| text.parse::<i64>().ok();
        let compared = || {
            let own = number(value?)?;
            Some((own, number(self.values.first()?)?))
        };
        Some(match self.operator.as_str() {
            "In" => among(),
            "NotIn" => !among(),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            "Gt" => compared().is_some_and(|(own, limit)| own > limit),
            "Lt" => compared().is_some_and(|(own, limit)| own < limit),
            _ => return None,
        })
    }
}

impl PodSelector {
    /// Whether it selects labels.
    pub fn selects<'a>(&self, label: impl Fn(&str) -> Option<&'a str>) -> bool {
        let is = |(key, value): (&String, &String)| label(key) == Some(value.as_str());
        let holds = |own: &LabelExpression| own.holds(label(&own.key)).unwrap_or(false);
        self.match_labels.iter().all(is) && self.match_expressions.iter().all(holds)
    }
}
