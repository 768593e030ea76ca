//! What the repairs of the checks share: where they write.

use crate::bifrost::instance::Instance;
use crate::fix::{Fix, FixPlace, Set};
use crate::gojson::{Id, fold};
use crate::kube::{Meta, pointer};
use serde_json::{Value, json};

/// Repairs of an [`Instance`].
pub trait Repairs {
    /// The document that its configuration is, if a repair can write there: base64 is not edited.
    fn inside(&self) -> Option<FixPlace>;

    /// A repair with changes of its configuration.
    fn edit(&self, fix: Fix, sets: Vec<Set>) -> Option<Fix>;

    /// A repair with changes of its workload, if that has a pod template.
    fn edit_pod(&self, fix: Fix, sets: Vec<Set>) -> Option<Fix>;

    /// The place of a member of an object of its configuration: as it is spelled, or as it is to be.
    fn member(&self, parent: Id, names: &[&str]) -> String;

    /// A variable for its container.
    fn variable(&self, name: &str, value: &Value) -> Set;
}

impl Repairs for Instance {
    fn inside(&self) -> Option<FixPlace> {
        let document = self.document.as_ref()?;
        let secret = document.object.kind == "Secret" && !document.path.starts_with("/stringData/");
        let bytes = document.path.starts_with("/binaryData/");
        (!secret && !bytes).then(|| FixPlace::inside(&document.object, document.path.clone()))
    }

    fn edit(&self, fix: Fix, sets: Vec<Set>) -> Option<Fix> {
        Some(fix.change_at(self.inside()?, sets))
    }

    fn edit_pod(&self, fix: Fix, sets: Vec<Set>) -> Option<Fix> {
        Some(fix.change(pod(&self.workload.as_ref()?.meta)?, sets))
    }

    fn member(&self, parent: Id, names: &[&str]) -> String {
        let Some(config) = self.config() else { return String::new() };
        let json = &config.json;
        let (mut at, mut place) = (Some(parent), json.pointer(parent));
        for name in names {
            let own = |id: &Id| fold(json.key(*id)) == fold(name);
            at = at.and_then(|parent| json.children(parent).filter(own).last());
            pointer::push(&mut place, at.map_or(name, |id| json.key(id)));
        }
        place
    }

    fn variable(&self, name: &str, value: &Value) -> Set {
        let mut variable = json!({ "name": name });
        match value {
            Value::Object(_) => variable["valueFrom"] = value.clone(),
            value => variable["value"] = value.clone(),
        }
        Set::Insert(self.container_path("/env"), None, variable)
    }
}

/// The workload, if it is of a kind with a pod template.
pub fn pod(meta: &Meta) -> Option<&Meta> {
    ["Deployment", "StatefulSet", "DaemonSet"].contains(&&*meta.kind).then_some(meta)
}

/// For a title, of an address without a scheme: it may be no address at all, and is not shown.
pub fn with_http(at: &str) -> String {
    format!("put http:// before {}", pointer::dotted(at))
}

/// `set AT to VALUE`, for a title.
pub fn set_to(at: &str, value: &str) -> String {
    format!("set {} to {}", pointer::dotted(at), crate::text::clip(value, 120))
}
