//! The table of the Gateway API's kinds has the fields of the described ones.

use serde_json::{Value, json};

use super::marks::Marks;
use super::types::{Field, Type};
use super::{gateway, gateway_api, http_route};

fn of_table(kind: &str) -> &'static Type {
    let object = json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": kind });
    gateway_api::own(&object).unwrap_or_else(|| panic!("{kind} is in the table"))
}

/// What of a type is written twice, as a text: texts have patterns, which are written in two ways.
fn shape(kind: &Type) -> String {
    match kind {
        Type::Marked(kind, marks) => match marks.members {
            (0, usize::MAX) => shape(kind),
            (_, most) => format!("{} up to {most}", shape(kind)),
        },
        Type::Object(_) => "object".to_owned(),
        Type::Open => "open".to_owned(),
        Type::Map { max, .. } if *max < usize::MAX => format!("map up to {max}"),
        Type::Map { .. } => "map".to_owned(),
        Type::List { min, max, .. } => format!("list {min} {max}"),
        Type::Text { min, max, .. } => format!("text {min} {max}"),
        Type::OneOf(words) => {
            let mut words = words.to_vec();
            words.sort_unstable();
            format!("one of {}", words.join(" "))
        }
        Type::Integer { min, max } => format!("integer {min} {max}"),
        Type::Boolean => "boolean".to_owned(),
        Type::IntOrText => "integer or text".to_owned(),
        Type::Any => "any".to_owned(),
    }
}

fn bare(kind: &Type) -> &Type {
    match kind {
        Type::Marked(kind, _) => bare(kind),
        kind => kind,
    }
}

/// Whether the table says by a pattern, by its choices or by a format what is a bound in the
/// description.
fn is_in_other_words(own: &Type, table: &Type) -> bool {
    let says = |has: fn(&Marks) -> bool| matches!(table, Type::Marked(_, marks) if has(marks));
    match (bare(own), bare(table)) {
        (Type::Text { .. }, Type::Text { .. }) => says(|marks| marks.pattern.is_some()),
        (Type::Integer { min: 0, max: 999 }, Type::Integer { .. }) => {
            says(|marks| !marks.choices.is_empty())
        }
        (Type::Integer { min, max }, Type::Integer { min: own, max: i64::MAX }) => {
            min == own && *max == i64::from(i32::MAX)
        }
        _ => false,
    }
}

fn compare(own: &Type, table: &Type, at: &str, out: &mut Vec<String>) {
    let (one, other) = (shape(own), shape(table));
    if one != other && !is_in_other_words(own, table) {
        out.push(format!("{at}: {one}, in the table {other}"));
    }
    match (bare(own), bare(table)) {
        (Type::Object(own), Type::Object(table)) => {
            let find = |fields: &'static [Field], name: &str| {
                fields.iter().find(|field| field.name == name)
            };
            for field in own.iter().filter(|field| find(table, field.name).is_none()) {
                out.push(format!("{at}.{}: not in the table", field.name));
            }
            for theirs in table.iter().filter(|own| own.name != "status") {
                let at = format!("{at}.{}", theirs.name);
                let Some(ours) = find(own, theirs.name) else {
                    out.push(format!("{at}: only in the table"));
                    continue;
                };
                let default = |field: &Field| {
                    field
                        .default
                        .map(|text| serde_json::from_str::<Value>(text).expect("it is JSON"))
                };
                let all = |field: &Field| (field.required, field.experimental, default(field));
                if all(ours) != all(theirs) {
                    out.push(format!("{at}: {:?}, in the table {:?}", all(ours), all(theirs)));
                }
                compare(&ours.kind, &theirs.kind, &at, out);
            }
        }
        (Type::List { item: own, .. }, Type::List { item: table, .. })
        | (Type::Map { value: own, .. }, Type::Map { value: table, .. }) => {
            compare(own, table, &format!("{at}[]"), out);
        }
        _ => {}
    }
}

#[test]
fn described_kinds_agree_with_the_table() {
    let mut apart = Vec::new();
    for (kind, own) in [
        ("Gateway", &gateway::GATEWAY),
        ("GatewayClass", &gateway::GATEWAY_CLASS),
        ("ListenerSet", &gateway::LISTENER_SET),
        ("ReferenceGrant", &gateway::REFERENCE_GRANT),
        ("HTTPRoute", &http_route::HTTP_ROUTE),
    ] {
        compare(own, of_table(kind), kind, &mut apart);
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}
