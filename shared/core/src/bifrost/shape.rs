//! The Go types of a configuration: what cannot be decoded, and which keys nobody reads.

use crate::facts::Release;

use super::decode::fold;
use super::json::{Id, Json, Kind};

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Anything, or a type that decodes itself.
    Any,
    /// `bool`.
    Flag,
    /// A whole number.
    Whole,
    /// `float64`.
    Float,
    /// `string`.
    Text,
    /// A slice.
    List(&'static Shape),
    /// A map by string.
    Map(&'static Shape),
    /// A struct.
    Struct(&'static Type),
}

/// A Go struct.
#[derive(Debug)]
pub struct Type {
    /// Its name in messages; empty for one that decodes itself, so that its parent is named.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// Whether all its fields are known to us, so that others are unknown to Bifrost.
    pub complete: bool,
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Its type as Go names it.
    pub go: &'static str,
    /// The first release that has it.
    pub since: (u16, u16, u16),
    /// Whether requests fail, or may fail, when it is not read.
    pub vital: bool,
}

/// A value that Go's decoder refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The value.
    pub id: Id,
    /// The whole message.
    pub says: String,
}

/// A key that no field takes.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The member.
    pub id: Id,
    /// The nearest field that has the same parent, and whether requests depend on it.
    pub near: Option<(&'static str, bool)>,
    /// The release that knows it, if it is only too new.
    pub since: Option<(u16, u16, u16)>,
}

/// The first value in the order of the text that does not fit its field.
pub fn mismatch(json: &Json, root: &'static Type, release: Release) -> Option<Mismatch> {
    let mut walk = Walk { json, release, path: Vec::new(), found: None };
    walk.object(Json::ROOT, root, root.name);
    walk.found
}

struct Walk<'a> {
    json: &'a Json,
    release: Release,
    path: Vec<&'static str>,
    found: Option<Mismatch>,
}

impl Walk<'_> {
    fn object(&mut self, id: Id, shape: &'static Type, outer: &'static str) {
        let name = if shape.name.is_empty() { outer } else { shape.name };
        let json = self.json;
        for child in json.children(id) {
            if self.found.is_some() {
                return;
            }
            let key = fold(json.key(child));
            if let Some(field) = shape.fields.iter().find(|field| fold(field.name) == key) {
                self.path.push(field.name);
                self.value(child, &field.shape, field.go, name);
                self.path.pop();
            }
        }
    }

    fn value(&mut self, id: Id, shape: &'static Shape, go: &'static str, owner: &'static str) {
        let kind = self.json.kind(id);
        let fits = match (shape, kind) {
            (_, Kind::Null) | (Shape::Any, _) => return,
            (Shape::Flag, Kind::Bool(_)) | (Shape::Float, Kind::Number) => true,
            (Shape::Text, Kind::Text) => true,
            (Shape::Whole, Kind::Number) => self.json.spelled(id).parse::<i64>().is_ok(),
            (Shape::List(inner), Kind::List) => {
                let item = go.strip_prefix("[]").unwrap_or("string");
                self.json.children(id).for_each(|child| self.nested(child, inner, item, owner));
                true
            }
            (Shape::Map(inner), Kind::Object) => {
                let item = go.strip_prefix("map[string]").unwrap_or(go);
                self.json.children(id).for_each(|child| self.nested(child, inner, item, owner));
                true
            }
            (Shape::Struct(inner), Kind::Object) => {
                self.object(id, inner, owner);
                true
            }
            _ => false,
        };
        if !fits && self.found.is_none() {
            let word = match kind {
                Kind::Number if matches!(shape, Shape::Whole) => {
                    format!("number {}", crate::words::clip(self.json.spelled(id), 20))
                }
                kind => kind.word().to_owned(),
            };
            // The list of models got a type of its own in 1.5.0.
            let go = match go {
                "schemas.WhiteList" if !self.release.since(1, 5, 0) => "[]string",
                go => go,
            };
            let path = self.path.join(".");
            let says = format!(
                "json: cannot unmarshal {word} into Go struct field {owner}.{path} of type {go}"
            );
            self.found = Some(Mismatch { id, says });
        }
    }

    fn nested(&mut self, id: Id, shape: &'static Shape, go: &'static str, owner: &'static str) {
        if self.found.is_none() {
            self.value(id, shape, go, owner);
        }
    }
}

/// The keys that a release does not read, in the order of the text.
pub fn unknown_keys(json: &Json, root: &'static Shape, release: Release) -> Vec<Unknown> {
    let mut out = Vec::new();
    collect(json, Json::ROOT, root, release, &mut out);
    out
}

fn collect(json: &Json, id: Id, shape: &'static Shape, release: Release, out: &mut Vec<Unknown>) {
    match shape {
        Shape::List(inner) | Shape::Map(inner) => {
            json.children(id).for_each(|child| collect(json, child, inner, release, out));
        }
        Shape::Struct(shape) if json.kind(id) == Kind::Object => {
            for child in json.children(id) {
                let key = fold(json.key(child));
                match shape.fields.iter().find(|field| fold(field.name) == key) {
                    Some(field) => {
                        let (major, minor, patch) = field.since;
                        if !release.since(major, minor, patch) {
                            let since = Some(field.since);
                            out.push(Unknown { id: child, near: None, since });
                        }
                        collect(json, child, &field.shape, release, out);
                    }
                    None if shape.complete => {
                        out.push(Unknown { id: child, near: nearest(shape, &key), since: None });
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// The field that somebody may have meant: without separators the same, or two slips away.
fn nearest(shape: &Type, key: &str) -> Option<(&'static str, bool)> {
    let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    let distance = |field: &Field| match plain(field.name) == plain(key) {
        true => 0,
        false => strsim::damerau_levenshtein(field.name, key),
    };
    let best = shape.fields.iter().min_by_key(|field| distance(field))?;
    (distance(best) <= 2 && key.len() > 3).then_some((best.name, best.vital))
}
