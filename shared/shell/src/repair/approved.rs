//! `--plan`: what was approved is applied exactly as it was shown, or nothing is.

use igw_core::fix::{self, PlanStep};
use igw_core::kube::pointer;
use serde_json::Value;

use super::all::RepairTally;
use super::drafted::{Drafted, ObjectDraft};
use super::ground::NotDrafted;
use super::judge::JudgedWorld;
use super::saved::{SavedPlan, SavedStep};
use super::work::Work;
use crate::exit::{Exit, Failure};

/// Applies a saved plan.
///
/// # Errors
/// When it is of another cluster, or something has changed since: then nothing is changed.
pub fn apply(mut work: Work, judged: &JudgedWorld, plan: &SavedPlan) -> Result<Exit, Failure> {
    let home = work.ground.home(&work.judge);
    if home.cluster.as_ref() != Some(&plan.cluster) {
        let context = plan.context.as_deref().unwrap_or("another one");
        let failure = stale(format!("the plan is of another cluster (context {context})"));
        return Err(failure.hint("give its --context"));
    }
    let approved: Vec<_> = judged.offers.iter().filter(|offer| plan.has(&offer.id)).collect();
    let mut wanted = plan.steps.iter().flat_map(|step| &step.fixes);
    if let Some(gone) = wanted.find(|id| !approved.iter().any(|offer| offer.id == **id)) {
        let step = plan.steps.iter().find(|step| step.fixes.contains(gone));
        let object = step.map_or("", |step| step.object.as_str());
        return Err(stale(format!("plan is stale: {gone} ({object}) is not found any more")));
    }
    let mut chosen = Vec::new();
    for offer in &approved {
        chosen.extend(offer.chosen(work.judge.args)?);
    }
    let mut draft = work.draft.clone();
    let mut steps = Vec::new();
    for step in fix::plan(&chosen).steps {
        let drafted = work.drafted(judged, &mut draft, &step).map_err(|refused| match refused {
            NotDrafted::Later => stale("plan is stale: its steps are others now".to_owned()),
            NotDrafted::Refused(why) => stale(format!("plan is stale: {}: {why}", step.object)),
        })?;
        // An object may be changed by several steps.
        let before =
            steps.iter().filter(|(own, _): &&(PlanStep, Drafted)| own.object == step.object);
        compare(plan, before.count(), &step.fixes, &drafted)?;
        steps.push((step, drafted));
    }
    if steps.len() != plan.steps.len() {
        return Err(stale("plan is stale: its steps are others now".to_owned()));
    }
    let after = work.judged(&draft)?;
    let made = work.make(draft, &steps, judged, after)?;
    let mut tally = RepairTally::default();
    let mut exit = approved.iter().fold(Exit::Good, |exit, offer| match made.ends.get(&offer.id) {
        Some(end) => exit.and(tally.note(offer, end)),
        None => exit,
    });
    if made.interrupted {
        exit = Exit::Interrupted;
    }
    tally.undo.extend(work.ground.undoable());
    let (has_errors, mut left) = (made.judged.has_errors, made.judged);
    // What the plan does not speak of is another day's work.
    left.offers.retain(|offer| plan.has(&offer.id));
    left.without = 0;
    tally.edits = chosen.into_iter().flat_map(|one| one.edits).collect();
    tally.report(&mut work, &left)?;
    Ok(if has_errors { exit.and(Exit::Findings) } else { exit })
}

/// Whether a step is the one that was approved, on the object as it was then; `number` is how many
/// others of the object come before it.
fn compare(
    plan: &SavedPlan,
    number: usize,
    fixes: &[String],
    drafted: &Drafted,
) -> Result<(), Failure> {
    let Some(own) = drafted.object() else {
        return Err(stale("the plan is of a cluster".to_owned()));
    };
    if let Some(why) = &own.held {
        return Err(stale(format!("plan is stale: {}: {why}", drafted.name)));
    }
    let now = SavedStep::of(fixes, own);
    let mut of_object = plan.steps.iter().filter(|step| step.object == now.object);
    let Some(was) = of_object.nth(number) else {
        return Err(stale(format!("plan is stale: {} is not in it", now.object)));
    };
    if was.uid != now.uid || was.before != now.before {
        return Err(stale(moved(plan, own)));
    }
    if was.after != now.after || was.fixes != now.fixes {
        let what = format!("plan is stale: the server would make something else of {}", now.object);
        return Err(stale(what));
    }
    Ok(())
}

/// `plan is stale: FIELD of OBJECT was changed at TIME by MANAGER`
fn moved(plan: &SavedPlan, own: &ObjectDraft) -> String {
    let object = own.write.object();
    match (&own.before, fix::changed_since(&own.before, &plan.at)) {
        (Value::Null, _) => format!("plan is stale: {object} is gone"),
        (_, Some((at, manager, time))) => {
            let field = pointer::dotted(&at);
            format!("plan is stale: {field} of {object} was changed at {time} by {manager}")
        }
        (_, None) => format!("plan is stale: {object} was changed"),
    }
}

fn stale(message: String) -> Failure {
    Failure::refused(message).hint("nothing was changed; make a new plan")
}
