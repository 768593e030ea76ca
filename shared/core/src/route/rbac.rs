//! CEL conditions of policies, and what authorization by them does to a request.

use serde_json::Value;

use super::cel::CelCondition;
use super::request::Request;
use crate::mask;

/// The CEL expressions of an rbac part.
pub fn cel_texts(value: &Value) -> impl Iterator<Item = &str> {
    let list = value["policy"]["matchExpressions"].as_array();
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// What an rbac part does to a request.
pub enum Rbac {
    Refuses(String),
    Passes,
    Unknown,
}

/// One plain expression is followed; of several it was not seen how they are joined. Without a
/// request it is only said that the expression is good.
pub fn rbac(value: &Value, request: Option<&Request>) -> Rbac {
    let texts: Vec<&str> = cel_texts(value).collect();
    let [text] = texts.as_slice() else { return Rbac::Unknown };
    if mask::has_masked(text) {
        return Rbac::Unknown;
    }
    let Some(condition) = CelCondition::parse(text) else { return Rbac::Unknown };
    let Some(request) = request else { return Rbac::Passes };
    let holds = condition.holds(request) == Some(true);
    let deny = match value["action"].as_str() {
        None | Some("Allow") => false,
        Some("Deny") => true,
        Some(_) => return Rbac::Unknown,
    };
    match holds == deny {
        true => Rbac::Refuses(match deny {
            true => format!("rbac denies what matches {text}"),
            false => format!("rbac allows only what matches {text}"),
        }),
        false => Rbac::Passes,
    }
}

/// Whether a CEL expression cannot compile, whatever it means: a quote or bracket is left open.
/// An invalid expression makes kgateway replace the route (seen).
pub fn is_broken(expression: &str) -> bool {
    let (mut open, mut quote) = (Vec::new(), None);
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => open.push(c),
            (None, ')' | ']' | '}') => {
                let fits = matches!(
                    (open.pop(), c),
                    (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')
                );
                if !fits {
                    return true;
                }
            }
            _ => {}
        }
    }
    quote.is_some() || !open.is_empty()
}
