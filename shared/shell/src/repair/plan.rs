//! The plan: everything that can be repaired, shown, and nothing changed.

use std::fmt::Write as _;

use igw_core::fix;
use igw_core::text;
use serde_json::{Value, json};

use super::offer::{self, Offer};
use super::show::ShownStep;
use super::work::{JudgedFiles, Work};
use crate::exit::{Exit, Failure};
use crate::flags::Output;
use crate::output::document;

/// Up to how many steps each is judged by itself.
const JUDGED: usize = 30;

/// Prints what would be done.
///
/// # Errors
/// When the files cannot be read, or the plan not written.
pub fn print(work: &Work, judged: &JudgedFiles) -> Result<Exit, Failure> {
    let args = work.args;
    let (mut chosen, mut left) = (Vec::new(), Vec::new());
    for offer in &judged.offers {
        match offer.chosen(args)? {
            Some(one) => chosen.push(one),
            None => left.push((offer, offer.why_not(args))),
        }
    }
    let planned = fix::plan(&chosen);
    let steps = &planned.steps;
    for (id, why) in planned.refused() {
        let offer = judged.offers.iter().find(|offer| offer.id == *id);
        left.extend(offer.map(|offer| (offer, why)));
    }
    let mut drafts = work.drafts.clone();
    let mut shown = Vec::new();
    for step in steps {
        let mut alone = work.drafts.clone();
        match work.draft(judged, &mut drafts, step) {
            Err(why) => {
                let of = judged.offers_of(step);
                left.extend(of.map(|offer| (offer, format!("refused: {why}"))));
            }
            Ok(drafted) => {
                let change = match steps.len() <= JUDGED {
                    true => {
                        work.draft(judged, &mut alone, step).map_err(Failure::usage)?;
                        Some(judged.change_to(&work.judge(&alone)?))
                    }
                    false => None,
                };
                shown.push((step, drafted, change));
            }
        }
    }
    let shown: Vec<ShownStep> = shown
        .iter()
        .map(|(step, drafted, change)| ShownStep {
            step,
            offers: judged.offers_of(step).collect(),
            drafted,
            change: change.clone(),
        })
        .collect();
    match args.output {
        Output::Human => work.console.say(&text_of(work, judged, &shown, &left))?,
        output => {
            work.console.print(&document(&plan_of(&shown, &left, args.diff_context), output)?)?
        }
    }
    let nothing = shown.is_empty() && left.is_empty() && !judged.has_errors;
    Ok(if nothing { Exit::Good } else { Exit::Findings })
}

/// What is planned, in one line.
pub fn counted(steps: &[ShownStep]) -> String {
    let creates = steps.iter().filter(|one| one.verb() == "create").count();
    let mut files: Vec<&str> = steps.iter().map(|one| one.drafted.name.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    format!(
        "Plan: {creates} create, {} change · {} in {}",
        steps.len() - creates,
        text::count(steps.len(), "object"),
        text::count(files.len(), "file")
    )
}

fn text_of(
    work: &Work,
    judged: &JudgedFiles,
    shown: &[ShownStep],
    left: &[(&Offer, String)],
) -> String {
    let theme = &work.console.theme;
    let mut out = String::new();
    if shown.is_empty() && left.is_empty() && judged.without == 0 {
        return "Nothing to repair.\n".to_owned();
    }
    for (number, one) in shown.iter().enumerate() {
        let place = format!("{} of {}", number + 1, shown.len());
        out.push_str(&one.text(&place, work.args.diff_context, theme));
        out.push('\n');
    }
    for (offer, why) in left {
        let line = theme.wrap(2, &offer.line_but(why));
        let _ = writeln!(out, "{} {}", theme.dot(), line.trim_start());
    }
    if !left.is_empty() {
        out.push('\n');
    }
    if judged.without > 0 {
        let without = text::count(judged.without, "finding");
        let _ = writeln!(out, "{} {without} without a repair\n", theme.dot());
    }
    let _ = writeln!(out, "{}; nothing was changed", counted(shown));
    out
}

fn plan_of(shown: &[ShownStep], left: &[(&Offer, String)], context: usize) -> Value {
    let step = |one: &ShownStep| {
        let codes = |all: &[igw_core::compare::Known]| -> Vec<String> {
            all.iter().map(|known| known.code.clone()).collect()
        };
        let (gone, new) = one.change.as_ref().map(|(gone, new)| (codes(gone), codes(new))).unzip();
        let worst = one.offers.iter().map(|offer| &offer.fix.safety).max();
        json!({
            "fix": one.step.fixes.first(),
            "fixes": one.step.fixes,
            "object": one.step.object,
            "verb": one.verb(),
            "file": one.drafted.name,
            "patch": one.drafted.ops,
            "diff": one.drafted.diff(context),
            "server": { "answer": "not-asked", "message": null },
            "appears": new,
            "vanishes": gone,
            "disposition": worst.map(fix::Safety::word),
            "owner": null,
            "command": null,
        })
    };
    let left = left.iter().map(|(offer, why)| {
        let choice = offer.fix.choice.as_ref().map(|choice| {
            let key = format!("{}.{}", offer.finding.code, choice.key);
            json!({ "key": key, "values": offer::values(choice) })
        });
        json!({
            "fix": offer.id,
            "object": offer.finding.object,
            "title": offer.fix.title,
            "disposition": offer.fix.safety.word(),
            "why": why,
            "choice": choice,
        })
    });
    json!({
        "apiVersion": "igw.dev/v1alpha1",
        "kind": "Plan",
        "steps": shown.iter().map(step).collect::<Vec<_>>(),
        "notPlanned": left.collect::<Vec<_>>(),
    })
}
