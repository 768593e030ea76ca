//! From a JSON Pointer to a place in the text.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use igw_core::kube::pointer::segments;

use super::document::{Document, Lines};
use super::outline::{NodeKind, Outline, OutlineNode};
use super::source::SourceFile;
use super::yaml;

/// How many nodes a search may go through by way of aliases and merge keys: they may form a circle,
/// or a maze.
const MAX_JUMPS: usize = 1000;

/// A range of a file's text. Lines and columns count from 1, columns count characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    /// The column after the last character.
    pub end_column: usize,
    /// The first byte, counted from the start of [`SourceFile::text`].
    pub start_byte: usize,
    /// The byte after the last one.
    pub end_byte: usize,
}

/// What was looked at last: findings come object by object, and a `kind: List` may be large.
#[derive(Default)]
pub(super) struct Cache(Mutex<LookedAt>);

#[derive(Default)]
struct LookedAt {
    /// The lines of a document.
    lines: Option<(u32, Arc<Lines>)>,
    /// The outline of a part of it, by its first byte.
    outline: Option<((u32, usize), Arc<Outline>)>,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}

impl Cache {
    /// Where what `search` finds in a part of a document stands; `number` is the document's.
    pub(super) fn find(
        &self,
        source: &SourceFile,
        (number, document): (u32, &Document),
        part: Range<usize>,
        search: impl Fn(&Outline, &str) -> Range<usize>,
    ) -> Span {
        let text = document.text(source);
        let inside = source.text.get(part.clone()).unwrap_or_default();
        let (lines, outline) = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let lines = remembered(&mut known.lines, number, || Lines::new(text));
            let of = (number, part.start);
            (lines, remembered(&mut known.outline, of, || Outline::new(inside)))
        };
        let range = search(&outline, inside);
        let (start, end) = (part.start + range.start, part.start + range.end);
        let place = |at: usize| lines.position(document, text, at - document.start);
        let ((line, column), (end_line, end_column)) = (place(start), place(end));
        let (file, start_byte, end_byte) = (source.name.clone(), start, end);
        Span { file, line, column, end_line, end_column, start_byte, end_byte }
    }
}

/// What is remembered of `key`, made anew if it is of another one.
fn remembered<K: PartialEq, T>(
    known: &mut Option<(K, Arc<T>)>,
    key: K,
    make: impl FnOnce() -> T,
) -> Arc<T> {
    match known {
        Some((own, value)) if *own == key => Arc::clone(value),
        _ => Arc::clone(&known.insert((key, Arc::new(make()))).1),
    }
}

/// A node of the path, with its key if it is a field.
#[derive(Clone, Copy)]
struct PathStep {
    key: Option<u32>,
    value: u32,
}

impl Outline {
    /// The first byte of what `pointer` names, from the start of the document.
    pub(super) fn start(&self, text: &str, pointer: &str) -> usize {
        self.value(text, pointer).start
    }

    pub(super) fn value(&self, text: &str, pointer: &str) -> Range<usize> {
        let Some(step) = self.walk(text, pointer) else {
            return 0..0;
        };
        self.extent(text, step.value)
            .or_else(|| self.extent(text, step.key?))
            .unwrap_or_else(|| self.nodes[step.value as usize].range())
    }

    pub(super) fn last_key(&self, text: &str, pointer: &str) -> Range<usize> {
        self.walk(text, pointer)
            .and_then(|step| self.extent(text, step.key?))
            .unwrap_or_else(|| self.value(text, pointer))
    }

    /// Follows `pointer` as far as the text has it.
    fn walk(&self, text: &str, pointer: &str) -> Option<PathStep> {
        self.nodes.first()?;
        let mut step = PathStep { key: None, value: 0 };
        let mut jumps = 0;
        for segment in segments(pointer) {
            let Some(parent) = self.target(step.value, &mut jumps) else {
                break;
            };
            let next = match self.nodes[parent as usize].kind {
                NodeKind::Map => self.field(text, parent, &segment, &mut jumps),
                NodeKind::Seq => segment.parse().ok().and_then(|item| {
                    let value = self.item(parent, item)?;
                    Some(PathStep { key: None, value })
                }),
                _ => None,
            };
            match next {
                Some(next) => step = next,
                None => break,
            }
        }
        Some(step)
    }

