//! Where a finding stands: in the file, and inside the document that the file holds.

use igw::load::Loaded;
use igw_core::bifrost::config::Config;
use igw_core::bifrost::instance::{Document, Instance};
use igw_core::bifrost::json::{Json, Kind};
use igw_core::finding::{Finding, Inner};
use igw_core::report::{Excerpt, Location};

/// The longest line that is shown.
const MOST_WIDTH: usize = 240;

/// The place of a finding.
pub fn locate(loaded: &Loaded, instances: &[Instance], finding: &Finding) -> Option<Location> {
    let Some(inner) = &finding.inner else {
        let mut found = loaded.locate(finding.origin, &finding.path)?;
        // Arguments and variables of a container may be secrets.
        found.excerpt = None;
        return Some(found);
    };
    let documents = instances.iter().filter_map(|instance| instance.document.as_deref());
    let document = documents.into_iter().find(|document| {
        document.object.reference() == finding.object
            && (document.path == finding.path || document.path.is_empty())
    })?;
    let text = document.text.reveal();
    let place = Place::new(text, inner);
    if document.path.is_empty() {
        let file = document.object.name.clone();
        let excerpt = excerpt(document, inner, place.line);
        return Some(place.location(file, excerpt));
    }
    let outer = loaded.locate(finding.origin, &document.path)?;
    let key = document.path.rsplit('/').next().unwrap_or_default();
    let key = key.replace("~1", "/").replace("~0", "~");
    let own = place.clone().location(key, None);
    let source = loaded.input.files.get(finding.origin.file as usize)?;
    let shifted = shift(&source.text, &outer, text, &place);
    let mut found = shifted.unwrap_or(Location { excerpt: None, ..outer });
    found.excerpt = excerpt(document, inner, found.line);
    found.inner = Some(Box::new(own));
    Some(found)
}

/// A place in a text: lines and columns count from 1.
#[derive(Clone)]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Place {
    fn new(text: &str, inner: &Inner) -> Place {
        let (line, column) = position(text, inner.start);
        let (end_line, end_column) = position(text, inner.end.max(inner.start));
        Place { line, column, end_line, end_column }
    }

    fn location(self, file: String, excerpt: Option<Excerpt>) -> Location {
        let Place { line, column, end_line, end_column } = self;
        Location { file, line, column, end_line, end_column, inner: None, excerpt }
    }
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let head = &text[..text.floor_char_boundary(at)];
    let start = head.rfind('\n').map_or(0, |at| at + 1);
    (head.matches('\n').count() + 1, head[start..].chars().count() + 1)
}

/// The place in the file of a place in a literal block (`|`): the lines are the same, further to
/// the right. `None` where the text is spelled differently, as in quotes.
fn shift(file: &str, outer: &Location, text: &str, place: &Place) -> Option<Location> {
    let line = |text: &str, number: usize| text.lines().nth(number - 1).map(str::to_owned);
    let indent_at = |number: usize| {
        let inside = line(text, number)?;
        let outside = line(file, outer.line + number - 1)?;
        let indent = outside.strip_suffix(inside.as_str())?;
        indent.chars().all(|c| c == ' ').then_some(indent.len())
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

/// The lines of a value, with all texts that may be secrets replaced.
fn excerpt(document: &Document, inner: &Inner, line: usize) -> Option<Excerpt> {
    let config = document.config.as_ref().ok()?;
    // A value in the wrong place may be a secret under a harmless name.
    if document.is_secret() || !document.sound {
        return None;
    }
    let shown = masked(config, inner)?;
    Excerpt::cut(&shown, inner.start, inner.end, line)
}

/// The members whose texts are no secrets.
const SHOWN: [&str; 21] = [
    "$schema",
    "base_provider_type",
    "base_url",
    "collector_url",
    "model_id",
    "model_name",
    "models",
    "name",
    "path",
    "placement",
    "pricing_url",
    "protocol",
    "provider",
    "scope",
    "service_name",
    "source_of_truth",
    "target",
    "trace_type",
    "type",
    "url",
    "id",
];

/// The text with every string replaced that is not known to be harmless; `None` where a line is
/// too long to be shown.
fn masked(config: &Config, inner: &Inner) -> Option<String> {
    let json = &config.json;
    let whole = json.whole();
    let from = whole[..inner.start].rfind('\n').map_or(0, |at| at + 1);
    let from = whole[..from.saturating_sub(1)].rfind('\n').map_or(0, |at| at + 1);
    let to = inner.end + whole[inner.end..].find('\n').unwrap_or(whole.len() - inner.end);
    if whole[from..to].lines().any(|line| line.len() > MOST_WIDTH) {
        return None;
    }
    let mut bytes = whole.as_bytes().to_vec();
    for id in json.strings_between(from, to) {
        let (start, end) = json.range(id);
        if !is_harmless(json, id) {
            bytes[start + 1..end - 1].fill(b'*');
        }
    }
    String::from_utf8(bytes).ok()
}

fn is_harmless(json: &Json, id: usize) -> bool {
    let parent = json.parent(id);
    let key = match json.kind(parent) {
        Kind::List => json.key(parent),
        _ => json.key(id),
    };
    let text = json.spelled(id);
    let plain = !text.contains(['@', '?']) && text.len() < 200;
    SHOWN.iter().any(|shown| key.eq_ignore_ascii_case(shown)) && plain
}
