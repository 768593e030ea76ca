//! Secrets in a line of a log.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{MASKED, forms, names};

/// A name with its value: of JSON (also inside of a text of JSON), of an assignment, and in words,
/// where only the plainest names count: `failed to read object keys: EOF` has no secret.
#[allow(clippy::unwrap_used, reason = "constant patterns; the tests run them")]
static PAIRS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?P<json>(?P<json_name>[A-Za-z0-9_.-]+)\\*"\s*:\s*\\*")(?P<json_value>(?:[^"\\]|\\.)+)"#,
        r#"|(?P<is>\b(?P<is_name>[A-Za-z0-9_.-]+)=\\*["'`]?)(?P<is_value>[^\s"'`,;&)}\]\\]+)"#,
        r"|(?P<word>(?i:\b(?:password|passwd|passphrase|secret|token|api[ _-]?key|authorization)))",
        r#"(?P<colon>\s*:\s*["'`]?(?:(?i:bearer|basic)\s+)?)(?P<word_value>[^\s"'`,;]+)"#,
    ))
    .unwrap()
});

/// A line of a log without what has the form of a secret, or the name of one.
pub fn line(line: &str) -> String {
    let shown = forms::text(line);
    PAIRS
        .replace_all(&shown, |found: &Captures| {
            let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
            let (before, name, value) = match (part("json"), part("is")) {
                ("", "") => {
                    (format!("{}{}", part("word"), part("colon")), part("word"), part("word_value"))
                }
                ("", own) => (own.to_owned(), part("is_name"), part("is_value")),
                (own, _) => (own.to_owned(), part("json_name"), part("json_value")),
            };
            // `code=401` is no secret.
            let number = value.len() < 5 && value.bytes().all(|b| b.is_ascii_digit());
            match names::is_secret(name) && !number && !super::has_masked(value) {
                true => format!("{before}{MASKED}"),
                false => found[0].to_owned(),
            }
        })
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_in_lines() {
        for (given, shown) in [
            (
                r#"{"level":"error","password":"hunter2","message":"no"}"#,
                r#"{"level":"error","password":"<masked>","message":"no"}"#,
            ),
            (r#"said {\"api_key\": \"a1\"} to"#, r#"said {\"api_key\": \"<masked>"#),
            ("dial host=db password=hunter2 port=5432", "dial host=db password=<masked> port=5432"),
            ("PGPASSWORD='hunter2' psql", "PGPASSWORD='<masked>' psql"),
            ("Password: hunter2", "Password: <masked>"),
            ("status code=401 token=1234567", "status code=401 token=<masked>"),
            ("Authorization: Bearer abcdef", "Authorization: Bearer <masked>"),
            (
                "failed to remove null keys: attempt to write a readonly database",
                "failed to remove null keys: attempt to write a readonly database",
            ),
            (
                "invalid character '#' looking for beginning of object key string",
                "invalid character '#' looking for beginning of object key string",
            ),
        ] {
            assert_eq!(line(given), shown);
        }
    }
}
