//! The rounds: checks run, what they miss is asked, they run again.

use std::collections::BTreeSet;

use crate::check::{Check, Sink};
use crate::facts::{Ask, Cx, Scope, Store};

/// After so many rounds what is still not known stays unknown.
pub const MOST_ROUNDS: usize = 4;

/// The end of a round.
#[derive(Debug)]
pub struct Round {
    /// What each check said, in the order of the checks.
    pub sinks: Vec<Sink>,
    /// What they missed; empty: done.
    pub asks: BTreeSet<Ask>,
}

/// Runs every check once. Whoever drives this answers the asks into the store and calls again, at
/// most [`MOST_ROUNDS`] times; that keeps IO, and whether it is asynchronous, out of here.
pub fn round(checks: &[&dyn Check], store: &Store, scope: &Scope) -> Round {
    let cx = Cx::new(store, scope);
    let sinks = checks
        .iter()
        .map(|check| {
            let mut sink = Sink::new(check.meta());
            check.run(&cx, &mut sink);
            sink.findings
                .sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
            sink
        })
        .collect();
    Round {
        sinks,
        asks: cx.into_asks(),
    }
}

/// Answers asks: the API server, a bundle, or (for files) nobody.
pub trait Source {
    /// Answers into the store. An ask without an answer stays unknown.
    fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store);
}

/// Everything there is to know was read before: what is missing follows from the world's rules.
pub struct Files;

impl Source for Files {
    fn answer(&mut self, _asks: BTreeSet<Ask>, _store: &mut Store) {}
}

/// Drives the rounds with a source.
pub fn settle(
    checks: &[&dyn Check],
    store: &mut Store,
    scope: &Scope,
    source: &mut dyn Source,
) -> Vec<Sink> {
    let mut last = round(checks, store, scope);
    for _ in 1..MOST_ROUNDS {
        if last.asks.is_empty() {
            break;
        }
        source.answer(std::mem::take(&mut last.asks), store);
        last = round(checks, store, scope);
    }
    last.sinks
}
