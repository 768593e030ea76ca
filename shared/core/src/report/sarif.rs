//! A report as SARIF 2.1.0 (OASIS): one run, its rules are the checks that ran.

mod rule;

use std::collections::BTreeMap;

use rule::level;
use serde_json::{Map, Value, json};

use super::ci::{self, Ci, Unread};
use super::{Gap, Located, Location};
use crate::finding::{Effect, Finding};
use crate::kube::{ObjRef, pointer};
use crate::suppress::{SuppressedBy, Suppression};
use crate::{placeholder, text};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub fn sarif(ci: &Ci) -> String {
    let report = ci.report;
    let mut seen = BTreeMap::new();
    let mut results = Vec::new();
    for located in &report.findings {
        results.push(result(ci, located, &mut seen, json!([])));
    }
    for located in &report.suppressed {
        let suppressions = located.suppression.iter().map(suppression).collect();
        results.push(result(ci, located, &mut seen, suppressions));
    }
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "rules": ci.ran.iter().map(|meta| rule::rule(meta)).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": ci.unread.is_empty(),
                "toolExecutionNotifications": notifications(ci),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    placeholder::spelled_json(format!("{document:#}")) + "\n"
}

/// A suppression (section 3.35); an annotation is in the file itself.
fn suppression(suppression: &Suppression) -> Value {
    let kind = match suppression.by {
        SuppressedBy::Annotation => "inSource",
        SuppressedBy::Baseline => "external",
    };
    let justification = text::clean(&suppression.reason);
    json!({ "kind": kind, "status": "accepted", "justification": justification })
}

/// A message (section 3.11): braces are doubled, for `{0}` is a placeholder, and `[a](b)`, which
/// would be a link, is parted.
fn message(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}").replace("](", "] (") })
}

/// Text of a manifest as a message.
fn cleaned(text: &str) -> Value {
    message(&text::clean(text))
}

fn result(
    ci: &Ci,
    located: &Located,
    seen: &mut BTreeMap<String, usize>,
    suppressions: Value,
) -> Value {
    let finding = &located.finding;
    let mut lines = vec![text::clean(&finding.title)];
    lines.extend(ci::details(located));
    let mut out = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": message(&lines.join("\n")),
        "locations": [location(located)],
        "relatedLocations": related(finding),
        "partialFingerprints": { "objectAndField/v1": fingerprint(finding, seen) },
        "suppressions": suppressions,
        "properties": { "effect": finding.effect.as_ref().map(effect) },
    });
    if let Some(index) = rule_index(ci, finding.code) {
        out["ruleIndex"] = json!(index);
    }
    out
}

/// What a client sees; SARIF has no property for it.
fn effect(effect: &Effect) -> Value {
    let requests = text::clean(&effect.requests);
    json!({ "status": effect.status, "share": effect.share, "requests": requests })
}

fn rule_index(ci: &Ci, code: &str) -> Option<usize> {
    ci.ran.iter().position(|meta| meta.code == code)
}

/// Stable when lines move: check, object and field; several at one field are numbered.
fn fingerprint(finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let object = &finding.object;
    // The same object may be written in another version of its API.
    let group = object.api_version.rsplit_once('/').map(|(group, _)| group).unwrap_or_default();
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let key = text::clean(&format!(
        "{}:{group}/{}:{namespace}/{}:{}",
        finding.code, object.kind, object.name, finding.path
    ));
    let times = seen.entry(key.clone()).or_default();
    *times += 1;
    match times {
        1 => key,
        _ => format!("{key}:{times}"),
    }
}

fn location(located: &Located) -> Value {
    let finding = &located.finding;
    let mut out = json!({ "logicalLocations": [logical(&finding.object, &finding.path)] });
    if let Some(at) = &located.location {
        out["physicalLocation"] =
            json!({ "artifactLocation": artifact(&at.file), "region": region(at) });
    }
    out
}

/// The logical location of an object and a field of it.
fn logical(object: &ObjRef, path: &str) -> Value {
    let title = text::clean(&object.to_string());
    let full = match path {
        "" => title.clone(),
        path => format!("{title}, {}", text::clean(&pointer::dotted(path))),
    };
    json!({ "name": title, "fullyQualifiedName": full, "kind": "resource" })
}

fn related(finding: &Finding) -> Vec<Value> {
    let further = finding.more_paths.iter().map(|path| (&finding.object, path.as_str()));
    let others = finding.related.iter().map(|object| (object, ""));
    let entry = |(index, (object, path)): (usize, (&ObjRef, &str))| {
        let text = match path {
            "" => object.to_string(),
            path => format!("also {}", pointer::dotted(path)),
        };
        json!({
            "id": index + 1,
            "logicalLocations": [logical(object, path)],
            "message": cleaned(&text),
        })
    };
    further.chain(others).enumerate().map(entry).collect()
}

/// Like a [`Location`], it ends at the column after its last character.
fn region(at: &Location) -> Value {
    json!({
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    })
}

/// A file; input without a path is described instead.
fn artifact(file: &str) -> Value {
    match (ci::path(file), file) {
        (Some(path), _) => json!({ "uri": uri(path) }),
        (None, "<demo>") => json!({ "description": { "text": "the built-in example" } }),
        (None, _) => json!({ "description": { "text": "standard input" } }),
    }
}

/// A path as a URI reference (RFC 3986): relative paths stay relative.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ if byte.is_ascii() && std::path::is_separator(char::from(byte)) => out.push('/'),
            // Also a colon: before the first slash it would end a scheme.
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    match (out.starts_with('/'), std::path::Path::new(path).is_absolute()) {
        (true, _) => format!("file://{out}"),
        (false, true) => format!("file:///{out}"),
        (false, false) => out,
    }
}

fn notifications(ci: &Ci) -> Vec<Value> {
    let unread = ci.unread.iter().map(unreadable);
    let gaps = ci.report.not_checked.iter().map(|gap| not_checked(ci, gap));
    let assumed = ci.report.assumptions.iter().map(|assumption| {
        let text = format!("assumed: {} ({})", assumption.what, assumption.why);
        json!({ "level": "note", "message": cleaned(&text) })
    });
    unread.chain(gaps).chain(assumed).collect()
}

fn unreadable(unread: &Unread) -> Value {
    let mut out = json!({ "level": "error", "message": message(&unread.says()) });
    if let Some(file) = &unread.file {
        let mut place = json!({ "artifactLocation": artifact(file) });
        if let Some(line) = unread.line {
            place["region"] = match unread.column {
                Some(column) => json!({ "startLine": line, "startColumn": column }),
                None => json!({ "startLine": line }),
            };
        }
        out["locations"] = json!([{ "physicalLocation": place }]);
    }
    out
}

fn not_checked(ci: &Ci, gap: &Gap) -> Value {
    let text = format!(
        "{} not checked: {}, for {}",
        gap.code,
        ci::gap(gap),
        text::count(gap.objects, "reference")
    );
    let mut rule = Map::from_iter([("id".to_owned(), json!(gap.code))]);
    if let Some(index) = rule_index(ci, gap.code) {
        rule.insert("index".to_owned(), json!(index));
    }
    let level = if ci::is_failure(gap) { "warning" } else { "note" };
    json!({ "level": level, "message": message(&text), "associatedRule": rule })
}
