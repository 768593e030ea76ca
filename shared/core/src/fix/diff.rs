//! The difference of two texts: as `diff -u` writes it, and as what takes it back.

use similar::{DiffOp, TextDiff};

use super::splice::Undone;

/// The changed lines of a file with `context` lines around them; empty for equal texts.
pub fn unified(name: &str, old: &str, new: &str, context: usize) -> String {
    if old == new {
        return String::new();
    }
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(context).header(name, name).to_string()
}

/// What takes a text back to what it was: ranges of bytes of the new text, in order.
pub fn undoing(old: &str, new: &str) -> Vec<Undone> {
    let starts = |text: &str| -> Vec<usize> {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        [0].into_iter().chain(breaks).collect()
    };
    let (old_starts, new_starts) = (starts(old), starts(new));
    let byte = |starts: &[usize], line: usize, text: &str| {
        starts.get(line).copied().unwrap_or(text.len()).min(text.len())
    };
    let diff = TextDiff::from_lines(old, new);
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let (own, fresh) = (op.old_range(), op.new_range());
            let range = byte(&old_starts, own.start, old)..byte(&old_starts, own.end, old);
            Undone {
                from: byte(&new_starts, fresh.start, new),
                to: byte(&new_starts, fresh.end, new),
                old: old[range].to_owned(),
            }
        })
        .collect()
}

/// The text of before; `None` where a range is none of this text.
pub fn undone(new: &str, changes: &[Undone]) -> Option<String> {
    let mut out = String::new();
    let mut done = 0;
    for change in changes {
        out.push_str(new.get(done..change.from)?);
        out.push_str(&change.old);
        done = change.to;
    }
    out.push_str(new.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn changed_lines_stand_in_their_context() {
        let old = "a: 1\nb: 2\nc: 3\nd: 4\n";
        let new = "a: 1\nb: 2\nc: 5\nd: 4\n";
        let diff = super::unified("x.yaml", old, new, 1);
        assert_eq!(diff, "--- x.yaml\n+++ x.yaml\n@@ -2,3 +2,3 @@\n b: 2\n-c: 3\n+c: 5\n d: 4\n");
        assert_eq!(super::unified("x", old, old, 3), "");
    }

    #[test]
    fn what_is_undone_is_as_it_was() {
        let texts =
            ["", "a", "a\n", "a\nb\n", "b\nc", "é\r\nb\r\n", "a\nb\nc\nd\ne\n", "a\nx\nc\ne"];
        for old in texts {
            for new in texts {
                let changes = super::undoing(old, new);
                assert_eq!(super::undone(new, &changes).as_deref(), Some(old), "{old:?} {new:?}");
            }
        }
    }
}
