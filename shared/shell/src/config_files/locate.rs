//! Where a finding stands: in the file, and inside the document that the file holds.

use std::collections::HashMap;
use std::rc::Rc;

use crate::input::files::Input;
use igw_core::bifrost::document::ConfigDocument;
use igw_core::bifrost::instance::Instance;
use igw_core::facts::Memo;
use igw_core::finding::{Finding, Inner};
use igw_core::kube::{ObjRef, pointer};
use igw_core::report::{Excerpt, Location};

use igw_core::bifrost::shown::masked;

/// The longest line that is shown.
const MOST_WIDTH: usize = 240;

/// Finds places; the lines of each document are computed only once.
pub struct Places<'a> {
    input: &'a Input,
    documents: HashMap<(ObjRef, String), (&'a ConfigDocument, TextLines<'a>)>,
    files: Memo<u32, Rc<TextLines<'a>>>,
}

impl<'a> Places<'a> {
    pub fn new(input: &'a Input, instances: &'a [Instance]) -> Self {
        let documents = instances.iter().filter_map(|instance| instance.document.as_deref());
        let keyed = documents.map(|document| {
            let key = (document.object.reference(), document.path.clone());
            (key, (document, TextLines::new(document.text.reveal())))
        });
        Places { input, documents: keyed.collect(), files: Memo::default() }
    }

    pub fn locate(&self, finding: &Finding) -> Option<Location> {
        let Some(inner) = &finding.inner else {
            let mut found = self.input.location(finding.origin, &finding.path)?;
            // Arguments and variables of a container may be secrets.
            found.excerpt = None;
            return Some(found);
        };
        let embedded = (finding.object.clone(), finding.path.clone());
        let bare = (finding.object.clone(), String::new());
        let (document, lines) =
            self.documents.get(&embedded).or_else(|| self.documents.get(&bare))?;
        let place = lines.place(inner);
        if document.path.is_empty() {
            let file = document.object.name.clone();
            let excerpt = excerpt(document, inner, place.line);
            return Some(place.location(file, excerpt));
        }
        let outer = self.input.location(finding.origin, &document.path)?;
        let (_, key) = pointer::split_last(&document.path)?;
        let own = place.clone().location(key, None);
        let shifted = self.shift(finding.origin.file, &outer, lines, &place);
        // Where the text is spelled differently, its lines are not those of the file.
        let mut found = match shifted {
            Some(shifted) => {
                Location { excerpt: excerpt(document, inner, shifted.line), ..shifted }
            }
            None => Location { excerpt: None, ..outer },
        };
        found.inner = Some(Box::new(own));
        Some(found)
    }

    /// The place in the file of a place in a literal block (`|`): the lines are the same, further
    /// to the right. `None` where the text is spelled differently, as in quotes.
    fn shift(
        &self,
        file: u32,
        outer: &Location,
        inner: &TextLines,
        place: &TextPlace,
    ) -> Option<Location> {
        let text = &self.input.files.get(file as usize)?.text;
        let lines = self.files.get(&file, || Rc::new(TextLines::new(text)));
        let indent_at = |number: usize| {
            let inside = inner.line(number)?;
            let outside = lines.line(outer.line + number - 1)?;
            let indent = outside.strip_suffix(inside)?;
            indent.bytes().all(|byte| byte == b' ').then_some(indent.len())
        };
        let start = indent_at(place.line)?;
        let end = indent_at(place.end_line)?;
        Some(Location {
            file: outer.file.clone(),
            line: outer.line + place.line - 1,
            column: place.column + start,
            end_line: outer.line + place.end_line - 1,
            end_column: place.end_column + end,
            inner: None,
            excerpt: None,
        })
    }
}

struct TextLines<'a> {
    text: &'a str,
    ascii: bool,
    starts: Vec<usize>,
}

impl<'a> TextLines<'a> {
    fn new(text: &'a str) -> Self {
        let newlines = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        TextLines { text, ascii: text.is_ascii(), starts }
    }

    /// A line by number, without its line ending.
    fn line(&self, number: usize) -> Option<&'a str> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let end = self.starts.get(number).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end).map(|line| line.trim_end_matches('\r'))
    }

    fn position(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts[line - 1];
        let column = match self.ascii {
            true => at - start,
            false => self.text[start..at].chars().count(),
        };
        (line, column + 1)
    }

    fn place(&self, inner: &Inner) -> TextPlace {
        let (line, column) = self.position(inner.start);
        let (end_line, end_column) = self.position(inner.end.max(inner.start));
        TextPlace { line, column, end_line, end_column }
    }
}

/// A place in a text: lines and columns count from 1.
#[derive(Clone)]
struct TextPlace {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl TextPlace {
    fn location(self, file: String, excerpt: Option<Excerpt>) -> Location {
        let TextPlace { line, column, end_line, end_column } = self;
        Location { file, line, column, end_line, end_column, inner: None, excerpt }
    }
}

/// The lines of a value, with every possible secret masked.
fn excerpt(document: &ConfigDocument, inner: &Inner, line: usize) -> Option<Excerpt> {
    let config = document.config.as_ref().ok()?;
    // A value in the wrong place may be a secret under a harmless name.
    if document.is_secret() || !document.sound {
        return None;
    }
    let whole = config.json.whole();
    let from = line_start(whole, inner.start, 3)?;
    let to = line_end(whole, inner.start, 5)?;
    let window = masked(&config.json, from, to)?;
    let end = inner.end.min(to);
    Excerpt::cut(&window, inner.start - from, end - from, line)
}

/// The start of a line some lines above; `None` where a line is too long to be shown.
fn line_start(text: &str, at: usize, lines: usize) -> Option<usize> {
    let mut start = at;
    for _ in 0..lines {
        let floor = text.floor_char_boundary(start.saturating_sub(MOST_WIDTH));
        match text[floor..start].rfind('\n') {
            Some(newline) => start = floor + newline,
            None if floor == 0 => return Some(0),
            None => return None,
        }
    }
    Some(start + 1)
}

/// The end of a line some lines below; `None` where a line is too long to be shown.
fn line_end(text: &str, at: usize, lines: usize) -> Option<usize> {
    let mut end = at;
    for number in 0..lines {
        let from = if number == 0 { end } else { end + 1 };
        let from = from.min(text.len());
        let ceiling = text.floor_char_boundary((from + MOST_WIDTH).min(text.len()));
        match text[from..ceiling].find('\n') {
            Some(newline) => end = from + newline,
            None if ceiling == text.len() => return Some(text.len()),
            None => return None,
        }
    }
    Some(end)
}
