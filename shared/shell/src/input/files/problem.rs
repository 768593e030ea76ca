//! What could not be read, as the user is told.

use igw_core::text;

use crate::exit::Failure;

/// How many characters of a key a message shows.
const SHOWN: usize = 60;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// A sentence whose subject is the file: `cannot be read: permission denied`.
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    /// `a.yaml:3:1`
    pub fn place(&self) -> String {
        let mut place = self.file.clone().unwrap_or_default();
        for number in [self.line, self.column].into_iter().flatten() {
            place.push_str(&format!(":{number}"));
        }
        place
    }

    /// `error: a.yaml:3:1: not valid YAML: …` and its hint.
    pub fn failure(&self) -> Failure {
        let place = self.place();
        let separator = if place.is_empty() { "" } else { ": " };
        let mut failure = Failure::usage(format!("{place}{separator}{}", self.message));
        failure.hints.extend(self.hint.clone());
        failure
    }
}

/// A key, quoted for a message. Long ones are cut: a key may be a value in the wrong place.
pub fn quoted(key: &str) -> String {
    let mut shown: String = text::clean(key).chars().take(SHOWN).collect();
    if key.chars().count() > SHOWN {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cut_and_cleaned() {
        assert_eq!(quoted("name"), "\"name\"");
        assert_eq!(quoted("a\u{1b}[31m\n"), "\"a\u{fffd}[31m\u{fffd}\"");
        assert_eq!(quoted(&"x".repeat(61)), format!("\"{}…\"", "x".repeat(60)));
    }
}
