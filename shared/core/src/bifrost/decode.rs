//! How Go's decoder fills a struct from JSON: names match without regard to case, a key that is
//! there twice is decoded twice, and `null` leaves scalars alone.
//!
//! Source: `encoding/json` of Go, `object()` in decode.go; seen on all recorded versions.

use super::json::{Id, Json, Kind};

/// A name as Go compares it (`foldName`).
pub fn fold(name: &str) -> String {
    let fold = |c: char| match c {
        'ſ' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    name.chars().map(fold).collect()
}

/// One Go struct, and the objects that were decoded into it, in order.
#[derive(Debug, Clone)]
pub struct Struct<'a> {
    json: &'a Json,
    parts: Vec<Id>,
}

impl<'a> Struct<'a> {
    /// The struct of the whole document.
    pub fn root(json: &'a Json) -> Self {
        Struct::of(json, Json::ROOT)
    }

    /// The struct of one value; empty if that is no object.
    pub fn of(json: &'a Json, id: Id) -> Self {
        let parts = Vec::from_iter((json.kind(id) == Kind::Object).then_some(id));
        Struct { json, parts }
    }

    /// Whether any object was decoded into it.
    pub fn is_given(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The object that was decoded last.
    pub fn id(&self) -> Option<Id> {
        self.parts.last().copied()
    }

    /// All members that Go decodes into this field, in order.
    pub fn entries(&self, field: &str) -> Vec<Id> {
        let all = self.parts.iter().flat_map(|part| self.json.children(*part));
        all.filter(|child| fold(self.json.key(*child)) == field).collect()
    }

    /// The member whose value stays in a scalar field.
    pub fn last(&self, field: &str) -> Option<Id> {
        let set = |id: &Id| self.json.kind(*id) != Kind::Null;
        self.entries(field).into_iter().rfind(set)
    }

    /// A string field.
    pub fn text(&self, field: &str) -> Option<(String, Id)> {
        let id = self.last(field)?;
        Some((self.json.text(id)?.into_owned(), id))
    }

    /// A boolean field.
    pub fn flag(&self, field: &str) -> Option<(bool, Id)> {
        let id = self.last(field)?;
        match self.json.kind(id) {
            Kind::Bool(value) => Some((value, id)),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&self, field: &str) -> Option<(f64, Id)> {
        let id = self.last(field)?;
        Some((self.json.spelled(id).parse().ok()?, id))
    }

    /// A pointer to a struct: repeated objects fill the same one, `null` drops it.
    pub fn inside(&self, field: &str) -> Struct<'a> {
        let mut parts = Vec::new();
        for id in self.entries(field) {
            match self.json.kind(id) {
                Kind::Object => parts.push(id),
                Kind::Null => parts.clear(),
                _ => {}
            }
        }
        Struct { json: self.json, parts }
    }

    /// A map: repeated objects fill the same one, of one name the last value stays.
    pub fn map(&self, field: &str) -> Vec<(String, Id)> {
        let inside = self.inside(field);
        let mut places = std::collections::HashMap::new();
        let mut out: Vec<(String, Id)> = Vec::new();
        for id in inside.parts.iter().flat_map(|part| self.json.children(*part)) {
            let name = self.json.key(id).to_owned();
            let place = *places.entry(name.clone()).or_insert_with(|| {
                out.push((name, id));
                out.len() - 1
            });
            out[place].1 = id;
        }
        out
    }

    /// A list: the last one stays.
    pub fn list(&self, field: &str) -> Vec<Id> {
        match self.entries(field).last() {
            Some(id) if self.json.kind(*id) == Kind::List => self.json.children(*id).collect(),
            _ => Vec::new(),
        }
    }

    /// A list of strings, or `None` where the field is missing or null.
    pub fn texts(&self, field: &str) -> Option<Vec<(String, Id)>> {
        let last = *self.entries(field).last()?;
        (self.json.kind(last) == Kind::List).then(|| {
            let items = self.json.children(last);
            items.filter_map(|id| Some((self.json.text(id)?.into_owned(), id))).collect()
        })
    }
}
