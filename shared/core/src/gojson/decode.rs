//! How Go's decoder fills a struct from JSON: names match without regard to case, a key that is
//! there twice is decoded twice, and `null` leaves scalars alone.
//!
//! Source: `encoding/json` of Go, `object()` in decode.go; seen on all recorded versions.

use super::tree::{Id, Json, JsonKind};

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
pub struct GoStruct<'a> {
    json: &'a Json,
    parts: Vec<Id>,
}

impl<'a> GoStruct<'a> {
    pub fn root(json: &'a Json) -> Self {
        GoStruct::of(json, Json::ROOT)
    }

    /// The struct of one value; empty if that is not an object.
    pub fn of(json: &'a Json, id: Id) -> Self {
        let parts = Vec::from_iter((json.kind(id) == JsonKind::Object).then_some(id));
        GoStruct { json, parts }
    }

    /// Whether any object was decoded into it.
    pub fn is_given(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The object that was decoded last.
    pub fn id(&self) -> Option<Id> {
        self.parts.last().copied()
    }

    /// The document that it is a part of.
    pub fn json(&self) -> &'a Json {
        self.json
    }

    /// All members that Go decodes into this field, in order.
    pub fn entries(&self, field: &str) -> Vec<Id> {
        let all = self.parts.iter().flat_map(|part| self.json.children(*part));
        all.filter(|child| fold(self.json.key(*child)) == field).collect()
    }

    /// The member whose value stays in a scalar field.
    pub fn last(&self, field: &str) -> Option<Id> {
        let set = |id: &Id| self.json.kind(*id) != JsonKind::Null;
        self.entries(field).into_iter().rfind(set)
    }

    pub fn text(&self, field: &str) -> Option<(String, Id)> {
        let id = self.last(field)?;
        Some((self.json.text(id)?.into_owned(), id))
    }

    pub fn flag(&self, field: &str) -> Option<(bool, Id)> {
        let id = self.last(field)?;
        match self.json.kind(id) {
            JsonKind::Bool(value) => Some((value, id)),
            _ => None,
        }
    }

    pub fn number(&self, field: &str) -> Option<(f64, Id)> {
        let id = self.last(field)?;
        Some((self.json.spelled(id).parse().ok()?, id))
    }

    /// A pointer to a struct: repeated objects fill the same one, `null` drops it.
    pub fn inside(&self, field: &str) -> GoStruct<'a> {
        let mut parts = Vec::new();
        for id in self.entries(field) {
            match self.json.kind(id) {
                JsonKind::Object => parts.push(id),
                JsonKind::Null => parts.clear(),
                _ => {}
            }
        }
        GoStruct { json: self.json, parts }
    }

    /// A map: repeated objects fill the same one; the last value of a name wins.
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

    /// A list: the last one wins.
    pub fn list(&self, field: &str) -> Vec<Id> {
        match self.entries(field).last() {
            Some(id) if self.json.kind(*id) == JsonKind::List => self.json.children(*id).collect(),
            _ => Vec::new(),
        }
    }

    /// A list of strings, or `None` where the field is missing or null.
    pub fn texts(&self, field: &str) -> Option<Vec<(String, Id)>> {
        let last = *self.entries(field).last()?;
        (self.json.kind(last) == JsonKind::List).then(|| {
            let items = self.json.children(last);
            items.filter_map(|id| Some((self.json.text(id)?.into_owned(), id))).collect()
        })
    }
}
