//! The shape of a schema.

use super::marks::Marks;
use super::patterns::Pattern;

#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// A mapping with these fields and no others.
    Object(&'static [Field]),
    /// A mapping with any keys.
    Open,
    /// A mapping from any keys to values of one type.
    Map {
        value: &'static Type,
        max: usize,
    },
    List {
        item: &'static Type,
        /// Fewest items.
        min: usize,
        /// Most items.
        max: usize,
        unique: Unique,
    },
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        pattern: Option<Pattern>,
    },
    OneOf(&'static [&'static str]),
    Integer {
        min: i64,
        max: i64,
    },
    Boolean,
    /// A whole number or a text (`x-kubernetes-int-or-string`).
    IntOrText,
    /// What a table of a CRD says besides the type.
    Marked(&'static Type, &'static Marks),
    Any,
}

/// Which items of a list must be unique (`x-kubernetes-list-type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// Nothing: `atomic`.
    No,
    /// Themselves: `set`.
    Item,
    /// This field: `map`.
    Key(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Type,
    pub required: bool,
    /// The default as JSON text, if any.
    pub default: Option<&'static str>,
    /// Whether only the experimental channel has it.
    pub experimental: bool,
}

/// An optional field.
pub const fn field(name: &'static str, kind: Type) -> Field {
    Field { name, kind, required: false, default: None, experimental: false }
}

impl Field {
    pub const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    /// The same, with a default (JSON text).
    pub const fn or(self, default: &'static str) -> Field {
        Field { default: Some(default), ..self }
    }

    pub const fn experimental(self) -> Field {
        Field { experimental: true, ..self }
    }
}

/// A text of up to `max` characters.
pub const fn text(max: usize) -> Type {
    Type::Text { min: 0, max, pattern: None }
}

/// A text of 1 to `max` characters.
pub const fn name(max: usize) -> Type {
    Type::Text { min: 1, max, pattern: None }
}

/// A text that fits a pattern.
pub const fn like(min: usize, max: usize, pattern: Pattern) -> Type {
    Type::Text { min, max, pattern: Some(pattern) }
}

/// A list of up to `max` items.
pub const fn list(item: &'static Type, max: usize) -> Type {
    Type::List { item, min: 0, max, unique: Unique::No }
}

/// A list of 1 to `max` items.
pub const fn some(item: &'static Type, max: usize) -> Type {
    Type::List { item, min: 1, max, unique: Unique::No }
}

/// A list of up to `max` items of which no two are the same.
pub const fn set(item: &'static Type, max: usize) -> Type {
    Type::List { item, min: 0, max, unique: Unique::Item }
}

/// A list of up to `max` objects of which no two have the same `key`.
pub const fn keyed(item: &'static Type, max: usize, key: &'static str) -> Type {
    Type::List { item, min: 0, max, unique: Unique::Key(key) }
}

/// A mapping of up to `max` keys.
pub const fn map(value: &'static Type, max: usize) -> Type {
    Type::Map { value, max }
}

pub const ANY_TEXT: Type = text(usize::MAX);

/// The metadata of an object: the rules do not look into it.
pub const META: Field = field("metadata", Type::Open);
pub const API_VERSION: Field = field("apiVersion", text(400));
pub const KIND: Field = field("kind", text(400));
/// The status: written by controllers.
pub const STATUS: Field = field("status", Type::Any);

/// A whole object: the fields of its `spec`.
macro_rules! root {
    ($($field:expr),* $(,)?) => {
        Type::Object(&[
            API_VERSION,
            KIND,
            META,
            STATUS,
            field("spec", Type::Object(&[$($field),*])).required(),
        ])
    };
}
pub(super) use root;
