//! Objects as they may be saved and passed on.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::kept::{self, Keep, KeptField};
use super::{forms, lines, names};
use crate::strings;

/// Masks objects, so that equal secrets stay equal and different ones different: each has a number,
/// since short secrets could be guessed from digests.
#[derive(Debug, Default)]
pub struct ObjectMask {
    seen: HashMap<String, usize>,
}

/// Annotations that the rules read; of all others only the keys are kept.
const READ: [&str; 5] = [
    "kubectl.kubernetes.io/restartedAt",
    "igw.dev/ignore",
    "delegation.kgateway.dev/inherit-parent-matcher",
    "kgateway.dev/inherited-policy-priority",
    "kgateway.dev/http-redirect-status-code",
];

/// The flags whose values rules read: of vLLM and of Bifrost.
const FLAGS: [&str; 9] = [
    "--served-model-name",
    "--model",
    "--host",
    "--port",
    "-host",
    "-port",
    "-app-dir",
    "--app-dir",
    "-log-level",
];

/// The variables whose values rules read.
const VARIABLES: [&str; 9] = [
    "APP_DIR",
    "APP_HOST",
    "APP_PORT",
    "BIFROST_HOST",
    "HOME",
    "KGW_VALIDATION_MODE",
    "KGW_ENABLE_WAYPOINT",
    "STRONG_BACKEND",
    "WEAK_BACKEND",
];

/// Paths that probes ask everywhere.
const PROBES: [&str; 9] = [
    "/",
    "/health",
    "/healthz",
    "/livez",
    "/metrics",
    "/ready",
    "/readyz",
    "/api/public/health",
    "/v1/models",
];

impl ObjectMask {
    pub fn apply(&mut self, object: &mut Value) {
        // Of these it matters when they were written.
        let written = object["kind"] == "ConfigMap" || object["kind"] == "Secret";
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            if !written {
                metadata.remove("managedFields");
            }
            if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
                for (key, value) in annotations.iter_mut() {
                    if !READ.contains(&key.as_str()) {
                        self.hide(value);
                    }
                }
            }
        }
        let kind = object["kind"].as_str().unwrap_or_default().to_owned();
        let Some(root) = kept::of(&kind) else { return };
        for (key, value) in object.as_object_mut().into_iter().flatten() {
            let field = root.member(key);
            if key == "metadata" {
                self.metadata(field, value);
            } else {
                self.value(field, value);
            }
        }
    }

    /// Annotations are done already.
    fn metadata(&mut self, field: Option<&KeptField>, value: &mut Value) {
        for (key, value) in value.as_object_mut().into_iter().flatten() {
            if key != "annotations" {
                self.value(field.and_then(|own| own.member(key)), value);
            }
        }
    }

    fn value(&mut self, field: Option<&KeptField>, value: &mut Value) {
        let keep = field.map(|own| own.keep).unwrap_or_default();
        match value {
            Value::Array(items) if keep == Keep::Words => self.words(items),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(field, item)),
            Value::Object(members) => match keep {
                Keep::Named => self.named(members),
                Keep::All => members.values_mut().for_each(|member| self.value(field, member)),
                _ => {
                    if keep == Keep::Variable {
                        self.variable(members);
                    }
                    for (key, member) in members.iter_mut() {
                        if keep != Keep::Variable || key != "value" {
                            self.value(field.and_then(|own| own.member(key)), member);
                        }
                    }
                }
            },
            Value::String(text) => match keep {
                Keep::Value | Keep::All => self.kept(text),
                Keep::Cel => *text = self.cel(text),
                Keep::Line => *text = text.lines().map(lines::line).collect::<Vec<_>>().join("\n"),
                Keep::Probe if PROBES.contains(&text.as_str()) => {}
                _ => self.hide(value),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A value that rules compare, without what has the form of a secret.
    fn kept(&mut self, text: &mut String) {
        if forms::is_secret(text) {
            *text = self.number(text);
        } else if text.contains("://") || text.contains('@') {
            *text = forms::text(&super::address(text)).into_owned();
        }
    }

    /// `name`, `type` and `value`: of a header or a parameter.
    fn named(&mut self, members: &mut Map<String, Value>) {
        let secret = members.get("name").and_then(Value::as_str).is_some_and(names::is_secret);
        for (key, value) in members.iter_mut() {
            match (key.as_str(), &mut *value) {
                ("name" | "type", _) => {}
                ("value", Value::String(text)) if !secret => self.kept(text),
                _ => self.hide(value),
            }
        }
    }

    fn variable(&mut self, members: &mut Map<String, Value>) {
        let read = members
            .get("name")
            .and_then(Value::as_str)
            .is_some_and(|name| VARIABLES.contains(&name));
        if let Some(value) = members.get_mut("value") {
            match value {
                Value::String(text) if read => self.kept(text),
                other => self.hide(other),
            }
        }
    }

    /// Keeps programs, flags and the values that rules read.
    fn words(&mut self, items: &mut [Value]) {
        let mut values = false;
        let mut serves = false;
        for (place, item) in items.iter_mut().enumerate() {
            let Value::String(word) = item else { continue };
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let is_flag = flag.starts_with('-') && is_plain(flag);
            let read = FLAGS.contains(&flag);
            // `vllm serve MODEL`, or the first argument of its image.
            let is_model = serves || place == 0 && word.contains('/');
            serves = word == "serve";
            if is_flag {
                if let Some(value) = value {
                    let shown = match read && !forms::is_secret(&value) && is_plain(&value) {
                        true => value,
                        false => self.number(&value),
                    };
                    *word = format!("{flag}={shown}");
                }
                values = read && !word.contains('=');
            } else if (values || is_model || is_program(word))
                && is_plain(word)
                && !forms::is_secret(word)
            {
                // A model, a program, the value of a flag that rules read.
            } else {
                *word = self.number(word);
            }
        }
    }

    /// A condition without the texts that are compared, where it speaks of a secret.
    fn cel(&mut self, text: &str) -> String {
        let secret = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
            .any(names::is_secret);
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(['\'', '"']) {
            let quote = rest[start..].chars().next().unwrap_or('"');
            let before = &rest[..start];
            let body = &rest[start + 1..];
            let end = closing(body, quote);
            let literal = &body[..end];
            let name = before.trim_end().ends_with('[');
            let shown = match !name && (secret || forms::is_secret(literal)) && !literal.is_empty()
            {
                true => self.number(literal),
                false => literal.to_owned(),
            };
            out.push_str(before);
            out.push(quote);
            out.push_str(&shown);
            rest = &body[end..];
            if let Some(after) = rest.strip_prefix(quote) {
                out.push(quote);
                rest = after;
            }
        }
        out.push_str(rest);
        out
    }

    fn hide(&mut self, value: &mut Value) {
        strings::change(value, &mut |text| {
            if !text.is_empty() {
                *text = self.number(text);
            }
        });
    }

    fn number(&mut self, text: &str) -> String {
        let next = self.seen.len() + 1;
        let number = self.seen.entry(text.to_owned()).or_insert(next);
        format!("<masked {number}>")
    }
}

/// Where a literal ends.
fn closing(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in body.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return at,
            _ => {}
        }
    }
    body.len()
}

/// A word without blanks, quotes and addresses with users.
fn is_plain(word: &str) -> bool {
    word.len() < 100
        && !word.contains("://")
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c))
}

/// The programs that rules look for in a command line.
fn is_program(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    ["vllm", "serve", "main", "bifrost-http", "docker-entrypoint.sh", "python3", "python", "-m"]
        .contains(&name)
        || word.starts_with("vllm.entrypoints.")
}
