//! A unit as it stands in its files, without building it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::namespace;
use super::unit::Unit;
use crate::input::files::{Input, Manifest};

/// The manifests of a unit without building it. One that two units have gets a number of its own in
/// the second: its namespace and its patches may differ.
pub fn as_it_stands(
    input: &mut Input,
    unit: &Unit,
    times: &BTreeMap<usize, usize>,
    used: &mut BTreeSet<usize>,
) -> Vec<Manifest> {
    let mut out = Vec::new();
    for (index, own) in &unit.members {
        // What only one unit has, and what nobody builds, need not be copied.
        let alone = unit.to_build.is_none() && times.get(index) == Some(&1);
        let mut manifest = match input.manifests.get_mut(*index) {
            Some(own) if alone => Manifest { value: std::mem::take(&mut own.value), ..*own },
            Some(own) => own.clone(),
            None => continue,
        };
        slim(&mut manifest.value);
        if !used.insert(*index) {
            manifest.origin.document = input.copy_document(manifest.origin.document);
        }
        if let Some(own) = own {
            namespace::set(&mut manifest.value, own);
        }
        out.push(manifest);
    }
    out
}

/// Of a CustomResourceDefinition, which may be large, leaves out the schemas, which no rule reads.
fn slim(value: &mut Value) {
    if value["kind"] != "CustomResourceDefinition" {
        return;
    }
    let versions = value.pointer_mut("/spec/versions").and_then(Value::as_array_mut);
    for version in versions.into_iter().flatten().filter_map(Value::as_object_mut) {
        version.retain(|key, _| ["name", "served", "storage"].contains(&key.as_str()));
    }
}
