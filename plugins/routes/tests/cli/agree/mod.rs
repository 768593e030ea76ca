//! `check`, `why` and `status` never contradict each other, on any story and on stories in which
//! something small is wrong. A sample; `tests/run --soak` runs 10,000.

mod answers;
mod slip;

use igw_tests::dice::Dice;
use serde_json::{Value, json};

use crate::fuzz::stories;

/// What is wrong in a world, if it is.
fn judge(objects: &[Value]) -> Result<usize, String> {
    let world = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    match answers::contradictions(objects, &world) {
        Ok(asked) => Ok(asked),
        Err(all) => Err(format!("{}\n--- world\n{world}", all.join("\n"))),
    }
}

#[test]
fn on_every_story() {
    let asked: usize =
        stories().iter().map(|story| judge(story).unwrap_or_else(|e| panic!("{e}"))).sum();
    assert!(asked > 100, "only {asked} requests were asked about");
}

#[test]
fn on_stories_with_a_slip() {
    let stories = stories();
    let mut dice = Dice(0x5eed_0004);
    let worlds = if std::env::var_os("IGW_SOAK").is_some() { 10_000 } else { 60 };
    let mut wrong = Vec::new();
    for _ in 0..worlds {
        let mut world = stories[dice.roll(stories.len())].clone();
        for _ in 0..1 + dice.roll(2) {
            slip::one(&mut world, &mut dice);
        }
        wrong.extend(judge(&world).err());
    }
    assert!(wrong.is_empty(), "{} of {worlds}\n{}", wrong.len(), wrong.join("\n\n"));
}
