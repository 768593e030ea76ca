//! No answer repeats a key: what of it may stand in a text is taken out.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use crate::kube::Hidden;
use crate::mask::MASKED;

/// The texts that must not be shown, longest first.
#[derive(Debug, Clone, Default)]
pub struct Scrubber(Vec<Hidden>);

/// Shorter texts occur in any sentence, and are no secrets.
const SHORTEST: usize = 5;

impl Scrubber {
    /// Adds a secret, in the forms in which a server may repeat it.
    pub fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() < SHORTEST {
            return;
        }
        let coded = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
        let coded = coded.map(|engine| engine.encode(secret));
        let escaped = serde_json::Value::from(secret).to_string();
        let escaped = escaped.trim_matches('"').to_owned();
        for text in coded.into_iter().chain([escaped, percent(secret), secret.to_owned()]) {
            if !self.0.iter().any(|own| own.reveal() == text) {
                self.0.push(Hidden::new(text));
            }
        }
        self.0.sort_by_key(|own| std::cmp::Reverse(own.reveal().len()));
    }

    /// The text without them.
    pub fn clean(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for secret in &self.0 {
            if out.contains(secret.reveal()) {
                out = out.replace(secret.reveal(), MASKED);
            }
        }
        out
    }
}

/// As a query has it.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_every_form() {
        let mut scrubber = Scrubber::default();
        scrubber.add("sk+PLANT/1:x");
        scrubber.add("abc");
        let shown = scrubber.clean("sk+PLANT/1:x sk%2BPLANT%2F1%3Ax c2srUExBTlQvMTp4 abc");
        assert_eq!(shown, "<masked> <masked> <masked> abc");
    }
}
