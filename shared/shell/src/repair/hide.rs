//! What must not be shown of the files that are repaired: of both sides of a difference, by one table.

use std::collections::BTreeMap;
use std::ops::Range;

use igw_core::kube::pointer;
use igw_core::{fix, gojson, mask, text};
use serde_json::Value;

use crate::input::files::edit::{self, ScalarLeaf};
use crate::product::Product;

/// The changed lines of a file with `context` lines around them, secrets masked: equal ones are
/// equal, and different ones different.
pub fn unified(product: &dyn Product, name: &str, old: &str, new: &str, context: usize) -> String {
    let (own, fresh) = windows(old, new, context);
    let mut table = MaskTable::default();
    let old = table.masked(old, &hidden(product, old, &own));
    let new = table.masked(new, &hidden(product, new, &fresh));
    let diff = fix::unified(name, &old, &new, context);
    diff.split_inclusive('\n').map(|line| mask::text(line)).collect()
}

/// Both sides of a change, whole, secrets masked, and without what a terminal would obey.
pub fn both(product: &dyn Product, old: &str, new: &str) -> (String, String) {
    let mut table = MaskTable::default();
    let mut one = |text: &str| {
        let masked = table.masked(text, &hidden(product, text, &(0..text.len())));
        let lines = masked.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
            Some(line) => text::clean(&mask::text(line)) + "\n",
            None => text::clean(&mask::text(line)),
        });
        lines.collect::<String>()
    };
    (one(old), one(new))
}

/// The bytes of a text that differ from the other one, and so many lines around them.
fn windows(old: &str, new: &str, context: usize) -> (Range<usize>, Range<usize>) {
    let pairs = |(one, other): &(u8, u8)| one == other;
    let head = old.bytes().zip(new.bytes()).take_while(pairs).count();
    let tail = old[head.min(old.len())..].len().min(new.len() - head);
    let back = old.bytes().rev().zip(new.bytes().rev()).take(tail).take_while(pairs).count();
    let around = |text: &str| {
        let before = text.as_bytes()[..head].iter().enumerate().rev();
        let mut breaks = before.filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        let start = breaks.nth(context).unwrap_or(0);
        let end = text.len() - back;
        let after = text.as_bytes()[end..].iter().enumerate();
        let mut breaks = after.filter(|(_, byte)| **byte == b'\n').map(|(at, _)| end + at);
        start..breaks.nth(context).unwrap_or(text.len())
    };
    (around(old), around(new))
}

/// The bytes of a file's text that may be secrets, in order, as far as they are of documents in this
/// window.
pub fn hidden(product: &dyn Product, text: &str, window: &Range<usize>) -> Vec<Range<usize>> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    if let Some(own) = of_json(product, &text[mark..]) {
        return own.into_iter().map(|own| mark + own.start..mark + own.end).collect();
    }
    let mut out: Vec<Range<usize>> = Vec::new();
    for leaf in edit::leaves(text, window) {
        match leaf {
            Ok(leaf) => out.extend(of_leaf(product, text, &leaf)),
            Err(document) => out.extend(spoken_of(text, document)),
        }
    }
    out.retain(|own| !own.is_empty());
    out.sort_by_key(|own| own.start);
    out
}

/// Of a configuration that the product reads.
fn of_json(product: &dyn Product, text: &str) -> Option<Vec<Range<usize>>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    product.hidden_in(&gojson::parse(text).ok()?)
}

pub(super) fn of_leaf(product: &dyn Product, text: &str, leaf: &ScalarLeaf) -> Vec<Range<usize>> {
    let ScalarLeaf { kind, path, range, .. } = leaf;
    let first = path.first().map(String::as_str).unwrap_or_default();
    let last = path.last().map(String::as_str).unwrap_or_default();
    let all = || vec![range.clone()];
    match (kind.as_str(), first) {
        ("Secret", "data" | "stringData") => all(),
        ("ConfigMap", "data" | "binaryData") => {
            let written = &text[range.clone()];
            match (of_json(product, written), of_json(product, &leaf.text)) {
                // A block is JSON as it stands: its indentation is white space.
                (Some(own), _) => {
                    own.iter().map(|own| range.start + own.start..range.start + own.end).collect()
                }
                (None, Some(own)) if !own.is_empty() => all(),
                (None, Some(_)) => Vec::new(),
                // What it is for is not known.
                _ => all(),
            }
        }
        _ if last == "value" && leaf.name.as_deref().is_some_and(mask::is_secret) => all(),
        _ if last == "value" && path.iter().any(|own| own == "env") => match is_plain(&leaf.text) {
            true => Vec::new(),
            false => all(),
        },
        _ if path.iter().any(|own| own == "annotations") => match is_ours(last) {
            true => Vec::new(),
            false => all(),
        },
        _ if leaf.before.as_deref().is_some_and(is_secret_flag) => all(),
        _ => match leaf.text.split_once('=') {
            Some((flag, _)) if is_secret_flag(flag) => {
                let written = &text[range.clone()];
                let from = written.find('=').map_or(range.start, |at| range.start + at + 1);
                std::iter::once(from..range.end).collect()
            }
            _ => Vec::new(),
        },
    }
}

