//! Findings in the order of the damage, and what one repair mends together.

use std::cmp::Reverse;

use super::Located;
use crate::finding::Finding;

/// One thing to do: a finding, and those of the same check that the same repair mends.
#[derive(Debug, Clone)]
pub struct Damage<'a> {
    pub located: &'a Located,
    pub mended_too: Vec<&'a Located>,
}

/// The worst first: a whole port, then all requests of a route, a share of them, other losses.
pub fn by_damage(findings: &[Located]) -> Vec<Damage<'_>> {
    let mut sorted: Vec<&Located> = findings.iter().collect();
    sorted.sort_by_key(|located| rank(&located.finding));
    let mut out: Vec<Damage> = Vec::new();
    for located in sorted {
        let mut known = out
            .iter_mut()
            .rev()
            .take_while(|own| rank(&own.located.finding) == rank(&located.finding));
        match known.find(|own| is_mended_by(&located.finding, &own.located.finding)) {
            Some(own) => own.mended_too.push(located),
            None => out.push(Damage { located, mended_too: Vec::new() }),
        }
    }
    out
}

/// Findings of one rank are alike.
pub fn rank(finding: &Finding) -> (Reverse<crate::finding::Severity>, u8, &'static str) {
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

/// Whether the repair of another finding is this one's, too.
fn is_mended_by(finding: &Finding, other: &Finding) -> bool {
    let (Some(own), Some(theirs)) = (&finding.fix, &other.fix) else { return false };
    own.choice.is_none() && !own.edits.is_empty() && own.edits == theirs.edits
}
