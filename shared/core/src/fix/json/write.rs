//! Values as JSON text.

use serde_json::Value;

pub(super) fn string(text: &str) -> String {
    Value::from(text).to_string()
}

pub(super) struct Writer<'a> {
    /// The line break and the unit of indentation, if members have lines of their own.
    pub(super) lines: Option<(&'a str, &'a str)>,
    pub(super) colon: &'a str,
    pub(super) comma: &'a str,
}

impl Writer<'_> {
    pub(super) fn write(&self, value: &Value, indent: &str, out: &mut String) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let entries = members.iter().map(|(name, value)| (Some(name.as_str()), value));
                self.collection(('{', '}'), entries, indent, out);
            }
            Value::Array(items) if !items.is_empty() => {
                self.collection(('[', ']'), items.iter().map(|item| (None, item)), indent, out);
            }
            other => out.push_str(&other.to_string()),
        }
    }

    fn collection<'a>(
        &self,
        (open, close): (char, char),
        entries: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
        indent: &str,
        out: &mut String,
    ) {
        let inner = match self.lines {
            Some((_, unit)) => format!("{indent}{unit}"),
            None => String::new(),
        };
        out.push(open);
        for (index, (name, value)) in entries.enumerate() {
            match self.lines {
                Some((line_break, _)) => {
                    out.push_str(if index > 0 { "," } else { "" });
                    out.push_str(line_break);
                    out.push_str(&inner);
                }
                None => out.push_str(if index > 0 { self.comma } else { "" }),
            }
            if let Some(name) = name {
                out.push_str(&string(name));
                out.push_str(self.colon);
            }
            self.write(value, &inner, out);
        }
        if let Some((line_break, _)) = self.lines {
            out.push_str(line_break);
            out.push_str(indent);
        }
        out.push(close);
    }
}
