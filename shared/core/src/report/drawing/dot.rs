//! A map in the DOT language of Graphviz.

use std::collections::BTreeMap;

use super::value::Drawing;
use crate::report::shown::shown;

impl Drawing {
    /// A graph of Graphviz.
    pub fn dot(&self) -> String {
        dot(self)
    }
}

fn dot(drawing: &Drawing) -> String {
    let mut out = format!("digraph {} {{\n", quoted(&[&drawing.title]));
    out.push_str(
        "  rankdir=LR\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"]\n",
    );
    out.push_str("  edge [fontname=\"sans-serif\", fontsize=10]\n");
    let mut ranks: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (number, node) in drawing.nodes.iter().enumerate() {
        let (ink, ground) = node.mark.colours();
        let label = quoted(&[&node.heading(), &node.note]);
        out.push_str(&format!(
            "  n{number} [label={label}, color=\"{ink}\", fontcolor=\"{ink}\", fillcolor=\"{ground}\"]\n"
        ));
        ranks.entry(node.rank).or_default().push(format!("n{number}"));
    }
    for nodes in ranks.values().filter(|nodes| nodes.len() > 1) {
        out.push_str(&format!("  {{ rank=same; {} }}\n", nodes.join("; ")));
    }
    for edge in drawing.drawn() {
        let label = match edge.label.is_empty() {
            true => String::new(),
            false => format!(" [label={}]", quoted(&[&edge.label])),
        };
        out.push_str(&format!("  n{} -> n{}{label}\n", edge.from, edge.to));
    }
    out + "}\n"
}

/// Lines as a string of DOT, in which Graphviz reads escapes of its own and entities of HTML.
fn quoted(lines: &[&str]) -> String {
    let line =
        |text: &&str| shown(text).replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    let lines: Vec<String> = lines.iter().filter(|text| !text.is_empty()).map(line).collect();
    format!("\"{}\"", lines.join("\\n"))
}
