//! Edits of files: the stories of `tests/stories/edits`, and pairs of document and operation made by
//! chance. A sample; `tests/run --soak` runs 100,000.

mod judge;
mod manifests;
mod operation;
mod stories;
mod values;
mod written;

use igw_tests::dice::Dice;
use judge::{EditOutcome, judge};

/// How many pairs: a sample takes a few seconds.
fn pairs() -> usize {
    match std::env::var("IGW_SOAK") {
        // Any number of more than one digit is how many.
        Ok(count) => count.parse().ok().filter(|count| *count > 9).unwrap_or(100_000),
        Err(_) => 240,
    }
}

type EditOutcomes = std::collections::BTreeMap<EditOutcome, usize>;

/// Some pairs; the seed is named where one fails.
fn share(seed: u64, pairs: usize, stories: &[String]) -> EditOutcomes {
    let mut dice = Dice(seed);
    let mut outcomes = EditOutcomes::new();
    for number in 0..pairs {
        let text = match dice.roll(8) {
            0 => manifests::varied(&stories[dice.roll(stories.len())], &mut dice),
            _ => written::document(&mut dice),
        };
        let outcome = match operation::any(&text, &mut dice) {
            Some((spot, operation)) => judge(&text, spot, &operation).unwrap_or_else(|why| {
                panic!("seed {seed:x}, pair {number}: {why}\n{operation}\n--- text\n{text}")
            }),
            None => EditOutcome::Unreadable,
        };
        *outcomes.entry(outcome).or_default() += 1;
        // A run that is ended early has judged so many.
        if number > 0 && number % 2_500 == 0 {
            eprintln!("seed {seed:x}: {number} pairs, none wrong");
        }
    }
    outcomes
}

#[test]
fn pairs_of_document_and_operation() {
    let stories = manifests::all();
    let all = pairs();
    let threads = 2;
    let outcomes = std::thread::scope(|scope| {
        let shares: Vec<_> = (0..threads)
            .map(|own| {
                scope.spawn({
                    let stories = &stories;
                    move || share(0x5eed_0ed1 + own, all / threads as usize, stories)
                })
            })
            .collect();
        let mut outcomes = EditOutcomes::new();
        for share in shares {
            for (outcome, count) in share.join().expect("no pair is wrong") {
                *outcomes.entry(outcome).or_default() += count;
            }
        }
        outcomes
    });
    let count = |outcome: EditOutcome| outcomes.get(&outcome).copied().unwrap_or_default();
    println!("{outcomes:#?}");
    // The guard is the last net: what it catches is a fault in the splices.
    assert!(count(EditOutcome::Caught) * 500 <= all, "{outcomes:#?}");
    assert!(count(EditOutcome::Right) * 10 >= all * 8, "{outcomes:#?}");
    assert!(count(EditOutcome::Unreadable) * 20 <= all, "{outcomes:#?}");
}

/// An item that is as wanted once its `<<` is merged is not written again.
#[test]
fn a_merged_item_is_what_it_was() {
    let text = "a: &store\n  name: e\nlist:\n- <<: *store\n  weight: 7\n";
    let wanted = serde_json::json!([{"op": "replace", "path": "/list",
        "value": ["new", {"weight": 7, "name": "e"}]}]);
    let operations: json_patch::Patch = serde_json::from_value(wanted).expect("operations");
    let spot = igw::input::files::edit::Spot { document: 0, item: None };
    assert_eq!(judge(text, spot, &operations.0[0]), Ok(EditOutcome::Right));
}
