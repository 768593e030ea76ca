//! Edits of files: the stories of `tests/stories/edits`, and pairs of document and operation made by
//! chance. A sample; `tests/run --soak` runs 100,000.

mod judge;
mod manifests;
mod operation;
mod stories;
mod values;
mod written;

use igw_tests::dice::Dice;
use judge::{Outcome, judge};

/// How many pairs: a sample takes two seconds.
fn pairs() -> usize {
    match std::env::var_os("IGW_SOAK") {
        Some(_) => 100_000,
        None => 600,
    }
}

#[test]
fn pairs_of_document_and_operation() {
    let mut dice = Dice(0x5eed_0ed1);
    let stories = manifests::all();
    let mut outcomes = std::collections::BTreeMap::<Outcome, usize>::new();
    let all = pairs();
    for number in 0..all {
        let text = match dice.roll(4) {
            0 => manifests::varied(&stories[dice.roll(stories.len())], &mut dice),
            _ => written::document(&mut dice),
        };
        let Some((spot, operation)) = operation::any(&text, &mut dice) else {
            *outcomes.entry(Outcome::Unreadable).or_default() += 1;
            continue;
        };
        let outcome = judge(&text, spot, &operation)
            .unwrap_or_else(|why| panic!("pair {number}: {why}\n{operation}\n--- text\n{text}"));
        *outcomes.entry(outcome).or_default() += 1;
    }
    let count = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or_default();
    println!("{outcomes:#?}");
    // The guard is the last net: what it catches is a fault in the splices.
    assert!(count(Outcome::Caught) * 1_000 <= all, "{outcomes:#?}");
    assert!(count(Outcome::Right) * 10 >= all * 8, "{outcomes:#?}");
    assert!(count(Outcome::Unreadable) * 20 <= all, "{outcomes:#?}");
}