/// A value of a variable that is a switch, a number, a path or an address: what is secret in that one
/// is masked by its form.
fn is_plain(value: &str) -> bool {
    let words = ["true", "false", "debug", "info", "warn", "error", "json", "pretty"];
    let path = |c: char| c.is_ascii_alphanumeric() || ['/', '.', '_', '-'].contains(&c);
    words.contains(&value)
        || value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        || value.starts_with('/') && value.chars().all(path)
        || value.contains("://") && !value.contains(['?', '#', ' '])
}

/// An annotation that rules read.
fn is_ours(key: &str) -> bool {
    key.starts_with("igw.dev/") || key.contains("kgateway.dev/")
}

/// `--api-key`, but not what a flag like it is followed by.
fn is_secret_flag(word: &str) -> bool {
    word.starts_with('-') && !word.contains([' ', '=']) && mask::is_secret(word)
}

/// The lines of a text that is not understood, if they speak of secrets.
fn spoken_of(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut at = range.start;
    let mut out = Vec::new();
    for line in text[range].split_inclusive('\n') {
        let own = line.trim_end_matches(['\n', '\r']);
        if mask::speaks_of_secret(own) {
            let indent = own.len() - own.trim_start().len();
            out.push(at + indent..at + own.len());
        }
        at += line.len();
    }
    out
}

/// The secrets of two texts, by number.
#[derive(Debug, Default)]
pub(super) struct MaskTable(BTreeMap<String, usize>);

impl MaskTable {
    /// The text with all lines that it has.
    pub(super) fn masked(&mut self, text: &str, hidden: &[Range<usize>]) -> String {
        let mut out = String::new();
        let mut done = 0;
        for range in hidden.iter().filter(|range| !range.is_empty()) {
            if range.start < done {
                continue;
            }
            out.push_str(&text[done..range.start]);
            let next = self.0.len() + 1;
            let own = &text[range.clone()];
            let number = *self.0.entry(own.trim().to_owned()).or_insert(next);
            let lines = own.split('\n').map(|line| {
                let indent = &line[..line.len() - line.trim_start().len()];
                let end = if line.ends_with('\r') { "\r" } else { "" };
                match line.trim().is_empty() {
                    true => line.to_owned(),
                    false => format!("{indent}<masked {number}>{end}"),
                }
            });
            out.push_str(&lines.collect::<Vec<_>>().join("\n"));
            done = range.end;
        }
        out.push_str(&text[done..]);
        out
    }
}

/// A value that an operation writes or tests at a place, masked.
pub fn value(product: &dyn Product, at: &str, value: &Value) -> Value {
    let is_index = |segment: &str| segment == "-" || segment.parse::<usize>().is_ok();
    let (mut whole, mut place) = (value.clone(), String::new());
    let segments = pointer::segments(at);
    for segment in segments.iter().rev() {
        whole = match is_index(segment) {
            true => Value::Array(vec![whole]),
            false => Value::Object([(segment.clone(), whole)].into_iter().collect()),
        };
    }
    for segment in &segments {
        pointer::push(&mut place, if is_index(segment) { "0" } else { segment });
    }
    let text = whole.to_string();
    let ranges = match of_json(product, &text) {
        Some(own) => own,
        None => hidden(product, &text, &(0..text.len())),
    };
    let masked = MaskTable::default().masked(&text, &ranges);
    let read: Option<Value> = serde_json::from_str(&mask::text(&masked)).ok();
    let own = read.and_then(|read| read.pointer(&place).cloned());
    own.unwrap_or_else(|| mask::MASKED.into())
}
