//! The difference of two texts, as `diff -u` writes it.

use similar::TextDiff;

/// The changed lines with `context` lines around them, headed by two names; empty for equal texts.
pub fn unified(old: (&str, &str), new: (&str, &str), context: usize) -> String {
    let ((old_name, old), (new_name, new)) = (old, new);
    if old == new {
        return String::new();
    }
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(context).header(old_name, new_name).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn changed_lines_stand_in_their_context() {
        let old = "a: 1\nb: 2\nc: 3\nd: 4\n";
        let new = "a: 1\nb: 2\nc: 5\nd: 4\n";
        let diff = super::unified(("x.yaml", old), ("x.yaml", new), 1);
        assert_eq!(diff, "--- x.yaml\n+++ x.yaml\n@@ -2,3 +2,3 @@\n b: 2\n-c: 3\n+c: 5\n d: 4\n");
        assert_eq!(super::unified(("x", old), ("x", old), 3), "");
    }
}
