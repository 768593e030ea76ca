//! JSON as Go spells it.
//!
//! The API server compares the value of a `test` with the one that is stored byte by byte (evanphx's
//! json-patch, `lazyNode.equal`), and the stored one was just written by Go's `encoding/json`, which
//! escapes what could be HTML, and the line breaks of JavaScript. Spelled otherwise, a text with an `&`
//! is not equal to itself.

use std::io;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// Writes texts as Go does.
struct GoFormatter;

impl Formatter for GoFormatter {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        let mut done = 0;
        for (at, own) in fragment.match_indices(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            CompactFormatter.write_string_fragment(writer, &fragment[done..at])?;
            let code = own.chars().next().map_or(0, u32::from);
            write!(writer, "\\u{code:04x}")?;
            done = at + own.len();
        }
        CompactFormatter.write_string_fragment(writer, &fragment[done..])
    }
}

/// The bytes of a value.
pub fn as_go(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    // Neither the memory nor a `Value` refuses to be written.
    drop(value.serialize(&mut Serializer::with_formatter(&mut out, GoFormatter)));
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn html_is_escaped_and_all_else_as_it_was() {
        let value =
            json!({"a": "cp x && chown <y> é\u{2028}\n\t\"\\\u{8}\u{1}", "n": [1, 0.5, null]});
        let text = String::from_utf8(as_go(&value)).expect("UTF-8");
        let wanted = r#"{"a":"cp x \u0026\u0026 chown \u003cy\u003e é\u2028\n\t\"\\\b\u0001","n":[1,0.5,null]}"#;
        assert_eq!(text, wanted);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
    }
}
