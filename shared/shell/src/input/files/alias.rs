//! Aliases as keys: `*app: x`. By the letter of YAML 1.2 the colon belongs to the alias's name; the
//! parser of kubectl, kustomize, Flux and Helm ends the name before it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

#[allow(clippy::unwrap_used, reason = "a constant pattern; the tests run it")]
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)(^[ \t-]*|\{[^{}"'\n]*)\*([A-Za-z0-9_-]+):([ \t\r]|$)"#).unwrap()
});

/// The text with a space before the colon of each alias that is a key.
pub(super) fn spaced(text: &str) -> Cow<'_, str> {
    match text.contains('*') {
        true => KEY.replace_all(text, "$1*$2 :$3"),
        false => Cow::Borrowed(text),
    }
}

/// The text with a plain key in the place of each such alias: every byte stays where it is.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    match text.contains('*') {
        true => KEY.replace_all(text, "${1}a$2:$3"),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_are_changed() {
        let text = "a: &x y\n*x: 1\nb: *x\n- *x: 2\n";
        assert_eq!(spaced(text), "a: &x y\n*x : 1\nb: *x\n- *x : 2\n");
        assert_eq!(plain(text), "a: &x y\nax: 1\nb: *x\n- ax: 2\n");
        assert_eq!(spaced("a: 1"), "a: 1");
        assert_eq!(spaced("labels: {a: b, *x: c}"), "labels: {a: b, *x : c}");
        assert_eq!(plain("labels: {*x: c}"), "labels: {ax: c}");
    }
}
