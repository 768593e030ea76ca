//! A map as a picture. Every box has its sentence for whoever does not see it, and the mark is a
//! sign before it is a colour.

use unicode_width::UnicodeWidthStr;

use super::layout::{BOX, DrawnLayout};
use super::value::{Drawing, DrawnEdge, DrawnNode};
use crate::report::Theme;
use crate::report::shown::shown;
use crate::text;

/// How wide a sign is, in pixels; of the fonts that are asked for, none has wider ones.
const SIGN: usize = 8;
/// How many signs of a name or note, and of a label, are shown; the sentence has them all.
const NAME: usize = 44;
const LABEL: usize = 26;
/// Around the whole, and inside of a box.
const EDGE: usize = 16;
const PAD: usize = 12;
/// The least that is between two columns.
const BETWEEN: usize = 56;
/// Above the boxes, for the title.
const TITLE: usize = 34;

/// Where columns begin, and how wide they are.
struct Columns {
    left: Vec<usize>,
    wide: Vec<usize>,
    end: usize,
}

impl Drawing {
    /// A picture that loads nothing, for light and dark pages.
    pub fn svg(&self) -> String {
        svg(self)
    }
}

fn svg(drawing: &Drawing) -> String {
    let layout = DrawnLayout::of(drawing);
    let columns = Columns::of(drawing, &layout);
    let (width, height) = (columns.end, layout.height + TITLE + EDGE);
    let title = escaped(&drawing.title);
    let sentences: Vec<String> = drawing.nodes.iter().map(DrawnNode::sentence).collect();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"igw-map\" role=\"img\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{title}</title>\n<desc>{}</desc>\n<style>{}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"{EDGE}\" y=\"{}\">{title}</text>\n",
        escaped(&sentences.join("; ")),
        include_str!("map.css"),
        EDGE + 8
    );
    for (edge, passes) in drawing.drawn().zip(&layout.passes) {
        line(&mut out, drawing, edge, passes, &layout, &columns);
    }
    for (node, place) in drawing.nodes.iter().zip(&layout.nodes) {
        shape(&mut out, node, *place, &columns);
    }
    out + "</svg>\n"
}

impl Columns {
    fn of(drawing: &Drawing, layout: &DrawnLayout) -> Columns {
        let mut wide = vec![0; layout.columns];
        for (node, (column, _)) in drawing.nodes.iter().zip(&layout.nodes) {
            let longest =
                lines(node).iter().map(|text| signs(text, NAME)).max().unwrap_or_default();
            wide[*column] = wide[*column].max(longest * SIGN + 2 * PAD);
        }
        // Labels stand before the box to which they lead.
        let mut between = vec![BETWEEN; layout.columns];
        for edge in drawing.drawn() {
            let column = layout.nodes[edge.to].0;
            let room = signs(&shown(&edge.label), LABEL) * SIGN + BETWEEN;
            between[column] = between[column].max(room);
        }
        let mut left = Vec::new();
        let mut at = EDGE;
        for (column, wide) in wide.iter().enumerate() {
            at += if column > 0 { between[column] } else { 0 };
            left.push(at);
            at += wide;
        }
        let title = EDGE + signs(&shown(&drawing.title), usize::MAX) * SIGN;
        Columns { left, wide, end: (at + EDGE).max(title + EDGE) }
    }
}

/// A line from box to box, through its places in the columns between.
fn line(
    out: &mut String,
    drawing: &Drawing,
    edge: &DrawnEdge,
    passes: &[(usize, usize)],
    layout: &DrawnLayout,
    columns: &Columns,
) {
    let (from, to) = (layout.nodes[edge.from], layout.nodes[edge.to]);
    let mut at = (columns.left[from.0] + columns.wide[from.0], from.1 + TITLE);
    let mut path = format!("M{} {}", at.0, at.1);
    let mut curve = |x: usize, y: usize, at: &mut (usize, usize)| {
        let half = x.abs_diff(at.0) / 2;
        path.push_str(&format!(
            " C{} {} {} {y} {x} {y}",
            at.0 + half,
            at.1,
            x.saturating_sub(half)
        ));
        *at = (x, y);
    };
    for (column, middle) in passes {
        let (left, y) = (columns.left[*column], middle + TITLE);
        curve(left, y, &mut at);
        curve(left + columns.wide[*column], y, &mut at);
    }
    let (x, y) = (columns.left[to.0], to.1 + TITLE);
    curve(x, y, &mut at);
    let (one, other) = (&drawing.nodes[edge.from], &drawing.nodes[edge.to]);
    let label = shown(&edge.label);
    let with = if label.is_empty() { String::new() } else { format!(", {label}") };
    let sentence = format!("{} {} to {} {}{with}", one.kind, one.name, other.kind, other.name);
    out.push_str(&format!(
        "<g class=\"{}\"><title>{}</title><path d=\"{path}\"/>\
         <path class=\"tip\" d=\"M{} {}l-7 -4v8z\"/>",
        other.mark.word(),
        escaped(&sentence),
        x,
        y
    ));
    if !label.is_empty() {
        let (x, y) = (x.saturating_sub(12), y.saturating_sub(6));
        out.push_str(&format!(
            "<text class=\"label\" x=\"{x}\" y=\"{y}\">{}</text>",
            clipped(&label, LABEL)
        ));
    }
    out.push_str("</g>\n");
}

fn shape(out: &mut String, node: &DrawnNode, (column, middle): (usize, usize), columns: &Columns) {
    let (left, wide) = (columns.left[column], columns.wide[column]);
    let top = middle + TITLE - BOX / 2;
    let [above, name] = lines(node).map(|line| clipped(&line, NAME));
    let (x, first, second) = (left + PAD, top + 20, top + 39);
    out.push_str(&format!(
        "<g class=\"node {}\"><title>{}</title><rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" \
         height=\"{BOX}\" rx=\"8\"/><text class=\"kind\" x=\"{x}\" y=\"{first}\">{above}</text>\
         <text x=\"{x}\" y=\"{second}\">{name}</text></g>\n",
        node.mark.word(),
        escaped(&node.sentence()),
    ));
}

/// What stands in a box: mark, kind and note; the name.
fn lines(node: &DrawnNode) -> [String; 2] {
    let note = if node.note.is_empty() { String::new() } else { format!(": {}", node.note) };
    let glyph = node.mark.glyph(&Theme::PLAIN);
    [shown(&format!("{glyph} {}{note}", node.kind)), shown(&node.name)]
}

/// How many columns of a terminal a text has when it is cut.
fn signs(text: &str, most: usize) -> usize {
    text::clip(text, most).width()
}

fn clipped(text: &str, most: usize) -> String {
    escaped(&text::clip(text, most))
}

/// Text in XML 1.0, which has no place for U+FFFE and U+FFFF.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            ':' => out.push_str("&#58;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
