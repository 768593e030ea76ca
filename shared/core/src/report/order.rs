//! Findings in the order of the damage, and what one repair mends together.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Located;
use crate::finding::{Finding, Severity};
use crate::fix::Edit;

/// One thing to do: a finding, and those of the same check that the same repair mends.
#[derive(Debug, Clone)]
pub struct Damage<'a> {
    pub located: &'a Located,
    pub mended_too: Vec<&'a Located>,
}

/// The worst first: a whole port, then all requests of a route, a share of them, other losses.
pub fn by_damage(findings: &[Located]) -> Vec<Damage<'_>> {
    let mut out: Vec<Damage> = Vec::new();
    for alike in alike(&worst_first(findings), |located| &located.finding) {
        let mut repairs: HashMap<&Vec<Edit>, usize> = HashMap::new();
        for located in alike {
            let fix = located.finding.fix.as_ref();
            let decided = fix.filter(|fix| fix.choice.is_none() && !fix.edits.is_empty());
            match decided.and_then(|fix| repairs.get(&fix.edits)) {
                Some(at) => out[*at].mended_too.push(located),
                None => {
                    repairs.extend(fix.map(|fix| (&fix.edits, out.len())));
                    out.push(Damage { located, mended_too: Vec::new() });
                }
            }
        }
    }
    out
}

/// The worst first, each on its own.
pub fn worst_first(findings: &[Located]) -> Vec<&Located> {
    let mut sorted: Vec<&Located> = findings.iter().collect();
    sorted.sort_by_key(|located| rank(&located.finding));
    sorted
}

/// What is alike together, of what is sorted so.
pub fn alike<T>(sorted: &[T], finding: impl Fn(&T) -> &Finding) -> impl Iterator<Item = &[T]> {
    sorted.chunk_by(move |a, b| rank(finding(a)) == rank(finding(b)))
}

/// Findings of one rank are alike.
fn rank(finding: &Finding) -> (Reverse<Severity>, u8, &'static str) {
    let extent = match &finding.effect {
        Some(effect) if effect.status.is_some() => match finding.object.kind.as_str() {
            "Gateway" | "ListenerSet" => 0,
            _ if effect.share >= 1.0 => 1,
            _ => 2,
        },
        _ => 3,
    };
    (Reverse(finding.severity), extent, finding.code)
}
