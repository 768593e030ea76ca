//! The Go types of a configuration: what cannot be decoded, and which keys nobody reads.

use crate::gojson::{Id, Json, JsonKind, fold};
use crate::workload::Release;

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Anything, or a type that decodes itself.
    Any,
    /// `bool`.
    Flag,
    Whole,
    /// `float64`.
    Float,
    /// `string`.
    Text,
    List(&'static Shape),
    /// A map by string.
    Map(&'static Shape),
    Struct(&'static GoType),
}

/// A Go struct.
#[derive(Debug)]
pub struct GoType {
    /// Its name in messages; empty if it decodes itself, so that its parent is named.
    pub name: &'static str,
    pub fields: &'static [GoField],
    /// Whether all its fields are known to us, so that others are unknown to Bifrost.
    pub complete: bool,
}

#[derive(Debug)]
pub struct GoField {
    /// Its name in JSON.
    pub name: &'static str,
    pub shape: Shape,
    /// Its type as Go names it.
    pub go: &'static str,
    /// The first release that has it.
    pub since: (u16, u16, u16),
    /// The first release that has it no longer, and what that reads instead.
    pub until: Option<((u16, u16, u16), &'static str)>,
    /// Whether requests fail, or may fail, when it is not read.
    pub vital: bool,
}

/// A value that Go's decoder refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    pub id: Id,
    pub says: String,
}

/// A key that no field takes.
#[derive(Debug, Clone)]
pub struct Unknown {
    pub id: Id,
    /// The nearest field that has the same parent, and whether requests depend on it.
    pub near: Option<(&'static str, bool)>,
    /// The release that introduced it, if this one is too old for it.
    pub since: Option<(u16, u16, u16)>,
    /// The release that dropped it, if this one is too new for it, and what that reads instead.
    pub until: Option<((u16, u16, u16), &'static str)>,
}

/// The first value in the order of the text that does not fit its field.
pub fn mismatch(json: &Json, root: &'static GoType, release: Release) -> Option<Mismatch> {
    let mut walk = TypeWalk { json, release, path: Vec::new(), found: None };
    walk.object(Json::ROOT, root, root.name);
    walk.found
}

struct TypeWalk<'a> {
    json: &'a Json,
    release: Release,
    path: Vec<&'static str>,
    found: Option<Mismatch>,
}

impl TypeWalk<'_> {
    fn object(&mut self, id: Id, shape: &'static GoType, outer: &'static str) {
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
            (_, JsonKind::Null) | (Shape::Any, _) => return,
            (Shape::Flag, JsonKind::Bool(_)) | (Shape::Float, JsonKind::Number) => true,
            (Shape::Text, JsonKind::Text) => true,
            (Shape::Whole, JsonKind::Number) => self.json.spelled(id).parse::<i64>().is_ok(),
            (Shape::List(inner), JsonKind::List) => {
                let item = go.strip_prefix("[]").unwrap_or("string");
                self.json.children(id).for_each(|child| self.nested(child, inner, item, owner));
                true
            }
            (Shape::Map(inner), JsonKind::Object) => {
                let item = go.strip_prefix("map[string]").unwrap_or(go);
                self.json.children(id).for_each(|child| self.nested(child, inner, item, owner));
                true
            }
            (Shape::Struct(inner), JsonKind::Object) => {
                self.object(id, inner, owner);
                true
            }
            _ => false,
        };
        if !fits && self.found.is_none() {
            let word = match kind {
                JsonKind::Number if matches!(shape, Shape::Whole) => {
                    format!("number {}", crate::text::clip(self.json.spelled(id), 20))
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
        Shape::Struct(shape) if json.kind(id) == JsonKind::Object => {
            for child in json.children(id) {
                let key = fold(json.key(child));
                match shape.fields.iter().find(|field| fold(field.name) == key) {
                    Some(field) => {
                        let (major, minor, patch) = field.since;
                        if !release.since(major, minor, patch) {
                            let since = Some(field.since);
                            out.push(Unknown { id: child, near: None, since, until: None });
                        }
                        if let Some(((major, minor, patch), _)) = field.until
                            && release.since(major, minor, patch)
                            && !is_off(json, child)
                        {
                            let until = field.until;
                            out.push(Unknown { id: child, near: None, since: None, until });
                        }
                        collect(json, child, &field.shape, release, out);
                    }
                    None if shape.complete => {
                        let near = nearest(shape, &key);
                        out.push(Unknown { id: child, near, since: None, until: None });
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// Whether a value asks for nothing, so that it does not matter who reads it.
fn is_off(json: &Json, id: Id) -> bool {
    match json.kind(id) {
        JsonKind::Null | JsonKind::Bool(false) => true,
        JsonKind::List | JsonKind::Object => json.children(id).next().is_none(),
        _ => false,
    }
}

/// The field that was probably meant: equal without separators, or two edits away.
fn nearest(shape: &GoType, key: &str) -> Option<(&'static str, bool)> {
    let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    let distance = |field: &GoField| match plain(field.name) == plain(key) {
        true => 0,
        false => strsim::damerau_levenshtein(field.name, key),
    };
    let best = shape.fields.iter().min_by_key(|field| distance(field))?;
    (distance(best) <= 2 && key.len() > 3).then_some((best.name, best.vital))
}
