//! Kinds of the Gateway API, out of their table.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use serde_json::Value;

use super::table;
use super::types::Type;

const TABLE: &str = include_str!("gateway-api.tsv");

/// The version that the table is of. Older ones lack fields, and what they require is another thing.
const VERSION: &str = "gateway.networking.k8s.io/v1";

/// The schema of the kind of an object, if the table has it in the object's version; read when the
/// first one of it is met.
pub fn own(object: &Value) -> Option<&'static Type> {
    static READ: OnceLock<Mutex<BTreeMap<String, Option<&'static Type>>>> = OnceLock::new();
    if object["apiVersion"] != VERSION {
        return None;
    }
    let kind = object["kind"].as_str()?;
    let mut known = READ.get_or_init(Mutex::default).lock().ok()?;
    if let Some(found) = known.get(kind) {
        return *found;
    }
    let found = table::read(TABLE, kind);
    // Only kinds of the table are kept: any other name may come.
    if found.is_some() {
        known.insert(kind.to_owned(), found);
    }
    found
}
