//! The key that an exporter sends, and what is wrong with it at sight.

use base64::Engine as _;

use super::scrub::Scrubber;
use crate::kube::Hidden;
use crate::langfuse::authorization::{self, AuthorizationFault, LENIENT};

/// The value of an exporter's `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExporterKey {
    header: Hidden,
}

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

    /// What is wrong with it at sight, as the checks judge it.
    pub fn fault(&self) -> Option<AuthorizationFault> {
        authorization::fault_of(self.header.reveal())
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
    use super::AuthorizationFault as Fault;
    use super::*;

    #[test]
    fn a_pair_is_sent_as_the_documentation_has_it() {
        let key = ExporterKey::of_pair("pk-lf-1", "sk-lf-2");
        assert_eq!(key.header().reveal(), "Basic cGstbGYtMTpzay1sZi0y");
        assert_eq!(key.fault(), None);
        assert_eq!(key.public().map(|own| own.reveal().to_owned()).as_deref(), Some("pk-lf-1"));
        assert_eq!(ExporterKey::of_pair("sk-lf-2", "pk-lf-1").fault(), Some(Fault::Swapped));
        assert_eq!(
            ExporterKey::of_pair("pk-lf-1", "sk-lf-2\n").fault(),
            Some(Fault::EncodedLineBreak)
        );
    }
}
