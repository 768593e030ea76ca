//! The key that an exporter sends, and what is wrong with it at sight.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::scrub::Scrubber;
use crate::kube::Hidden;

/// The value of an exporter's `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExporterKey {
    header: Hidden,
}

/// What can be seen of a key without asking anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// A line break in the header: an HTTP parser refuses the whole request.
    LineBreak,
    /// White space inside the base64: GNU `base64` wraps at 76 characters.
    Wrapped,
    /// The pair in clear, not in base64.
    Clear,
    /// A placeholder that was never filled in.
    Placeholder,
    /// Encoded twice.
    Twice,
    /// Secret key before public key.
    Swapped,
    /// The secret ends in a line break: `echo` without `-n`.
    SecretLineBreak,
    /// A line break or space about the public key.
    PublicLineBreak,
    /// More than one colon.
    ExtraColon,
    /// `Bearer` with a secret key or a whole pair.
    BearerNotPublic,
    /// `Bearer` with a public key.
    BearerPublic,
}

/// Missing padding is accepted, as Langfuse does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl ExporterKey {
    pub fn new(header: impl Into<String>) -> ExporterKey {
        ExporterKey { header: Hidden::new(header) }
    }

    /// The header of a pair, as the documentation has it.
    pub fn of_pair(public: &str, secret: &str) -> ExporterKey {
        let pair = LENIENT.encode(format!("{public}:{secret}"));
        ExporterKey::new(format!("Basic {pair}"))
    }

    pub fn header(&self) -> &Hidden {
        &self.header
    }

    /// Whether it is an organisation's or a project's pair as it should be sent.
    pub fn is_basic(&self) -> bool {
        self.header.reveal().starts_with("Basic ")
    }

    fn rest(&self) -> &str {
        self.header.reveal().split_once(' ').map_or("", |(_, rest)| rest)
    }

    /// The pair, decoded.
    fn pair(&self) -> Option<String> {
        let text: String = self.rest().split_whitespace().collect();
        let bytes = LENIENT.decode(text).ok()?;
        String::from_utf8(bytes).ok().filter(|pair| pair.contains(':'))
    }

    /// The public half.
    pub fn public(&self) -> Option<Hidden> {
        let pair = self.pair()?;
        pair.split_once(':').map(|(public, _)| Hidden::new(public))
    }

    /// The first fault that can be seen.
    pub fn fault(&self) -> Option<KeyFault> {
        let header = self.header.reveal();
        let rest = self.rest().trim();
        let coded = |text: &str| LENIENT.decode(text).ok().and_then(|b| String::from_utf8(b).ok());
        if header.contains(['\r', '\n']) {
            return Some(KeyFault::LineBreak);
        }
        if rest.contains(['<', '>']) || rest.contains("${") || rest.contains("$(") {
            return Some(KeyFault::Placeholder);
        }
        if header.starts_with("Bearer ") {
            return Some(match rest.starts_with("pk-") {
                true => KeyFault::BearerPublic,
                false => KeyFault::BearerNotPublic,
            });
        }
        if rest.contains(':') {
            return Some(KeyFault::Clear);
        }
        if rest.contains(char::is_whitespace) {
            return Some(KeyFault::Wrapped);
        }
        let pair = match self.pair() {
            Some(pair) => pair,
            None => {
                let twice = coded(rest).and_then(|once| coded(once.trim()));
                return twice.filter(|pair| pair.contains(':')).map(|_| KeyFault::Twice);
            }
        };
        let (public, secret) = pair.split_once(':').unwrap_or_default();
        if public.starts_with("sk-") && secret.starts_with("pk-") {
            Some(KeyFault::Swapped)
        } else if secret.ends_with(char::is_whitespace) {
            Some(KeyFault::SecretLineBreak)
        } else if public.trim() != public || secret.trim_start() != secret {
            Some(KeyFault::PublicLineBreak)
        } else {
            secret.contains(':').then_some(KeyFault::ExtraColon)
        }
    }

    /// Adds everything that would give it away.
    pub fn hide(&self, scrubber: &mut Scrubber) {
        scrubber.add(self.header.reveal());
        scrubber.add(self.rest());
        for part in self.rest().split_whitespace() {
            scrubber.add(part);
        }
        if let Some((public, secret)) = self.pair().as_deref().and_then(|own| own.split_once(':')) {
            scrubber.add(public);
            scrubber.add(secret);
            for half in secret.split(':') {
                scrubber.add(half);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_seen() {
        let basic = |text: &str| ExporterKey::new(format!("Basic {}", LENIENT.encode(text)));
        let whole = "pk-lf-1:sk-lf-2";
        let wrapped = format!("Basic {} {}", "cGstbGYtMTpz", "ay1sZi0y");
        for (key, fault) in [
            (basic(whole), None),
            (basic("pk-lf-1:sk-lf-2\n"), Some(KeyFault::SecretLineBreak)),
            (basic("\npk-lf-1:sk-lf-2"), Some(KeyFault::PublicLineBreak)),
            (basic("sk-lf-2:pk-lf-1"), Some(KeyFault::Swapped)),
            (basic("pk:sk:extra"), Some(KeyFault::ExtraColon)),
            (basic(&LENIENT.encode(whole)), Some(KeyFault::Twice)),
            (ExporterKey::new(wrapped), Some(KeyFault::Wrapped)),
            (ExporterKey::new(format!("Basic {whole}")), Some(KeyFault::Clear)),
            (ExporterKey::new("Basic ${LANGFUSE_AUTH}"), Some(KeyFault::Placeholder)),
            (ExporterKey::new("Basic cGst\n bGYt"), Some(KeyFault::LineBreak)),
            (ExporterKey::new("Bearer pk-lf-1"), Some(KeyFault::BearerPublic)),
            (ExporterKey::new("Bearer sk-lf-2"), Some(KeyFault::BearerNotPublic)),
        ] {
            assert_eq!(key.fault(), fault, "{}", key.header().reveal());
        }
    }
}
