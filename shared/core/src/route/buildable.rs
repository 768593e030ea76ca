//! Whether kgateway can build what a TrafficPolicy asks for, as far as it hangs on Secrets; it replaces
//! the rules of a policy that it cannot build (its plugin `trafficpolicy`).

use serde_json::Value;

use crate::facts::Facts;
use crate::facts::views::*;

/// Whether the Secrets that a policy needs are known to be there.
pub fn has_its_secrets(facts: &Facts, policy: &TrafficPolicy) -> bool {
    let home = policy.meta.namespace.as_str();
    let spec = &policy.spec;
    let credentials = ["apiKeyAuth", "apiKeyAuthentication", "basicAuth"];
    let parts = credentials.into_iter().map(|part| &spec[part]);
    parts.chain([&spec["headerModifiers"]]).all(|part| holds(facts, home, part))
}

/// Whether every reference to a Secret in a value leads to one of the policy's namespace.
fn holds(facts: &Facts, home: &str, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(key, member)| match key.as_str() {
            "secretRef" => {
                let namespace = member["namespace"].as_str().unwrap_or(home);
                let name = member["name"].as_str().unwrap_or_default();
                namespace == home && facts.store.get::<Secret>(home, name, |_| ()).known().is_some()
            }
            "secretSelector" => {
                let labels = member["matchLabels"].as_object();
                let mut secrets = facts.store.known::<Secret>();
                secrets.any(|own| {
                    own.meta.namespace == home
                        && labels
                            .into_iter()
                            .flatten()
                            .all(|(key, value)| own.meta.labels.get(key) == value.as_str())
                })
            }
            _ => holds(facts, home, member),
        }),
        Value::Array(items) => items.iter().all(|item| holds(facts, home, item)),
        _ => true,
    }
}
