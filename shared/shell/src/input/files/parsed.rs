//! What reading a document gives.

use std::ops::Range;

use serde_json::Value;

use super::document::Document;
use super::value::YamlNode;
use super::yaml_fault::YamlFault;

#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) document: Document,
    pub(super) value: Result<Value, YamlFault>,
    /// Of a long list, where its items are.
    pub(super) items: Vec<ListItem>,
}

impl Parsed {
    pub(super) fn new(document: Document, value: Result<Value, YamlFault>) -> Parsed {
        Parsed { document, value, items: Vec::new() }
    }
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(super) struct ListItem {
    /// Where its text is, in bytes from the start of the file.
    pub(super) range: Range<usize>,
    /// Whether only its head was kept.
    pub(super) is_head: bool,
}

impl ListItem {
    /// The whole value of an item.
    pub(super) fn read(&self, file: &str, head: Value) -> Value {
        if !self.is_head {
            return head;
        }
        let text = file.get(self.range.clone()).unwrap_or_default();
        // It was read before, without a fault.
        let Ok(YamlNode(mut whole)) = serde_json::from_str::<YamlNode<false>>(text) else {
            return head;
        };
        for name in ["apiVersion", "kind"] {
            whole[name] = head[name].clone();
        }
        whole
    }
}
