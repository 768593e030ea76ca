//! One answer, where files describe several worlds.

use igw_core::route::resolve::Untraceable;
use igw_core::route::trace::{Stage, Step, Trace};

/// Of the answers in several worlds that of the one which has a route for the request, with a word
/// about those that answer otherwise, and the number of that world.
pub fn best_world(
    mut all: Vec<Result<Trace, Untraceable>>,
    names: &[&str],
) -> (usize, Result<Trace, Untraceable>) {
    let rank = |found: &Result<Trace, Untraceable>| match found {
        Ok(trace) if trace.matched.is_some() => 0,
        Ok(trace) if trace.verdict.unknown.is_some() => 1,
        Ok(_) => 2,
        Err(_) => 3,
    };
    let Some(best) = (0..all.len()).min_by_key(|number| rank(&all[*number])) else {
        unreachable!("there is a world")
    };
    if all.len() == 1 {
        return (best, all.swap_remove(best));
    }
    let told: Vec<(usize, Option<u16>)> = all
        .iter()
        .enumerate()
        .filter_map(|(number, found)| found.as_ref().ok().map(|own| (number, own)))
        .filter(|(number, own)| *number != best && own.matched.is_some())
        .map(|(number, own)| (number, own.verdict.status))
        .collect();
    let mut trace = match all.swap_remove(best) {
        Ok(trace) => trace,
        error => return (best, error),
    };
    for (number, status) in told.into_iter().take(3) {
        let name = names.get(number).copied().unwrap_or_default();
        let answer = match status {
            Some(status) => format!("it gets {status}"),
            None => "its answer is not known".to_owned(),
        };
        trace.steps.push(Step {
            stage: Stage::Rule,
            says: format!("with {name} in the place of its alternatives {answer}"),
            at: format!("-f {name} follows it there"),
        });
    }
    (best, Ok(trace))
}
