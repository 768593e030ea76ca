//! The Authorization header, as Langfuse judges it (observed with 4.16.0). Nothing here shows its
//! value.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::workload::variables::UNSEEN;

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationFault {
    LineBreak,
    NotBasic,
    LowerCase,
    Bearer,
    NoScheme,
    Placeholder,
    NotEncoded,
    /// Two spaces after the scheme.
    TwoSpaces,
    /// White space inside of the base64: GNU `base64` wraps at 76 characters.
    Wrapped,
    NotBase64,
    EncodedTwice,
    /// The secret key ends in a line break: `echo` without `-n`.
    EncodedLineBreak,
    /// It ends in another white space.
    EncodedSpace,
    /// White space beside one of the keys, but not at the end.
    KeySpace,
    NoColon,
    Swapped,
    Half,
}

/// Padding may be missing, as observed.
pub(super) const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl AuthorizationFault {
    /// As the predicate of "the Authorization header".
    pub fn says(self) -> &'static str {
        match self {
            AuthorizationFault::LineBreak => "contains a line break",
            AuthorizationFault::NotBasic => "is not Basic, the only scheme that Langfuse accepts",
            AuthorizationFault::LowerCase => "must begin with Basic: the scheme is case-sensitive",
            AuthorizationFault::Bearer => "is Bearer, with which Langfuse refuses to store traces",
            AuthorizationFault::NoScheme => "lacks the word Basic and a space before the base64",
            AuthorizationFault::Placeholder => "is still a placeholder",
            AuthorizationFault::NotEncoded => {
                "is not encoded: it must be the base64 of public-key:secret-key"
            }
            AuthorizationFault::TwoSpaces => "has two spaces before the base64",
            AuthorizationFault::Wrapped => "has a space inside of the base64",
            AuthorizationFault::NotBase64 => "is not base64",
            AuthorizationFault::EncodedTwice => "was encoded twice",
            AuthorizationFault::EncodedLineBreak => "was encoded together with a line break",
            AuthorizationFault::EncodedSpace => "was encoded together with a space at its end",
            AuthorizationFault::KeySpace => "has a line break or space beside one of the keys",
            AuthorizationFault::NoColon => "has no colon between the two keys",
            AuthorizationFault::Swapped => "has the two keys swapped",
            AuthorizationFault::Half => "lacks one of the two keys",
        }
    }

    /// The answer: the status and the text of `message`, if there is one.
    pub fn answer(self) -> (u16, &'static str) {
        match self {
            AuthorizationFault::LineBreak => (400, ""),
            AuthorizationFault::NotBasic
            | AuthorizationFault::LowerCase
            | AuthorizationFault::NoScheme => (401, "Invalid authorization header"),
            AuthorizationFault::Bearer => (401, "Invalid public key"),
            AuthorizationFault::Placeholder | AuthorizationFault::NotEncoded => {
                (401, "Invalid character")
            }
            AuthorizationFault::NotBase64 => (401, "Invalid character"),
            AuthorizationFault::TwoSpaces
            | AuthorizationFault::EncodedTwice
            | AuthorizationFault::NoColon
            | AuthorizationFault::Half => (401, "Invalid authorization header"),
            // Of a base64 with a space Langfuse reads only what stands before it.
            AuthorizationFault::EncodedLineBreak
            | AuthorizationFault::EncodedSpace
            | AuthorizationFault::KeySpace
            | AuthorizationFault::Wrapped
            | AuthorizationFault::Swapped => (401, "Invalid credentials"),
        }
    }
}

