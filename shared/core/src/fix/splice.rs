//! Changes of a text: what stands in which range of bytes.

use std::ops::Range;

/// A range of a text, and what is to stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    pub range: Range<usize>,
    pub text: String,
}

impl Splice {
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Splice { range, text: text.into() }
    }

    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Splice::new(at..at, text)
    }

    pub fn delete(range: Range<usize>) -> Self {
        Splice::new(range, "")
    }
}

/// A range of the new text, and what stood there before: what takes a change back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The first byte in the new text.
    pub from: usize,
    /// The byte after the last one in the new text.
    pub to: usize,
    pub old: String,
}

/// A text that changes step by step, and remembers what it was.
#[derive(Debug, Clone)]
pub struct Trail {
    text: String,
    /// In order; no two of them touch.
    undone: Vec<Undone>,
}

impl Trail {
    pub fn new(text: String) -> Self {
        Trail { text, undone: Vec::new() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Makes changes, given in the bytes of the text as it is now; they do not overlap.
    pub fn splice(&mut self, mut splices: Vec<Splice>) {
        splices.sort_by_key(|splice| splice.range.start);
        // From the back: what is before keeps its place.
        splices.iter().rev().for_each(|splice| self.one(splice));
    }

    fn one(&mut self, Splice { range, text }: &Splice) {
        let grown = |at: usize| at + text.len() - range.len();
        let mut merged = Undone { from: range.start, to: range.end, old: String::new() };
        let (mut before, mut after, mut touched) = (Vec::new(), Vec::new(), Vec::new());
        for undone in std::mem::take(&mut self.undone) {
            match undone {
                own if own.to < range.start => before.push(own),
                own if own.from > range.end => after.push(own),
                own => touched.push(own),
            }
        }
        // What stood between and around what was changed before is old text, too.
        let mut at = touched.first().map_or(range.start, |first| first.from.min(range.start));
        merged.from = at;
        for undone in touched {
            merged.old.push_str(&self.text[at..undone.from.max(at)]);
            merged.old.push_str(&undone.old);
            at = undone.to;
        }
        let end = at.max(range.end);
        merged.old.push_str(&self.text[at..end]);
        merged.to = grown(end);
        let moved = after.into_iter().map(|own| Undone {
            from: grown(own.from),
            to: grown(own.to),
            old: own.old,
        });
        self.text.replace_range(range.clone(), text);
        self.undone = before.into_iter().chain([merged]).chain(moved).collect();
    }

    /// The new text, and what takes it back; what is as it was is not among it.
    pub fn finish(mut self) -> (String, Vec<Undone>) {
        let text = self.text;
        self.undone.retain(|own| text[own.from..own.to] != own.old);
        (text, self.undone)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn taken_back(text: &str, undone: &[Undone]) -> String {
        let mut out = text.to_owned();
        for own in undone.iter().rev() {
            out.replace_range(own.from..own.to, &own.old);
        }
        out
    }

    #[test]
    fn neighbours_become_one() {
        let mut trail = Trail::new("abcdef".to_owned());
        trail.splice(vec![Splice::new(1..2, "BB"), Splice::delete(4..5)]);
        assert_eq!(trail.text(), "aBBcdf");
        trail.splice(vec![Splice::new(2..4, "")]);
        let (text, undone) = trail.finish();
        assert_eq!(text, "aBdf");
        assert_eq!(
            undone,
            [
                Undone { from: 1, to: 2, old: "bc".into() },
                Undone { from: 3, to: 3, old: "e".into() }
            ]
        );
    }

    proptest! {
        #[test]
        fn any_trail_leads_back(
            text in "[a-z]{0,20}",
            steps in prop::collection::vec((0_usize..30, 0_usize..5, "[A-Z]{0,4}"), 0..12),
        ) {
            let mut trail = Trail::new(text.clone());
            for (from, length, new) in steps {
                let from = from.min(trail.text().len());
                let to = (from + length).min(trail.text().len());
                trail.splice(vec![Splice::new(from..to, new)]);
            }
            let (new, undone) = trail.finish();
            prop_assert_eq!(taken_back(&new, &undone), text);
        }
    }
}
