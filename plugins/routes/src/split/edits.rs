//! From arms to what is set in a rule. What stays keeps its text, its filters and its comments.

use igw_core::facts::views::HttpRoute;
use igw_core::fix::Set;
use igw_core::pointer;
use serde_json::Value;

use super::arm::SplitArm;

/// Makes these arms the backendRefs of a rule; empty: they are that already.
pub fn arms(route: &HttpRoute, rule: usize, arms: &[SplitArm]) -> Vec<Set> {
    let now = &route.rules[rule].backend_refs;
    let home = &route.meta.namespace;
    // Of references to one Service and port the first stays.
    let kept: Vec<Option<usize>> = arms
        .iter()
        .map(|arm| now.iter().position(|reference| arm.is(reference, &route.meta)))
        .collect();
    let list = pointer!["spec", "rules", rule, "backendRefs"];
    if kept.iter().all(Option::is_none) {
        let items: Vec<Value> = arms.iter().map(|arm| arm.reference(home)).collect();
        return vec![Set::Put(list, items.into())];
    }
    let mut out = Vec::new();
    for (at, _) in now.iter().enumerate().filter(|(at, _)| !kept.contains(&Some(*at))) {
        out.push(Set::Drop(pointer!["spec", "rules", rule, "backendRefs", at]));
    }
    for (number, (arm, at)) in arms.iter().zip(&kept).enumerate() {
        match at {
            Some(at) if now[*at].weight == arm.weight => {}
            Some(at) => out.push(weight(rule, *at, arm.weight)),
            None => {
                let next = kept[number + 1..].iter().flatten().next().copied();
                out.push(Set::Insert(list.clone(), next, arm.reference(home)));
            }
        }
    }
    out
}

/// Gives the backendRefs of a rule these weights.
pub fn weights(route: &HttpRoute, rule: usize, weights: &[u32]) -> Vec<Set> {
    let now = route.rules[rule].backend_refs.iter().zip(weights).enumerate();
    now.filter(|(_, (reference, new))| reference.weight != **new)
        .map(|(at, (_, new))| weight(rule, at, *new))
        .collect()
}

/// Leaves one backendRef of a rule, for all requests.
pub fn only(route: &HttpRoute, rule: usize, kept: usize) -> Vec<Set> {
    let now = &route.rules[rule].backend_refs;
    let others = (0..now.len()).filter(|at| *at != kept);
    let mut out: Vec<Set> =
        others.map(|at| Set::Drop(pointer!["spec", "rules", rule, "backendRefs", at])).collect();
    // Alone, any weight but 0 means all; 1 is the default.
    if now[kept].weight != 1 {
        out.push(Set::Drop(pointer!["spec", "rules", rule, "backendRefs", kept, "weight"]));
    }
    out
}

fn weight(rule: usize, at: usize, weight: u32) -> Set {
    Set::Put(pointer!["spec", "rules", rule, "backendRefs", at, "weight"], weight.into())
}
