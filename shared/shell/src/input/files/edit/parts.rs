//! The documents of a file: YAML, or JSON.

use std::ops::Range;

use serde_json::Value;

use super::super::{json, split, yaml};

/// The documents of a text, as [`super::super::read`] numbers them.
pub(super) struct Parts {
    pub(super) is_json: bool,
    pub(super) ranges: Vec<Range<usize>>,
}

pub(super) const MARK: char = '\u{feff}';

impl Parts {
    /// Takes a text apart; it begins without a byte-order mark.
    pub(super) fn of(text: &str) -> Parts {
        if json::likely("", text)
            && let (found, None) = json::parse(text, 0)
            && !found.is_empty()
        {
            let ranges = found.iter().map(|(document, _)| document.start..document.end);
            return Parts { is_json: true, ranges: ranges.collect() };
        }
        Parts::yaml(text)
    }

    /// The documents of YAML, even if the text is JSON as well.
    pub(super) fn yaml(text: &str) -> Parts {
        let ranges = split::split(text, 0).into_iter().map(|document| {
            // A mark before a later document is no part of its first line.
            let own = &text[document.start..document.end];
            document.end - own.trim_start_matches(MARK).len()..document.end
        });
        Parts { is_json: false, ranges: ranges.collect() }
    }

    pub(super) fn value(&self, text: &str) -> Option<Value> {
        match self.is_json {
            true => serde_json::from_str(text).ok(),
            false => yaml::parse(text).ok(),
        }
    }
}
