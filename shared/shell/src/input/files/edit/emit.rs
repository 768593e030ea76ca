//! Values as YAML text in the style of a document. Lines end with `\n` here; the caller makes them
//! the document's.

use serde_json::Value;

use super::literal;
use super::rows::spaces;
use super::scalar;
use super::style::YamlStyle;

/// How far an item stands behind its dash in a new list.
pub(super) const DASH: usize = 2;

impl YamlStyle {
    /// A value whose first character stands in this column; its other lines are indented.
    pub(super) fn block(self, value: &Value, column: usize) -> String {
        let mut out = String::new();
        self.write(value, column, &mut out);
        out
    }

    /// The entry of a map, whose key stands in this column.
    pub(super) fn member(self, name: &str, value: &Value, column: usize) -> String {
        let mut out = String::new();
        self.write_member(name, value, column, &mut out);
        out
    }

    /// An item with its dash in this column.
    pub(super) fn item(self, value: &Value, column: usize, dash: usize) -> String {
        format!("-{}{}", spaces(dash - 1), self.block(value, column + dash))
    }

    /// In which column a collection stands under a key.
    pub(super) fn under(self, value: &Value, key: usize) -> usize {
        key + if value.is_array() { self.list } else { self.step }
    }

    fn write(self, value: &Value, column: usize, out: &mut String) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push('\n');
                        out.push_str(&spaces(column));
                    }
                    self.write_member(name, value, column, out);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push('\n');
                        out.push_str(&spaces(column));
                    }
                    out.push_str(&self.item(item, column, DASH));
                }
            }
            Value::String(text) if self.blocks && literal::is_for(text) => {
                literal::write(text, column, out)
            }
            other => out.push_str(&scalar::written(other, false)),
        }
    }

    fn write_member(self, name: &str, value: &Value, column: usize, out: &mut String) {
        out.push_str(&scalar::word(name, false));
        out.push(':');
        match is_long(value) {
            true => {
                let column = self.under(value, column);
                out.push('\n');
                out.push_str(&spaces(column));
                self.write(value, column, out);
            }
            false => {
                out.push(' ');
                self.write(value, column + self.step, out);
            }
        }
    }
}

/// Whether a value needs lines of its own.
pub(super) fn is_long(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// A value in brackets; `json` is for text in which all keys have double quotes.
pub(super) fn flow(value: &Value, json: bool) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| flow_member(name, value, json));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| flow(item, json));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::String(text) if json => scalar::double(text),
        other => scalar::written(other, true),
    }
}

/// A member of a map in brackets.
pub(super) fn flow_member(name: &str, value: &Value, json: bool) -> String {
    let name = if json { scalar::double(name) } else { scalar::word(name, true) };
    format!("{name}: {}", flow(value, json))
}
