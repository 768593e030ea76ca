//! Objects that are read and not taken: they may be what is missing.

use igw_core::facts::{Maker, Makes};
use serde_json::Value;

use super::layout::kind_of;
use super::worlds::Placed;

/// What an example needs may be in another one.
pub fn of_other_examples(world: &[usize], units: &[Placed]) -> Vec<Maker> {
    let others =
        units.iter().enumerate().filter(|(at, unit)| unit.is_example() && !world.contains(at));
    let objects = others.flat_map(|(_, unit)| unit.manifests).map(|own| &own.value);
    let judged =
        objects.filter(|own| kind_of(own).is_some() && own["metadata"]["name"].is_string());
    let maker = |value: &Value| {
        let namespace = value["metadata"]["namespace"].as_str().map(str::to_owned);
        of_object("another example of the directory", namespace, value)
    };
    judged.map(maker).collect()
}

/// An object that may be what is missing, if its name is.
pub fn of_object(title: &str, namespace: Option<String>, value: &Value) -> Maker {
    let name = value["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let makes = kind_of(value).map_or(Makes::Anything, Makes::One);
    Maker { name, by_name: true, makes, ..Maker::of(title, namespace) }
}
