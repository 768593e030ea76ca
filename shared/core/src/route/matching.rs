//! Whether a request fits a match.

use super::expression::{self, Regex};
use super::path;
use super::request::Request;
use crate::facts::views::*;
use crate::mask::{self, value as masked};
use crate::route::profile::Profile;

/// A part of a match that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// `path`, `method`, `header` or `query`.
    pub kind: &'static str,
    /// What the match wants, e.g. `PathPrefix /v1`.
    pub wants: String,
    /// How near it is: larger is nearer.
    pub near: usize,
}

/// The outcome of comparing a request with one match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    Yes,
    No(Vec<Miss>),
    /// Unknown, with the reason.
    Unknown(String),
}

/// The matches of a rule; a rule without any matches everything.
pub fn matches_of(rule: &Rule) -> Vec<Match> {
    if rule.matches.is_empty() { vec![Match::default()] } else { rule.matches.clone() }
}

/// Compares a request with one match (hr:744-747: all parts must hold).
pub fn test(request: &Request, one: &Match, profile: &Profile) -> Fit {
    let mut misses = Vec::new();
    let mut unknown = None;
    match path_fits(&request.path, &one.path, profile) {
        Ok(true) => {}
        Ok(false) => {
            let near = shared(&request.path, &one.path.value);
            misses.push(Miss { kind: "path", wants: describe_path(&one.path), near });
        }
        Err(says) => unknown = Some(says),
    }
    if let Some(method) = &one.method
        && *method != request.method
    {
        misses.push(Miss { kind: "method", wants: format!("method {method}"), near: 100 });
    }
    let mut seen: Vec<String> = Vec::new();
    for header in &one.headers {
        // The specification ignores a name after its first entry (hr:614-627); kgateway gives
        // all of them to Envoy, so that both must hold (seen).
        let name = header.name.to_ascii_lowercase();
        if !profile.is_kgateway() && seen.contains(&name) {
            continue;
        }
        seen.push(name);
        match header_fits(request, header, profile) {
            Ok(true) => {}
            Ok(false) => {
                let value = masked(&header.name, &header.value);
                let wants = format!("header {}: {value}", header.name);
                misses.push(Miss { kind: "header", wants, near: 50 });
            }
            Err(says) => unknown = Some(says),
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for parameter in &one.query_params {
        // Only the first entry of a name counts (hr:685-702).
        if seen.contains(&parameter.name.as_str()) {
            continue;
        }
        seen.push(&parameter.name);
        let value = request.query_value(&parameter.name);
        match value_fits(value, parameter, profile) {
            Ok(true) => {}
            Ok(false) => {
                let value = masked(&parameter.name, &parameter.value);
                let wants = format!("query parameter {}={value}", parameter.name);
                misses.push(Miss { kind: "query", wants, near: 50 });
            }
            Err(says) => unknown = Some(says),
        }
    }
    match (misses.is_empty(), unknown) {
        (false, _) => Fit::No(misses),
        (true, Some(says)) => Fit::Unknown(says),
        (true, None) => Fit::Yes,
    }
}

/// Whether a path fits; an error says why it cannot be said.
pub fn path_fits(path: &str, wanted: &PathMatch, profile: &Profile) -> Result<bool, String> {
    let fits = reading_fits(path, wanted, profile)?;
    // The specification says nothing of what happens to a path before it is compared.
    if *profile == Profile::Specification {
        for other in path::other_readings(path) {
            if reading_fits(&other, wanted, profile)? != fits {
                return Err(format!(
                    "whether {path} is compared as it is or as {other} depends on the implementation"
                ));
            }
        }
    }
    Ok(fits)
}

fn reading_fits(path: &str, wanted: &PathMatch, profile: &Profile) -> Result<bool, String> {
    Ok(match wanted.kind {
        PathType::Exact => path == wanted.value,
        // Up to kgateway 2.2 a value with a trailing slash is a plain string prefix (seen).
        PathType::PathPrefix if profile.kgateway_before(2, 3) && wanted.value.ends_with('/') => {
            path.starts_with(&wanted.value)
        }
        PathType::PathPrefix => path::under(&wanted.value, path),
        PathType::RegularExpression => match expression::regex(&wanted.value) {
            Regex::Good(regex) => regex.is_match(path.as_bytes()),
            Regex::Bad(says) => return refused(says, profile),
            Regex::Unsure(says) => return Err(says),
        },
    })
}

fn header_fits(request: &Request, wanted: &ValueMatch, profile: &Profile) -> Result<bool, String> {
    let values: Vec<&str> = request.header_values(&wanted.name).collect();
    if values.is_empty() {
        return Ok(false);
    }
    // Several lines of one name are one value (RFC 9110, 5.3); the specification leaves it open.
    if !profile.is_kgateway() {
        return value_fits(Some(&values.join(",")), wanted, profile);
    }
    // Several lines of one name: kgateway's Envoy takes any line whose value fits, and does not split one
    // line at commas (seen: lines `a` and `b` fit `a`, one line `a,b` does not).
    for value in values {
        if value_fits(Some(value), wanted, profile)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn value_fits(value: Option<&str>, wanted: &ValueMatch, profile: &Profile) -> Result<bool, String> {
    let Some(value) = value else { return Ok(false) };
    if mask::is_masked(&wanted.value) {
        return Err(format!("the value of {} is masked in the bundle", wanted.name));
    }
    Ok(match wanted.kind {
        ValueType::Exact => value == wanted.value,
        ValueType::RegularExpression => match expression::regex(&wanted.value) {
            Regex::Good(regex) => regex.is_match(value.as_bytes()),
            Regex::Bad(says) => return refused(says, profile),
            Regex::Unsure(says) => return Err(says),
        },
    })
}

/// What an expression comes to that RE2 refuses: nothing fits it where an Envoy is known to have it;
/// other implementations may have another engine, or refuse more than the match.
fn refused(says: String, profile: &Profile) -> Result<bool, String> {
    if profile.is_envoy() { Ok(false) } else { Err(says) }
}

/// `PathPrefix /v1`.
pub fn describe_path(path: &PathMatch) -> String {
    format!("{} {}", type_name(path.kind), path.value)
}

/// The value of `path.type`.
pub fn type_name(kind: PathType) -> &'static str {
    match kind {
        PathType::Exact => "Exact",
        PathType::PathPrefix => "PathPrefix",
        PathType::RegularExpression => "RegularExpression",
    }
}

/// `PathPrefix /v1, method POST, header x-tier: a`.
pub fn describe(one: &Match) -> String {
    let mut parts = vec![describe_path(&one.path)];
    parts.extend(one.method.iter().map(|method| format!("method {method}")));
    parts.extend(
        one.headers.iter().map(|h| format!("header {}: {}", h.name, masked(&h.name, &h.value))),
    );
    parts.extend(
        one.query_params.iter().map(|q| format!("query {}={}", q.name, masked(&q.name, &q.value))),
    );
    parts.join(", ")
}

fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()
}
