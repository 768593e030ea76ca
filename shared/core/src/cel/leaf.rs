//! What is known of the variables of an expression.

use std::collections::{BTreeMap, HashMap};

use ::cel::objects::Key;
use ::cel::{Context, Value as CelValue};
use serde_json::Value;

use super::functions;
use super::tree::LeafPath;

/// What is known of one variable, or of a member of one.
#[derive(Debug, Clone)]
pub enum Leaf {
    /// Its value as JSON.
    Value(Value),
    /// Some members; those that are not here are not there.
    Members(BTreeMap<String, Leaf>),
    /// It is there; why its value is not known.
    There(String),
    /// Why neither its value is known nor whether it is there at all.
    Unknown(String),
}

impl Leaf {
    pub fn text(text: impl Into<String>) -> Leaf {
        Leaf::Value(Value::String(text.into()))
    }

    /// A JSON value in which `doubt` says of some texts why they are not known.
    pub fn of(value: &Value, doubt: &dyn Fn(&str) -> Option<String>) -> Leaf {
        if doubted(value, doubt).is_none() {
            return Leaf::Value(value.clone());
        }
        match value {
            Value::Object(map) => {
                let member =
                    |(name, value): (&String, &Value)| (name.clone(), Leaf::of(value, doubt));
                Leaf::Members(map.iter().map(member).collect())
            }
            // Which item a rule looks at is not followed.
            value => Leaf::There(doubted(value, doubt).unwrap_or_default()),
        }
    }

    /// Why it is not wholly known.
    fn doubt(&self) -> Option<&str> {
        match self {
            Leaf::Value(_) => None,
            Leaf::Members(members) => members.values().find_map(Leaf::doubt),
            Leaf::There(why) | Leaf::Unknown(why) => Some(why),
        }
    }

    fn value(&self) -> Option<CelValue> {
        match self {
            Leaf::Value(value) => Some(value_of(value)),
            Leaf::Members(members) => {
                let known = members.iter().filter_map(|(name, leaf)| Some((name, leaf.value()?)));
                Some(map_of(known))
            }
            // Only whether it is there may be asked.
            Leaf::There(_) => Some(CelValue::Null),
            Leaf::Unknown(_) => None,
        }
    }
}

fn doubted(value: &Value, doubt: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match value {
        Value::String(text) => doubt(text),
        Value::Array(items) => items.iter().find_map(|item| doubted(item, doubt)),
        Value::Object(map) => map.values().find_map(|value| doubted(value, doubt)),
        _ => None,
    }
}

/// JSON as an API server gives it to CEL: whole numbers are `int`, never `uint`.
fn value_of(value: &Value) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(it) => CelValue::Bool(*it),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => CelValue::Int(whole),
            None => CelValue::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => CelValue::String(text.clone().into()),
        Value::Array(items) => {
            CelValue::List(items.iter().map(value_of).collect::<Vec<_>>().into())
        }
        Value::Object(map) => map_of(map.iter().map(|(name, value)| (name, value_of(value)))),
    }
}

fn map_of<'a>(members: impl Iterator<Item = (&'a String, CelValue)>) -> CelValue {
    let members = members.map(|(name, value)| (Key::String(name.clone().into()), value));
    CelValue::Map(members.collect::<HashMap<_, _>>().into())
}

/// The variables that expressions are evaluated with. A variable that is not here is unknown.
pub struct Leaves {
    by_name: BTreeMap<&'static str, Leaf>,
    context: Context<'static, 'static>,
    longest: usize,
}

impl Leaves {
    pub fn new(leaves: impl IntoIterator<Item = (&'static str, Leaf)>) -> Leaves {
        let by_name: BTreeMap<&'static str, Leaf> = leaves.into_iter().collect();
        let mut context = Context::with_env(functions::environment());
        let mut longest = 0;
        for (name, leaf) in &by_name {
            longest = longest.max(longest_of(leaf));
            if let Some(value) = leaf.value() {
                context.add_variable_from_value(*name, value);
            }
        }
        Leaves { by_name, context, longest }
    }

    pub(super) fn context(&self) -> &Context<'static, 'static> {
        &self.context
    }

    /// The length of the longest list or mapping.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Why what a path leads to is not known; `None` if it is, or is known to be missing.
    pub(super) fn doubt(&self, path: &LeafPath) -> Option<String> {
        let LeafPath { name, steps, presence } = path;
        let Some(mut leaf) = self.by_name.get(name) else {
            let is_type = steps.is_empty() && functions::TYPES.contains(name);
            return (!is_type).then(|| format!("{name} is not known here"));
        };
        for step in steps {
            match leaf {
                Leaf::Members(members) => match members.get(*step) {
                    Some(member) => leaf = member,
                    None => return None,
                },
                Leaf::Value(_) => return None,
                Leaf::There(why) | Leaf::Unknown(why) => return Some(why.clone()),
            }
        }
        if *presence && !matches!(leaf, Leaf::Unknown(_)) {
            return None;
        }
        leaf.doubt().map(str::to_owned)
    }
}

fn longest_of(leaf: &Leaf) -> usize {
    fn of(value: &Value) -> usize {
        let (own, inner) = match value {
            Value::Array(items) => (items.len(), items.iter().map(of).max()),
            Value::Object(map) => (map.len(), map.values().map(of).max()),
            _ => (0, None),
        };
        own.max(inner.unwrap_or(0))
    }
    match leaf {
        Leaf::Value(value) => of(value),
        Leaf::Members(members) => {
            members.len().max(members.values().map(longest_of).max().unwrap_or(0))
        }
        Leaf::There(_) | Leaf::Unknown(_) => 0,
    }
}
