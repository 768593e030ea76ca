//! The grant that a reference across namespaces needs.

use igw_core::facts::Facts;
use igw_core::facts::views::Service;
use igw_core::fix::NewObject;
use igw_core::route::grant::Crossing;
use serde_json::json;

/// The longest name of an object.
const LONGEST: usize = 253;

/// The narrowest one: this kind of route, of this namespace, to this one object.
pub fn grant(facts: &Facts, crossing: &Crossing) -> NewObject {
    let Crossing { from_group, from_kind, from_namespace: from, .. } = *crossing;
    let Crossing { to_group, to_kind, to_namespace: to, to_name, .. } = *crossing;
    let mut name = format!("allow-{from}-{}s-to-{to_name}", from_kind.to_lowercase());
    name.truncate(LONGEST);
    let object = json!({
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": { "name": name, "namespace": to },
        "spec": {
            "from": [{ "group": from_group, "kind": from_kind, "namespace": from }],
            "to": [{ "group": to_group, "kind": to_kind, "name": to_name }],
        },
    });
    // It belongs to the owner of the target.
    let target = facts.store.get::<Service>(to, to_name, |_| ()).known();
    NewObject { object, beside: target.map(|target| target.meta.origin) }
}
