//! The difference of two texts: as `diff -u` writes it, and as what takes it back.

use std::fmt::Write as _;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, DiffOp};
use unicode_segmentation::UnicodeSegmentation as _;

use super::splice::Undone;

/// The changed lines of a file with `context` lines around them; empty for equal texts.
pub fn unified(name: &str, old: &str, new: &str, context: usize) -> String {
    if old == new {
        return String::new();
    }
    let (old, new) = (lines(old), lines(new));
    let mut out = format!("--- {name}\n+++ {name}\n");
    for hunk in similar::group_diff_ops(ops(&old, &new), context) {
        let _ = writeln!(out, "{}", UnifiedHunkHeader::new(&hunk));
        for change in hunk.iter().flat_map(|op| op.iter_changes(&old[..], &new[..])) {
            let line: &str = change.value();
            let _ = write!(out, "{}{line}", change.tag());
            if !line.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// The words of a line, and whether the other line has them not; `None` where the two have little
/// in common.
pub fn words<'a>(own: &'a str, other: &'a str) -> Option<Vec<(&'a str, bool)>> {
    let own: Vec<&str> = own.split_word_bounds().collect();
    let other: Vec<&str> = other.split_word_bounds().collect();
    let ops = ops(&own, &other);
    if similar::diff_ratio(&ops, own.len(), other.len()) < 0.5 {
        return None;
    }
    let changes = ops.iter().flat_map(|op| op.iter_changes(&own[..], &other[..]));
    let of_own = changes.filter(|change| change.tag() != ChangeTag::Insert);
    Some(of_own.map(|change| (change.value(), change.tag() == ChangeTag::Delete)).collect())
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// By the one algorithm: asked for by name, all six of the crate come into the program, each once
/// for every type of input.
fn ops(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), old, new);
    match myers::diff(&mut hook, old, 0..old.len(), new, 0..new.len()) {
        Ok(()) => hook.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
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
    let ops = ops(&lines(old), &lines(new));
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
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
