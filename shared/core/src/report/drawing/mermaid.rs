//! A map as a flowchart of Mermaid, which GitHub and GitLab draw in Markdown. Signs are written as
//! `#NUMBER;`, as Mermaid's "Entity codes to escape characters" has it.

use super::value::{Drawing, DrawnMark};
use crate::report::shown::shown;

impl Drawing {
    /// A flowchart of Mermaid.
    pub fn mermaid(&self) -> String {
        mermaid(self)
    }
}

fn mermaid(drawing: &Drawing) -> String {
    let mut out = String::new();
    if !drawing.title.is_empty() {
        // A title is YAML: in double quotes JSON is YAML, too.
        let title = escaped(&shown(&drawing.title));
        out.push_str(&format!("---\ntitle: \"{title}\"\n---\n"));
    }
    out.push_str("flowchart LR\n");
    for (number, node) in drawing.nodes.iter().enumerate() {
        let mut text = escaped(&node.heading());
        if !node.note.is_empty() {
            text.push_str(&format!("<br/>{}", escaped(&shown(&node.note))));
        }
        out.push_str(&format!("  n{number}[\"{text}\"]:::{}\n", node.mark.word()));
    }
    for edge in drawing.drawn() {
        let label = match edge.label.is_empty() {
            true => String::new(),
            false => format!("|\"{}\"|", escaped(&shown(&edge.label))),
        };
        out.push_str(&format!("  n{} -->{label} n{}\n", edge.from, edge.to));
    }
    for mark in DrawnMark::ALL {
        let (ink, ground) = mark.colours();
        let word = mark.word();
        out.push_str(&format!("  classDef {word} fill:{ground},stroke:{ink},color:{ink}\n"));
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let plain = c.is_alphanumeric() || " -./:,()✓✗?!·…".contains(c);
        match plain {
            true => out.push(c),
            false => out.push_str(&format!("#{};", u32::from(c))),
        }
    }
    // A list of Markdown begins with a number and a full stop.
    out.replacen(". ", "#46; ", usize::from(out.starts_with(|c: char| c.is_ascii_digit())))
}
