//! Secrets by their forms, wherever they stand in a text.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{MASKED, address};

#[allow(clippy::unwrap_used, reason = "constant patterns; the tests run them")]
static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?P<address>[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>`\\]*)"#,
        r#"|(?P<scheme>\b(?i:bearer|basic)\s+)(?P<credential>[A-Za-z0-9._~+/=-]{2,})"#,
        r"|(?P<known>\b(?:sk-|pk-lf-|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|A[KS]IA|AIza|hf_|gsk_|nvapi-)[A-Za-z0-9_-]{4,})",
        r"|(?P<jwt>\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?)",
        r"|(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]*",
    ))
    .unwrap()
});

/// A text without what has the form of a secret: passwords in addresses, bearer tokens, keys of
/// well-known providers, JWTs, private keys.
pub fn text(text: &str) -> Cow<'_, str> {
    FORMS.replace_all(text, |found: &Captures| {
        let part = |name: &str| found.name(name).map(|part| part.as_str());
        if let Some(own) = part("address") {
            return address(own);
        }
        if let (Some(scheme), Some(credential)) = (part("scheme"), part("credential")) {
            // `Basic authentication` is a word.
            let plain = credential.bytes().all(|b| b.is_ascii_lowercase() || b == b'.');
            return match plain {
                true => found[0].to_owned(),
                false => format!("{scheme}{MASKED}"),
            };
        }
        match part("pem") {
            Some(begin) => format!("{begin}{MASKED}"),
            None => MASKED.to_owned(),
        }
    })
}

/// Whether a whole value has such a form.
pub(super) fn is_secret(value: &str) -> bool {
    FORMS
        .captures(value)
        .is_some_and(|found| found.name("address").is_none() && text(value) != value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_tell() {
        for (given, shown) in [
            (
                "see postgres://u:x@h and http://v:y@k",
                "see postgres://<masked>@h and http://<masked>@k",
            ),
            ("Authorization: Bearer s3cr3t", "Authorization: Bearer <masked>"),
            ("Basic dTpw", "Basic <masked>"),
            ("basic authentication", "basic authentication"),
            ("key sk-PLANT22 is", "key <masked> is"),
            ("a eyJhbGciOi.eyJzdWIi.x b", "a <masked> b"),
            ("http://example.com/v1", "http://example.com/v1"),
            ("Bearer <masked>", "Bearer <masked>"),
        ] {
            assert_eq!(text(given), shown);
        }
    }
}
