//! Literal blocks: `|`.

use super::rows::{self, spaces};
use super::scalar;
use super::tree::{NodeId, Tree};

/// Whether a new text is written as a literal block: it has lines, and a block shows them as they
/// are.
pub(super) fn is_for(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n') && holds(text) && !body.ends_with('\n') && !body.starts_with([' ', '\n'])
}

/// Whether a block can hold a text.
fn holds(text: &str) -> bool {
    let body = text.trim_end_matches('\n');
    let blank = |line: &str| !line.is_empty() && line.trim_matches([' ', '\t']).is_empty();
    let strange = |c: char| (c.is_control() && c != '\n' && c != '\t') || scalar::is_special(c);
    !body.is_empty()
        && !text.contains(strange)
        && !body.split('\n').any(blank)
        && !body.starts_with('\t')
}

/// Header and lines of a new block.
pub(super) fn write(text: &str, column: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&spaces(column));
            out.push_str(line);
        }
    }
}

/// A block that is there, taken apart.
pub(super) struct Block<'a> {
    /// The `|` and its signs, in bytes of the document.
    pub(super) header: std::ops::Range<usize>,
    digit: Option<usize>,
    keeps: bool,
    /// What the lines of the content are indented by.
    indent: usize,
    /// How far right the key or dash stands.
    outer: usize,
    /// From the first line to the last that is not blank, with its line break.
    pub(super) lines: std::ops::Range<usize>,
    text: &'a str,
}

impl<'a> Block<'a> {
    /// `None` where tabs make the indentation unclear.
    pub(super) fn of(tree: &Tree<'a>, id: NodeId, step: usize) -> Option<Self> {
        let (text, node) = (tree.text, tree.node(id));
        let rest = &text[node.start..];
        let signs = rest.len()
            - rest.trim_start_matches(|c: char| "|>+-".contains(c) || c.is_ascii_digit()).len();
        let header = node.start..node.start + signs;
        let first = rows::next(text, header.end);
        let lines = first..rows::next(text, node.end).max(first);
        let outer = rows::column(text, tree.head(id))?;
        let digit =
            text[header.clone()].chars().find_map(|c| c.to_digit(10)).map(|digit| digit as usize);
        let own = text[lines.clone()].lines().find(|line| !line.trim_end().is_empty());
        let own = own.map(|line| line.len() - line.trim_start_matches(' ').len());
        let indent = digit.map(|digit| outer + digit).or(own).unwrap_or(outer + step);
        let keeps = text[header.clone()].contains('+');
        Some(Block { header, digit, keeps, indent, outer, lines, text })
    }

    /// The header and the lines of another text in the same form; `None` if the form cannot hold
    /// it. Lines that stay are as they were, white space included.
    pub(super) fn changed(&self, new: &str) -> Option<(String, std::ops::Range<usize>, String)> {
        if !holds(new) {
            return None;
        }
        let body = new.trim_end_matches('\n');
        let breaks = new.len() - body.len();
        let spaced = body.trim_start_matches('\n').starts_with(' ');
        let digit = match self.digit {
            None if spaced => Some((self.indent - self.outer.min(self.indent)).clamp(0, 9))
                .filter(|d| *d > 0 && self.outer + d == self.indent),
            digit => digit,
        };
        if spaced && digit.is_none() {
            return None;
        }
        let sign = match breaks {
            0 => "-",
            1 if !self.keeps => "",
            _ => "+",
        };
        let old_header = &self.text[self.header.clone()];
        let digits = digit.map(|digit| digit.to_string()).unwrap_or_default();
        let header = match old_header == format!("|{sign}{digits}") {
            true => old_header.to_owned(),
            false => format!("|{digits}{sign}"),
        };
        let mut range = self.lines.clone();
        if sign == "+" {
            // Blank lines behind it would become content.
            while range.end < self.text.len() {
                let next = rows::next(self.text, range.end);
                if !self.text[range.end..next].trim().is_empty() {
                    break;
                }
                range.end = next;
            }
        }
        let lines = if breaks == 0 { new } else { &new[..new.len() - 1] };
        Some((header, range.clone(), self.relined(lines, range)))
    }

    fn relined(&self, new: &str, range: std::ops::Range<usize>) -> String {
        let line_break = rows::line_break(self.text);
        let old: Vec<&str> = self.text[range.clone()].lines().collect();
        let new: Vec<&str> = new.split('\n').collect();
        let content = |raw: &str| raw.get(self.indent..).unwrap_or_default().to_owned();
        let alike = |pair: &(&&str, &&str)| content(pair.0) == *pair.1.to_owned();
        let head = old.iter().zip(&new).take_while(alike).count();
        let (old_rest, new_rest) = (&old[head..], &new[head..]);
        let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(alike).count();
        let fresh = new_rest[..new_rest.len() - tail].iter().map(|line| match line.is_empty() {
            true => String::new(),
            false => spaces(self.indent) + line,
        });
        let kept = old[..head].iter().map(|line| (*line).to_owned());
        let rest = old_rest[old_rest.len() - tail..].iter().map(|line| (*line).to_owned());
        let lines: Vec<String> = kept.chain(fresh).chain(rest).collect();
        let ends = self.text[range].ends_with('\n');
        lines.join(line_break) + if ends { line_break } else { "" }
    }
}
