//! What a CRD says of a value besides its type.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, OnceLock};

use regex::Regex;
use serde_json::Value;

use crate::cel::{CelProgram, Dialect};
use crate::text::clip;

/// The constraints of a type that only a table has.
#[derive(Debug)]
pub struct Marks {
    pub pattern: Option<TextPattern>,
    /// The values that are allowed, other than texts.
    pub choices: Vec<Value>,
    /// Fewest and most members of a mapping.
    pub members: (usize, usize),
    pub rules: Vec<CrdRule>,
}

/// A pattern of a table, compiled when it is needed.
#[derive(Debug)]
pub struct TextPattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

/// A rule of a table (`x-kubernetes-validations`), parsed when it is needed.
#[derive(Debug)]
pub struct CrdRule {
    text: &'static str,
    /// What the API server says where it does not hold.
    pub message: &'static str,
    parsed: OnceLock<Option<CelProgram>>,
    members: OnceLock<Option<BTreeMap<String, bool>>>,
    /// Whether it holds for texts that were met: durations are the same all over.
    texts: Mutex<HashMap<String, bool>>,
}

impl TextPattern {
    pub fn new(text: &'static str) -> TextPattern {
        TextPattern { text, compiled: OnceLock::new() }
    }

    #[cfg(test)]
    pub fn compiles(&self) -> bool {
        Regex::new(self.text).is_ok()
    }

    /// Whether a text fits; where the expression does not compile here, nothing is said.
    fn fits(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(self.text).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl CrdRule {
    pub fn new(text: &'static str, message: &'static str) -> CrdRule {
        CrdRule {
            text,
            message,
            parsed: OnceLock::new(),
            members: OnceLock::new(),
            texts: Mutex::default(),
        }
    }

    /// The rule, if it is one that can be judged here.
    pub fn program(&self) -> Option<&CelProgram> {
        self.parsed.get_or_init(|| CelProgram::parse(self.text, Dialect::Rules).ok()).as_ref()
    }

    /// The members of `self` that it reads; see [`CelProgram::members`].
    pub fn members(&self) -> Option<&BTreeMap<String, bool>> {
        let members = || self.program().and_then(|program| program.members("self"));
        self.members.get_or_init(members).as_ref()
    }

    /// Whether it refuses a text; `judge` is asked once for each.
    pub fn refuses_text(&self, text: &str, judge: impl FnOnce() -> bool) -> bool {
        let Ok(mut texts) = self.texts.lock() else { return judge() };
        if let Some(known) = texts.get(text) {
            return *known;
        }
        let refuses = judge();
        if texts.len() < 256 && text.len() <= 64 {
            texts.insert(text.to_owned(), refuses);
        }
        refuses
    }
}

impl Marks {
    /// What the API server refuses of a value of the right type.
    pub fn refuses(&self, value: &Value) -> Option<String> {
        let (fewest, most) = self.members;
        match value {
            Value::String(text) => {
                let pattern = self.pattern.as_ref().filter(|pattern| !pattern.fits(text))?;
                Some(format!("\"{}\" should match '{}'", clip(text, 80), pattern.text))
            }
            Value::Object(map) if map.len() < fewest => {
                Some(format!("should have at least {fewest} properties"))
            }
            Value::Object(map) if map.len() > most => {
                Some(format!("must have at most {most} properties, but has {}", map.len()))
            }
            Value::Number(_) if !self.choices.is_empty() && !self.choices.contains(value) => {
                let choices: Vec<String> = self.choices.iter().map(Value::to_string).collect();
                Some(format!("{value} is not one of: {}", choices.join(", ")))
            }
            _ => None,
        }
    }
}
