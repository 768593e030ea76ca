//! Values that come from a patch: they stand there, not where the object does.

use igw_core::kube::Origin;
use serde_json::Value;

use super::outline::Outline;

/// A patch of a kustomization that was applied to an object.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Where it stands: its document, or that of the kustomization.
    pub origin: Origin,
    /// The field of the kustomization that holds it as a text; empty: it is the document.
    pub field: String,
    /// Its text, if it stands in a field.
    pub text: String,
    /// A strategic merge patch, or a list of operations (RFC 6902).
    pub value: Value,
}

impl Patch {
    /// The pointer into the patch that gives an object the value at `pointer`, if it does; `is_own`
    /// tells whether the object has something there without patches.
    pub(super) fn gives(&self, pointer: &str, is_own: impl Fn() -> bool) -> Option<String> {
        match &self.value {
            Value::Array(operations) => {
                let found = operations.iter().enumerate().rev().find_map(|(index, operation)| {
                    let path = operation["path"].as_str()?;
                    // `/-` is behind the last item, whichever number that has.
                    let rest = match path.strip_suffix("/-") {
                        Some(list) => {
                            let item = pointer.strip_prefix(list)?.strip_prefix('/')?;
                            let end = item.find('/').unwrap_or(item.len());
                            (!is_own()).then(|| &item[end..])?
                        }
                        None => pointer.strip_prefix(path)?,
                    };
                    let whole = rest.is_empty() || rest.starts_with('/');
                    whole.then(|| (index, rest.to_owned(), &operation["value"]))
                });
                let (index, rest, value) = found?;
                Some(match value.pointer(&rest) {
                    Some(_) => format!("/{index}/value{rest}"),
                    None => format!("/{index}"),
                })
            }
            value => value.pointer(pointer).map(|_| pointer.to_owned()),
        }
    }

    /// Whether it gives nothing but labels and annotations.
    pub fn only_describes(&self) -> bool {
        let describing = ["/metadata/labels", "/metadata/annotations"];
        match &self.value {
            Value::Array(operations) => operations.iter().all(|operation| {
                let path = operation["path"].as_str().unwrap_or_default();
                describing.iter().any(|own| path.starts_with(own))
            }),
            value => {
                let all = |value: &Value, known: &[&str]| {
                    let members = value.as_object().into_iter().flatten();
                    members.into_iter().all(|(member, _)| known.contains(&member.as_str()))
                };
                all(value, &["apiVersion", "kind", "metadata"])
                    && all(&value["metadata"], &["name", "namespace", "labels", "annotations"])
            }
        }
    }

    /// The line of a pointer in its text, counted from 0.
    pub(super) fn line(&self, pointer: &str) -> usize {
        let outline = Outline::new(&self.text);
        let at = outline.start(&self.text, pointer);
        self.text.get(..at).map_or(0, |before| before.matches('\n').count())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Patch {
        let (field, text) = (String::new(), String::new());
        Patch { origin: Origin::default(), field, text, value }
    }

    #[test]
    fn a_patch_gives_what_it_holds() {
        let merge = of(json!({"spec": {"rules": [{"backendRefs": [{"port": 1}]}]}}));
        let port = "/spec/rules/0/backendRefs/0/port";
        assert_eq!(merge.gives(port, || true).as_deref(), Some(port));
        assert_eq!(merge.gives("/spec/hostnames/0", || true), None);
        let operations = of(json!([
            {"op": "replace", "path": "/spec/rules/0/backendRefs/0", "value": {"port": 1}},
            {"op": "add", "path": "/spec/hostnames", "value": ["a"]},
        ]));
        assert_eq!(operations.gives(port, || true).as_deref(), Some("/0/value/port"));
        assert_eq!(operations.gives("/spec/hostnames/0", || true).as_deref(), Some("/1/value/0"));
        assert_eq!(operations.gives("/spec/parentRefs/0", || true), None);
        let added = of(json!([{"op": "add", "path": "/spec/rules/-", "value": {"name": "x"}}]));
        assert_eq!(added.gives("/spec/rules/2/name", || false).as_deref(), Some("/0/value/name"));
        assert_eq!(added.gives("/spec/rules/0/name", || true), None);
    }
}