    /// The node that an alias stands for; any other node itself.
    fn target(&self, mut index: u32, jumps: &mut usize) -> Option<u32> {
        while self.nodes.get(index as usize)?.kind == NodeKind::Alias {
            *jumps += 1;
            let anchor = self.nodes[index as usize].anchor;
            index = *self.anchors.get(&anchor).filter(|_| *jumps < MAX_JUMPS)?;
        }
        Some(index)
    }

    /// The field of a mapping: as it is spelled, else as a plain key is read (`on` is "true"),
    /// else out of what is merged into it.
    fn field(&self, text: &str, map: u32, name: &str, jumps: &mut usize) -> Option<PathStep> {
        let pairs = || {
            let mut children = self.children(map);
            std::iter::from_fn(move || Some((children.next()?, children.next()?)))
        };
        let found = pairs()
            .find(|(key, _)| self.key(text, *key) == Some(name))
            .or_else(|| pairs().find(|(key, _)| self.reads_as(text, *key, name)));
        if let Some((key, value)) = found {
            return Some(PathStep { key: Some(key), value });
        }
        pairs()
            .filter(|(key, _)| {
                self.nodes[*key as usize].kind == NodeKind::Plain
                    && self.key(text, *key) == Some("<<")
            })
            .find_map(|(_, value)| self.merged(text, value, name, jumps))
    }

    fn reads_as(&self, text: &str, key: u32, name: &str) -> bool {
        let special = |c: char| c.is_ascii_digit() || "+-.yYnNtTfFoO".contains(c);
        self.nodes[key as usize].kind == NodeKind::Plain
            && self
                .key(text, key)
                .filter(|key| key.len() < 40 && key.starts_with(special))
                .and_then(yaml::key)
                .is_some_and(|key| key == name)
    }

    /// A field of the mapping, or of the first of the mappings, that a merge key names.
    fn merged(&self, text: &str, value: u32, name: &str, jumps: &mut usize) -> Option<PathStep> {
        *jumps += 1;
        if *jumps >= MAX_JUMPS {
            return None;
        }
        let target = self.target(value, jumps)?;
        match self.nodes[target as usize].kind {
            NodeKind::Map => self.field(text, target, name, jumps),
            NodeKind::Seq => self
                .children(target)
                .filter(|item| {
                    let target = self.target(*item, &mut 0);
                    target.is_some_and(|item| self.nodes[item as usize].kind == NodeKind::Map)
                })
                .find_map(|item| self.merged(text, item, name, jumps)),
            _ => None,
        }
    }

    /// The text of a node without surrounding white space; `None` if it is not written.
    fn extent(&self, text: &str, index: u32) -> Option<Range<usize>> {
        let node = self.nodes.get(index as usize)?;
        let inside = match node.kind {
            NodeKind::Map | NodeKind::Seq => &self.nodes[index as usize + 1..node.next as usize],
            _ => std::slice::from_ref(node),
        };
        let leaf = |node: &&OutlineNode| {
            !node.is_empty() && !matches!(node.kind, NodeKind::Map | NodeKind::Seq | NodeKind::End)
        };
        let range = match (inside.iter().find(leaf), inside.iter().rfind(leaf)) {
            (Some(first), Some(last)) => first.range().start..last.range().end,
            // {} and []
            _ if !node.is_empty() => node.range().start..inside.last().unwrap_or(node).range().end,
            _ => return None,
        };
        let trimmed = text.get(range.clone())?.trim_end().len();
        (trimmed > 0).then_some(range.start..range.start + trimmed)
    }
}

#[cfg(test)]
mod tests;
