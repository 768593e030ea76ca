//! `--yes`: all repairs that the flags allow, in rounds, until nothing is left that can be made.

use std::collections::{BTreeMap, BTreeSet};

use igw_core::fix::{self, Chosen};
use igw_core::text;

use super::finish;
use super::offer::Offer;
use super::work::{JudgedFiles, Work};
use crate::exit::{Exit, Failure};
use crate::product::Product;

/// More rounds than repairs that follow from one another.
const ROUNDS: usize = 8;

/// Applies what is allowed, and writes the files.
///
/// # Errors
/// When the files cannot be read or written.
pub fn apply(mut work: Work, judged: JudgedFiles) -> Result<Exit, Failure> {
    let before = work.drafts.clone();
    let first = judged.session.input.files.clone();
    let mut judged = judged;
    let mut done: BTreeMap<String, String> = BTreeMap::new();
    // Those that were refused, or did not repair.
    let mut failed: BTreeMap<String, String> = BTreeMap::new();
    let mut exit = Exit::Good;
    for _ in 0..ROUNDS {
        let open = |offer: &&Offer| {
            offer.is_allowed(work.args)
                && !failed.contains_key(&offer.id)
                && !done.contains_key(&offer.id)
        };
        let mut chosen: Vec<Chosen> = Vec::new();
        for offer in judged.offers.iter().filter(open) {
            chosen.extend(offer.chosen(work.args)?);
        }
        let planned = fix::plan(&chosen);
        for (id, why) in planned.refused() {
            failed.insert(id.clone(), why);
            exit = exit.and(Exit::Refused);
        }
        if planned.steps.is_empty() {
            break;
        }
        let mut drafts = work.drafts.clone();
        let mut made: BTreeSet<String> = BTreeSet::new();
        for step in &planned.steps {
            match work.draft(&judged, &mut drafts, step) {
                Ok(_) => made.extend(step.fixes.iter().cloned()),
                Err(why) => {
                    failed.extend(step.fixes.iter().map(|id| (id.clone(), why.clone())));
                    exit = exit.and(Exit::Refused);
                }
            }
        }
        made.retain(|id| !failed.contains_key(id));
        if made.is_empty() {
            break;
        }
        let after = work.judge(&drafts)?;
        let still: Vec<&String> = made.iter().filter(|id| after.has(id)).collect();
        if !still.is_empty() {
            // The round is made again without them.
            let why = "the finding would still be there".to_owned();
            failed.extend(still.into_iter().map(|id| (id.clone(), why.clone())));
            exit = exit.and(Exit::Failed);
            continue;
        }
        for offer in judged.offers.iter().filter(|offer| made.contains(&offer.id)) {
            done.insert(offer.id.clone(), offer.line());
        }
        work.drafts = drafts;
        judged = after;
    }
    let journalled = finish::write(&work, &before, &first)?;
    let left: Vec<(&Offer, String)> = judged
        .offers
        .iter()
        .map(|offer| {
            let failed = failed.get(&offer.id).cloned();
            (offer, failed.unwrap_or_else(|| offer.why_not(work.args)))
        })
        .collect();
    report(&work, &done, &left, judged.without);
    if let Some(id) = journalled {
        work.console.note(&undo_line(work.product(), &id));
    }
    Ok(if judged.has_errors { exit.and(Exit::Findings) } else { exit })
}

/// How a run is taken back.
pub fn undo_line(product: &dyn Product, id: &str) -> String {
    format!("undo: kubectl igw {} undo {id}", product.name())
}

/// `2 applied and verified, 1 left, 3 findings without a repair`
pub fn summary(done: usize, left: usize, without: usize) -> String {
    let mut parts = vec![format!("{} applied and verified", text::thousands(done))];
    if left > 0 {
        parts.push(format!("{} left", text::thousands(left)));
    }
    if without > 0 {
        parts.push(format!("{} without a repair", text::count(without, "finding")));
    }
    parts.join(", ")
}

fn report(work: &Work, done: &BTreeMap<String, String>, left: &[(&Offer, String)], without: usize) {
    let theme = &work.console.theme;
    for line in done.values() {
        work.console.note(&format!("{} {line}", theme.tick()));
    }
    for (offer, why) in left {
        work.console.note(&format!("{} {}", theme.dot(), offer.line_but(why)));
    }
    work.console.note(&summary(done.len(), left.len(), without));
}
