//! Scalars as YAML text, such that no reader takes them for something else.

use serde_json::Value;

use super::tree::NodeShape;

/// A scalar or an empty collection in one line; `flow` says that it stands in brackets.
pub(super) fn written(value: &Value, flow: bool) -> String {
    match value {
        Value::String(text) => word(text, flow),
        Value::Number(number) if number.is_f64() => {
            // `1e30` is a word for YAML 1.1.
            serde_saphyr::to_string(number).unwrap_or_default().trim_end().to_owned()
        }
        other => other.to_string(),
    }
}

/// A scalar in the place of another one, whose quotes it keeps where it can.
pub(super) fn in_place(value: &Value, old: NodeShape, flow: bool) -> String {
    match (value, old) {
        (Value::String(text), NodeShape::Single) if fits_single(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        (Value::String(text), NodeShape::Single | NodeShape::Double) => double(text),
        (value, _) => written(value, flow),
    }
}

/// A string or a key: plain if that is safe.
pub(super) fn word(text: &str, flow: bool) -> String {
    match is_plain(text, flow) {
        true => text.to_owned(),
        false => double(text),
    }
}

/// What serde-saphyr writes plain, which quotes the words, numbers and dates of YAML 1.1; and which
/// neither begins as a number does (`30s`, `1Gi`) nor looks escaped.
fn is_plain(text: &str, flow: bool) -> bool {
    let unsigned = text.trim_start_matches(['-', '+', '.']);
    if unsigned.starts_with(|c: char| c.is_ascii_digit()) || text.contains('\\') {
        return false;
    }
    if flow && text.contains([',', '[', ']', '{', '}']) {
        return false;
    }
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let written = serde_saphyr::to_string_with_options(&text, options);
    written.is_ok_and(|written| written.strip_suffix('\n') == Some(text))
}

fn fits_single(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || is_special(c))
}

/// In double quotes; the escapes are those that YAML and JSON share.
pub(super) fn double(text: &str) -> String {
    let json = Value::from(text).to_string();
    if !json.chars().any(|c| c == '\u{7f}' || is_special(c)) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        match c {
            c if c == '\u{7f}' || is_special(c) => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters beyond ASCII that break a line, cannot be seen, or are not allowed as they are.
pub(super) fn is_special(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_reader_may_mistake_is_quoted() {
        let quoted = [
            "on",
            "Yes",
            "n",
            "null",
            "~",
            "",
            "1_000",
            "0x1f",
            "1e3",
            "190:20:30",
            "2026-01-01",
            "=",
            "<<",
            "- a",
            "a: b",
            "a #b",
            " a",
            "*.example.org",
            "&a",
            "!a",
            "%a",
            "@a",
            "30s",
            "-1x",
            "C:\\x",
            "a\nb",
            "a\tb",
            "?",
            "#",
            "{a",
            "[a",
            "'a",
            "\"a",
            "| a",
            "> a",
            "---",
            "...",
        ];
        for text in quoted {
            assert_eq!(word(text, false), Value::from(text).to_string(), "{text}");
        }
        let plain = [
            "a",
            "a.example.com",
            "/v1",
            "env.K",
            "it's",
            "http://x:80/y",
            "Ω ž",
            "-a",
            "x=y",
            "a,b",
        ];
        for text in plain {
            assert_eq!(word(text, false), text);
        }
        assert_eq!(word("a,b", true), "\"a,b\"");
        assert_eq!(word("a\u{85}\u{7f}\u{2028}", false), "\"a\\u0085\\u007f\\u2028\"");
    }

    #[test]
    fn quotes_stay_where_they_can() {
        assert_eq!(in_place(&json!("it's"), NodeShape::Single, false), "'it''s'");
        assert_eq!(in_place(&json!("a\tb"), NodeShape::Single, false), "\"a\\tb\"");
        assert_eq!(in_place(&json!("a"), NodeShape::Double, false), "\"a\"");
        assert_eq!(in_place(&json!(1), NodeShape::Double, false), "1");
        assert_eq!(written(&json!(1e30), false), "1.0e+30");
        assert_eq!(written(&json!({}), true), "{}");
    }
}
