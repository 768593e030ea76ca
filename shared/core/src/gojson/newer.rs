//! The second dialect of Go's errors: from Go 1.27 on `encoding/json` is built on `json/v2`, which says
//! some of them in other words (`internal/jsonwire/wire.go`; seen with `GOEXPERIMENT=jsonv2`). Values are
//! read alike.

use super::tree::JsonError;

const END: &str = "unexpected end of JSON input";

/// What Go says from 1.27 on of a text at which it stops, where it differs.
pub fn newer(text: &str, error: &JsonError) -> Option<String> {
    if error.ours {
        return None;
    }
    let says = error.says.as_str();
    let rest = says.strip_prefix("invalid character ")?;
    // The quote, and the character or its backslash.
    let skipped: usize = rest.chars().take(2).map(char::len_utf8).sum();
    let (quoted, context) = rest.split_at(skipped + rest[skipped..].find("' ")? + 1);
    let context = context.trim_start();
    let Some(stopped) = text.get(error.at..)?.chars().next() else {
        return (says != END).then(|| END.to_owned());
    };
    if context.contains("escape") {
        let start = text[..error.at].rfind('\\')?;
        return Some(format!("invalid escape sequence {} in string", sequence(&text[start..])));
    }
    let context = match context {
        "after decimal point in numeric literal" | "in exponent of numeric literal" => {
            "in numeric literal"
        }
        "in string literal" => "in string",
        context => context,
    };
    let word = match stopped {
        '\u{feff}' | '\u{80}'..='\u{a0}' | '\u{ad}' => format!("'\\u{:04x}'", u32::from(stopped)),
        stopped if !stopped.is_ascii() => format!("'{stopped}'"),
        _ => quoted.to_owned(),
    };
    let newer = format!("invalid character {word} {context}");
    (newer != says).then_some(newer)
}

/// An escape as far as it is looked at, quoted.
fn sequence(text: &str) -> String {
    let most = if text.starts_with("\\u") { 6 } else { 2 };
    let mut own = String::new();
    for c in text.chars() {
        if own.len() + c.len_utf8() > most && own.len() >= 2 {
            break;
        }
        own.push(c);
    }
    match own.contains(|c: char| c == '`' || c.is_whitespace() || c.is_control()) {
        true => format!("{own:?}"),
        false => format!("`{own}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::parse;
    use super::newer;

    #[test]
    fn both_dialects() {
        for (text, old, new) in [
            (
                r#"{"a":1.}"#,
                "invalid character '}' after decimal point in numeric literal",
                Some("invalid character '}' in numeric literal"),
            ),
            (
                r#"{"a":1e+}"#,
                "invalid character '}' in exponent of numeric literal",
                Some("invalid character '}' in numeric literal"),
            ),
            (
                r#"{"a":"\x"}"#,
                "invalid character 'x' in string escape code",
                Some(r"invalid escape sequence `\x` in string"),
            ),
            (
                r#"{"a":"\u12g4"}"#,
                r"invalid character 'g' in \u hexadecimal character escape",
                Some(r"invalid escape sequence `\u12g4` in string"),
            ),
            (
                "{\"a\":\"\\\n\"}",
                r"invalid character '\n' in string escape code",
                Some(r#"invalid escape sequence "\\\n" in string"#),
            ),
            (
                "{\"a\":\"x\ny\"}",
                r"invalid character '\n' in string literal",
                Some(r"invalid character '\n' in string"),
            ),
            (
                "{\"é\":é}",
                "invalid character 'Ã' looking for beginning of value",
                Some("invalid character 'é' looking for beginning of value"),
            ),
            (
                r#"{"a":t"#,
                "invalid character ' ' in literal true (expecting 'r')",
                Some(super::END),
            ),
            (
                r#"{"a":1."#,
                "invalid character ' ' after decimal point in numeric literal",
                Some(super::END),
            ),
            (r#"{"a":"\"#, "invalid character ' ' in string escape code", Some(super::END)),
            (
                r#"{"a":1,}"#,
                "invalid character '}' looking for beginning of object key string",
                None,
            ),
            (r#"{"a":"x"#, super::END, None),
            (r#"{"a":tr ue}"#, "invalid character ' ' in literal true (expecting 'u')", None),
            (
                r#"{'a':1}"#,
                r"invalid character '\'' looking for beginning of object key string",
                None,
            ),
            (r#"{"a":1 "b":2}"#, "invalid character '\"' after object key:value pair", None),
        ] {
            let error = parse(text).expect_err("an error");
            assert_eq!(error.says, old, "{text}");
            assert_eq!(newer(text, &error).as_deref(), new, "{text}");
        }
    }
}
