//! # A match that no request can meet
//!
//! ## What it means
//! The match requires something that no request has when it is compared: two values of one header
//! at once, a line break in one, a path that changes when it is normalised, an expression that cannot
//! begin with `/`, a raw space in a query value.
//!
//! ## Why it matters
//! The rule exists, all conditions are True, and every request that was meant for it gets 404 or
//! goes to a less specific rule.
//!
//! ## Example
//! `headers: [{name: x-tier, value: a}, {name: X-Tier, value: b}]`: header names are
//! case-insensitive, and kgateway requires both values. (According to the specification the second
//! is ignored.)
//!
//! ## Fix safety
//! Unsafe: the tool cannot know what was meant.
//!
//! ## Sources
//! Gateway API `httproute_types.go` 505-560, 614-627, 685-702; observed in kgateway main, 2.3 and
//! 2.2 with Envoy (`normalize_path`, `merge_slashes`).

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{HttpRoute, Match, PathMatch, PathType, ValueMatch, ValueType};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::mask::value as masked;
use igw_core::route::expression::{self, Regex};
use igw_core::route::profile::Profile;
use igw_core::route::{followed, matching, path};
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0129",
    name: "match-never-true",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for route in followed::routes(facts) {
        let profile = followed::profile_of(facts, route);
        for (i, rule) in route.rules.iter().enumerate() {
            for (j, one) in rule.matches.iter().enumerate() {
                let at = pointer!["spec", "rules", i, "matches", j];
                let flaws = flaws(one, &profile);
                if flaws.is_empty() {
                    out.passed();
                }
                for flaw in flaws {
                    out.finding(finding(route, one, &at, flaw));
                }
            }
        }
    }
}

/// A condition that no request meets.
struct Flaw {
    /// Pointer within the match.
    field: String,
    /// Completes "…, because" or "…: ".
    says: String,
    hint: &'static str,
    /// Whether the rest of the match still counts: it then takes more than it says.
    ignored: bool,
}

fn flaws(one: &Match, profile: &Profile) -> Vec<Flaw> {
    let mut out = Vec::new();
    let never = |field: String, says: String, hint| Flaw { field, says, hint, ignored: false };
    if let Some((says, hint)) = path_flaw(&one.path, profile) {
        out.push(never("/path/value".to_owned(), says, hint));
    }
    for (index, parameter) in one.query_params.iter().enumerate() {
        let raw = |c: char| c == ' ' || c == '&' || c == '#' || c.is_control();
        if parameter.kind == ValueType::Exact && parameter.value.contains(raw) {
            let says = format!(
                "query parameter {} is compared as it is sent, with such characters escaped",
                parameter.name
            );
            out.push(never(
                format!("/queryParams/{index}/value"),
                says,
                "Write it escaped, e.g. %20 for a space.",
            ));
        }
    }
    for (index, header) in one.headers.iter().enumerate() {
        let value = header.value.as_str();
        if header.kind == ValueType::Exact && value.trim_matches([' ', '\t']) != value {
            let says = format!("spaces around the value of header {} never arrive", header.name);
            out.push(never(format!("/headers/{index}/value"), says, "Remove the spaces."));
        }
        if header.kind == ValueType::Exact && value.contains(|c: char| c.is_control() && c != '\t')
        {
            let says = format!("no value of header {} has a line break", header.name);
            out.push(never(format!("/headers/{index}/value"), says, "Remove it."));
        }
        let before = one.headers[..index].iter();
        let Some(first) = before.rev().find(|h| h.name.eq_ignore_ascii_case(&header.name)) else {
            continue;
        };
        if profile.is_kgateway() && !contradict(first, header) {
            continue;
        }
        let (a, b) = (masked(&first.name, &first.value), masked(&header.name, &header.value));
        let says = match profile.is_kgateway() {
            true => format!("header {} must be {a} and {b} at once", header.name),
            false => format!("header {} appears more than once", header.name),
        };
        out.push(Flaw {
            field: format!("/headers/{index}/name"),
            says,
            hint: "Header names are case-insensitive. Write one match for each value, or one expression.",
            ignored: !profile.is_kgateway(),
        });
    }
    out
}

/// Whether two conditions on one header exclude each other. A client that sends the header on
/// several lines would fit both; nobody does.
fn contradict(a: &ValueMatch, b: &ValueMatch) -> bool {
    let fits = |pattern: &str, value: &str| match expression::regex(pattern) {
        Regex::Good(regex) => regex.is_match(value.as_bytes()),
        Regex::Bad(_) | Regex::Unsure(_) => true,
    };
    match (a.kind, b.kind) {
        (ValueType::Exact, ValueType::Exact) => a.value != b.value,
        (ValueType::RegularExpression, ValueType::Exact) => !fits(&a.value, &b.value),
        (ValueType::Exact, ValueType::RegularExpression) => !fits(&b.value, &a.value),
        (ValueType::RegularExpression, ValueType::RegularExpression) => false,
    }
}

fn path_flaw(wanted: &PathMatch, profile: &Profile) -> Option<(String, &'static str)> {
    let value = wanted.value.as_str();
    if wanted.kind == PathType::RegularExpression {
        // What an expression that begins with a plain character takes begins with it, too.
        let first = value.trim_start_matches('^').chars().next()?;
        let optional =
            value.contains('|') || value.chars().nth(1).is_some_and(|c| "*?{".contains(c));
        let plain = first.is_ascii_alphanumeric() || first == '-' || first == '_' || first == '~';
        return (plain && !optional).then(|| {
            (
                "every path begins with /, and the whole path is compared".to_owned(),
                "Begin the expression with /.",
            )
        });
    }
    if !profile.is_kgateway() {
        return None;
    }
    // Every request is normalised; a value that would not survive is never met.
    match path::normalise(value) {
        Some(normal) if normal != value => Some((
            format!("paths are normalised before they are compared; this one becomes {normal}"),
            "Write the normalised path.",
        )),
        _ => None,
    }
}

fn finding(route: &HttpRoute, one: &Match, at: &str, flaw: Flaw) -> Finding {
    let Flaw { field, says, hint, ignored } = flaw;
    let title = match ignored {
        true => format!("Part of the match {} is ignored: {says}.", matching::describe(one)),
        false => format!("No request matches {}: {says}.", matching::describe(one)),
    };
    let (explanation, severity) = match ignored {
        true => ("Of several conditions on one header, only the first counts.", Severity::Warning),
        false => ("Requests meant for it get 404 or go to a less specific rule.", Severity::Error),
    };
    let finding = Finding::at(&route.meta, format!("{at}{field}"), title)
        .only(severity)
        .explain(format!("{explanation} {hint}"))
        .label(says);
    match ignored {
        true => finding,
        false => finding.effect(404, 1.0, matching::describe(one)),
    }
}
