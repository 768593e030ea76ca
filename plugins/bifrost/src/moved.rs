//! A text of a configuration that becomes a variable out of a new Secret.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::fix::{Fix, MovedSecret, Set};
use igw_core::gojson::Id;
use igw_core::kube::ObjRef;
use serde_json::json;

/// The repair that moves a value out, where a container can be given the variable; `wanted` is the
/// name of the variable, if it is free.
pub fn out(instance: &Instance, id: Id, wanted: &str) -> Option<Fix> {
    let json = &instance.config()?.json;
    let from = instance.inside()?;
    let meta = repairs::pod(&instance.workload.as_ref()?.meta)?;
    let name = free(instance, wanted)?;
    let secret = format!("{}-{}", meta.name, name.to_lowercase().replace('_', "-"));
    let reference = json!({ "secretKeyRef": { "name": secret, "key": name } });
    let pointer = json.pointer(id);
    let why = "whoever could read the ConfigMap knows the value: replace it, too";
    let title = format!("move the value into Secret {secret} and use env.{name}");
    let secret = ObjRef {
        api_version: "v1".into(),
        kind: "Secret".into(),
        namespace: Some(instance.namespace.clone()).filter(|own| !own.is_empty()),
        name: secret,
    };
    let moved = MovedSecret { from, pointer: pointer.clone(), secret, key: name.clone() };
    let fix = Fix::unsafe_as(why, title).move_out(moved);
    let fix = instance.edit(fix, vec![Set::Put(pointer, format!("env.{name}").into())])?;
    instance.edit_pod(fix, vec![instance.variable(&name, &reference)])
}

/// The name of a variable that the container does not have yet.
fn free(instance: &Instance, wanted: &str) -> Option<String> {
    let mut name: String = wanted
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .take(50)
        .collect();
    name = name.trim_matches('_').to_owned();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name = format!("BIFROST_{name}");
    }
    let container = instance.container()?;
    (1..10)
        .map(|number| if number == 1 { name.clone() } else { format!("{name}_{number}") })
        .find(|name| !container.env.iter().any(|own| own.name == *name))
}
