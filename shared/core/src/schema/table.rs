//! Reads the schema of a CRD out of a table: see the heads of `kgateway.tsv` and `gateway-api.tsv`.

use std::collections::HashMap;

use serde_json::Value;

use super::marks::{CrdRule, Marks, TextPattern};
use super::types::{API_VERSION, Field, KIND, META, STATUS, Type, Unique, field};

/// The type of an object of `kind`, if the table has it.
///
/// It is made for the whole run: call this once for a kind.
pub fn read(table: &'static str, kind: &str) -> Option<&'static Type> {
    let mut lines = table.lines().skip_while(|line| line.strip_prefix("kind\t") != Some(kind));
    lines.next()?;
    let rows: Vec<TableRow> =
        lines.take_while(|line| !line.starts_with("kind\t")).filter_map(TableRow::of).collect();
    let mut reader = Reader { rows: rows.into_iter().peekable(), named: HashMap::new() };
    let mut fields = vec![API_VERSION, KIND, META, STATUS];
    fields.extend(reader.fields(0));
    Some(leak(Type::Object(leak(fields).as_slice())))
}

struct TableRow {
    depth: usize,
    name: &'static str,
    kind: &'static str,
    required: bool,
    marks: Vec<(&'static str, &'static str)>,
    label: Option<&'static str>,
}

impl TableRow {
    fn of(line: &'static str) -> Option<TableRow> {
        let mut cells = line.split('\t');
        let (name, kind) = (cells.next()?, cells.next()?);
        let bare = name.trim_start_matches('.');
        let (mut label, mut marks) = (None, Vec::new());
        for cell in cells {
            match cell.strip_prefix('#') {
                Some(named) => label = Some(named),
                None => marks.extend(cell.split_once('=')),
            }
        }
        Some(TableRow {
            depth: name.len() - bare.len(),
            name: bare,
            kind: kind.trim_end_matches('!'),
            required: kind.ends_with('!'),
            marks,
            label,
        })
    }

    fn mark(&self, name: &str) -> Option<&'static str> {
        self.marks.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    fn number<T: std::str::FromStr>(&self, name: &str, otherwise: T) -> T {
        self.mark(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    }
}

struct Reader<I: Iterator<Item = TableRow>> {
    rows: std::iter::Peekable<I>,
    named: HashMap<&'static str, Type>,
}

impl<I: Iterator<Item = TableRow>> Reader<I> {
    /// The rows at this depth, with what is below each.
    fn fields(&mut self, depth: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        while let Some(row) = self.rows.next_if(|row| row.depth == depth) {
            let (name, required, default) = (row.name, row.required, row.mark("default"));
            let experimental = row.mark("experimental").is_some();
            let kind = self.kind(row);
            fields.push(Field { required, default, experimental, ..field(name, kind) });
        }
        fields
    }

    fn kind(&mut self, row: TableRow) -> Type {
        if let Some(same) = row.kind.strip_prefix('=') {
            return self.named.get(same).copied().unwrap_or(Type::Any);
        }
        let below = self.fields(row.depth + 1);
        let inner = || below.first().map_or(Type::Any, |field| field.kind);
        let words = row.mark("enum").map(|words| words.split('|').collect::<Vec<_>>());
        let kind = match row.kind {
            "object" => Type::Object(leak(below).as_slice()),
            "open" => Type::Open,
            "map" => Type::Map { value: leak(inner()), max: usize::MAX },
            "list" => Type::List {
                item: leak(inner()),
                min: row.number("minItems", 0),
                max: row.number("maxItems", usize::MAX),
                unique: match row.mark("key") {
                    Some(key) => Unique::Key(key),
                    None if row.mark("unique").is_some() => Unique::Item,
                    None => Unique::No,
                },
            },
            "string" => match &words {
                Some(words) => Type::OneOf(leak(words.clone()).as_slice()),
                None => Type::Text {
                    min: row.number("minLength", 0),
                    max: row.number("maxLength", usize::MAX),
                    pattern: None,
                },
            },
            "integer" => Type::Integer {
                min: row.number("minimum", i64::MIN),
                max: row.number("maximum", i64::MAX),
            },
            "boolean" => Type::Boolean,
            "int-or-string" => Type::IntOrText,
            _ => Type::Any,
        };
        let kind = marked(&row, kind, words.filter(|_| row.kind == "integer"));
        if let Some(label) = row.label {
            self.named.insert(label, kind);
        }
        kind
    }
}

fn marked(row: &TableRow, kind: Type, choices: Option<Vec<&'static str>>) -> Type {
    let rules = row.marks.iter().filter(|(name, _)| *name == "rule");
    let rules = rules.filter_map(|(_, rule)| rule.split_once(" => "));
    let marks = Marks {
        pattern: row.mark("pattern").map(TextPattern::new),
        choices: choices
            .into_iter()
            .flatten()
            .filter_map(|choice| serde_json::from_str::<Value>(choice).ok())
            .collect(),
        members: (row.number("minProperties", 0), row.number("maxProperties", usize::MAX)),
        rules: rules.map(|(text, message)| CrdRule::new(text, message)).collect(),
    };
    let plain = marks.pattern.is_none()
        && marks.choices.is_empty()
        && marks.members == (0, usize::MAX)
        && marks.rules.is_empty();
    if plain { kind } else { Type::Marked(leak(kind), leak(marks)) }
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