/// What is wrong with a header's value, as it is sent; parts that are not known count as good.
pub fn fault_of(header: &str) -> Option<AuthorizationFault> {
    use AuthorizationFault as Fault;
    if header.contains(['\n', '\r']) {
        return Some(Fault::LineBreak);
    }
    let header = header.trim_start_matches(' ');
    if header.starts_with(UNSEEN) {
        return None;
    }
    let Some((scheme, pair)) = header.split_once([' ', '\t']) else {
        let whole = header.contains(UNSEEN) || header.is_empty();
        return (!whole).then(|| match is_placeholder(header) {
            true => Fault::Placeholder,
            false => Fault::NoScheme,
        });
    };
    match scheme {
        "Basic" => {}
        _ if scheme.eq_ignore_ascii_case("basic") => return Some(Fault::LowerCase),
        _ if scheme.eq_ignore_ascii_case("bearer") => return Some(Fault::Bearer),
        _ => return Some(Fault::NotBasic),
    }
    if is_placeholder(pair) {
        return Some(Fault::Placeholder);
    }
    if pair.contains(UNSEEN) {
        return pair.contains(':').then_some(Fault::NotEncoded);
    }
    let bare = pair.trim_end();
    if bare.contains(':') {
        return Some(Fault::NotEncoded);
    }
    if bare.starts_with([' ', '\t']) {
        return Some(Fault::TwoSpaces);
    }
    if bare.contains([' ', '\t']) {
        return Some(Fault::Wrapped);
    }
    let Ok(decoded) = LENIENT.decode(bare) else { return Some(Fault::NotBase64) };
    let Ok(decoded) = String::from_utf8(decoded) else { return Some(Fault::NotBase64) };
    match decoded.split_once(':') {
        _ if decoded.ends_with(['\n', '\r']) => Some(Fault::EncodedLineBreak),
        None if LENIENT.decode(&decoded).is_ok_and(|inner| inner.contains(&b':')) => {
            Some(Fault::EncodedTwice)
        }
        None => Some(Fault::NoColon),
        Some((public, secret)) if public.is_empty() || secret.is_empty() => Some(Fault::Half),
        Some((public, secret)) if public.starts_with("sk-") && secret.starts_with("pk-") => {
            Some(Fault::Swapped)
        }
        Some((_, secret)) if secret.ends_with(char::is_whitespace) => Some(Fault::EncodedSpace),
        Some((public, secret)) if public.trim() != public || secret.trim_start() != secret => {
            Some(Fault::KeySpace)
        }
        Some(_) => None,
    }
}

fn is_placeholder(text: &str) -> bool {
    text.contains(['<', '>', '$', '{'])
}

#[cfg(test)]
mod tests {
    use super::AuthorizationFault as Fault;
    use super::*;
    use base64::prelude::BASE64_STANDARD;

    #[test]
    fn headers_are_judged_as_observed() {
        let basic = |pair: &str| fault_of(&format!("Basic {}", BASE64_STANDARD.encode(pair)));
        assert_eq!(basic("pk-lf-1:sk-lf-1"), None);
        assert_eq!(basic("pk-lf-1:sk-lf-1:more"), None);
        assert_eq!(basic("sk-lf-1:pk-lf-1"), Some(Fault::Swapped));
        assert_eq!(basic("pk-lf-1:sk-lf-1\n"), Some(Fault::EncodedLineBreak));
        assert_eq!(basic("pk-lf-1"), Some(Fault::NoColon));
        assert_eq!(basic("pk-lf-1:"), Some(Fault::Half));
        assert_eq!(basic(&BASE64_STANDARD.encode("pk:sk")), Some(Fault::EncodedTwice));
        assert_eq!(fault_of("Basic cGstbGYtYTpzay1sZi1i"), None);
        assert_eq!(fault_of("Basic cGstbGYtYTpzay1sZi1iYg"), None);
        assert_eq!(fault_of("basic cGstbGYtYTpzay1sZi1i"), Some(Fault::LowerCase));
        assert_eq!(fault_of("cGstbGYtYTpzay1sZi1i"), Some(Fault::NoScheme));
        assert_eq!(fault_of("Bearer sk-lf-1"), Some(Fault::Bearer));
        assert_eq!(fault_of("Basic pk-lf-a:sk-lf-b"), Some(Fault::NotEncoded));
        assert_eq!(fault_of("Basic ${AUTH}"), Some(Fault::Placeholder));
        assert_eq!(fault_of("Basic <BASE64(pk:sk)>"), Some(Fault::Placeholder));
        assert_eq!(fault_of("Basic  cGstbGYtYTpzay1sZi1i"), Some(Fault::TwoSpaces));
        assert_eq!(fault_of("Basic cGstbGYt YTpzay1sZi1i"), Some(Fault::Wrapped));
        assert_eq!(basic("\npk-lf-1:sk-lf-1"), Some(Fault::KeySpace));
        assert_eq!(basic("pk-lf-1:sk-lf-1 "), Some(Fault::EncodedSpace));
        assert_eq!(fault_of("Basic a\nb"), Some(Fault::LineBreak));
        assert_eq!(fault_of(&format!("Basic {UNSEEN}")), None);
        assert_eq!(fault_of(&UNSEEN.to_string()), None);
    }
}
