//! A map as an indented list: what leads where is seen by the indent alone.

use super::value::{Drawing, DrawnMark};
use crate::finding::Severity;
use crate::report::Theme;
use crate::report::shown::shown;

/// How far the indent grows at the most, as a part of the width.
const DEEPEST: usize = 2;

/// A line on its way to be written.
struct Branch<'a> {
    node: usize,
    depth: usize,
    label: &'a str,
}

impl Drawing {
    /// A tree for a terminal; what is reached in more than one way is whole once.
    pub fn text(&self, theme: &Theme) -> String {
        tree(self, theme)
    }
}

fn tree(drawing: &Drawing, theme: &Theme) -> String {
    let mut below: Vec<Vec<(usize, &str)>> = vec![Vec::new(); drawing.nodes.len()];
    let mut has_parent = vec![false; drawing.nodes.len()];
    for edge in drawing.drawn() {
        below[edge.from].push((edge.to, &edge.label));
        has_parent[edge.to] |= edge.from != edge.to;
    }
    let mut written = vec![false; drawing.nodes.len()];
    let mut out = String::new();
    // Those of a circle have no beginning: they come last.
    let roots = (0..drawing.nodes.len()).filter(|node| !has_parent[*node]);
    for root in roots.chain(0..drawing.nodes.len()) {
        if written[root] {
            continue;
        }
        let mut open = vec![Branch { node: root, depth: 0, label: "" }];
        while let Some(branch) = open.pop() {
            let again = written[branch.node] && !below[branch.node].is_empty();
            line(&mut out, drawing, &branch, again, theme);
            if std::mem::replace(&mut written[branch.node], true) {
                continue;
            }
            let next = below[branch.node].iter().rev();
            let depth = branch.depth + 1;
            open.extend(next.map(|(node, label)| Branch { node: *node, depth, label }));
        }
    }
    out
}

fn line(out: &mut String, drawing: &Drawing, branch: &Branch, again: bool, theme: &Theme) {
    let node = &drawing.nodes[branch.node];
    let indent = (2 * branch.depth).min(theme.width / DEEPEST);
    let mark = node.mark.glyph(theme);
    let mark = match node.mark {
        DrawnMark::Good => theme.good(mark),
        DrawnMark::Unknown => theme.severity(Severity::Info, mark),
        DrawnMark::Warning => theme.severity(Severity::Warning, mark),
        DrawnMark::Error => theme.severity(Severity::Error, mark),
    };
    let label = if branch.label.is_empty() { "" } else { &format!("{}: ", branch.label) };
    let again = if again { " (above)" } else { "" };
    let note =
        if node.note.is_empty() || !again.is_empty() { "" } else { &format!("   {}", node.note) };
    let text = shown(&format!("{label}{} {}{again}{note}", node.kind, node.name));
    let wrapped = theme.after(indent + 2, indent + 4, &text);
    out.push_str(&format!("{}{mark} {}\n", " ".repeat(indent), wrapped));
}
