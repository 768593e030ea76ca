//! The plan: everything that can be repaired, shown, and nothing changed.

use std::fmt::Write as _;

use igw_core::fix::{self, PlanStep, StepAction};
use igw_core::text;
use serde_json::{Value, json};

use super::drafted::{Draft, DraftPlace, Drafted};
use super::ground::{Ground, NotDrafted};
use super::hide;
use super::judge::JudgedWorld;
use super::offer::{self, Offer};
use super::saved;
use super::show::ShownStep;
use super::work::Work;
use crate::exit::{Exit, Failure};
use crate::flags::Output;
use crate::output::document;

/// Up to how many steps each is judged by itself.
const JUDGED: usize = 30;

/// Prints what would be done.
///
/// # Errors
/// When the files cannot be read, or the plan not written.
pub fn print(mut work: Work, judged: &JudgedWorld) -> Result<Exit, Failure> {
    let args = work.judge.args;
    let (mut chosen, mut left) = (Vec::new(), Vec::new());
    for offer in &judged.offers {
        // What is saved is applied without a question.
        let is_open = args.save_plan.is_some() && !offer.is_allowed(args);
        match offer.chosen(args)?.filter(|_| !is_open) {
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
    let mut drafts = work.draft.clone();
    let mut made: Vec<(&PlanStep, Drafted)> = Vec::new();
    for step in steps {
        match work.drafted(judged, &mut drafts, step) {
            Err(NotDrafted::Later) => {
                let why = "waits for another change of the same object: run fix again";
                left.extend(judged.offers_of(step).map(|offer| (offer, why.to_owned())));
            }
            Err(NotDrafted::Refused(why)) => {
                let of = judged.offers_of(step);
                left.extend(of.map(|offer| (offer, format!("refused: {why}"))));
            }
            Ok(drafted) => made.push((step, drafted)),
        }
    }
    // Of what is asked for no step is made without the others.
    let of_all = match work.judge.wish.is_some() && !made.is_empty() {
        true => Some(judged.change_to(&work.judged(&drafts)?)),
        false => None,
    };
    let mut shown: Vec<ShownStep> = Vec::new();
    for (step, drafted) in &made {
        let change = match steps.len() <= JUDGED && work.judge.wish.is_none() {
            true => {
                let alone = together(&mut work, judged, steps, step, &made);
                Some(judged.change_to(&work.judged(&alone)?))
            }
            false => of_all.clone(),
        };
        let offers = judged.offers_of(step).collect();
        shown.push(ShownStep { step, offers, drafted, product: work.judge.product, change });
    }
    let plan = || plan_of(&shown, &left, args.make.diff_context);
    match args.output {
        Output::Human => work.judge.console.say(&text_of(&work, judged, &shown, &left))?,
        output => work.judge.console.print(&document(&plan(), output)?)?,
    }
    if let Some(path) = &args.save_plan {
        saved::write(&work, path, &shown, plan())?;
    }
    let nothing = shown.is_empty() && left.is_empty() && !judged.has_errors;
    Ok(if nothing { Exit::Good } else { Exit::Findings })
}

/// What the repairs of a step change in all objects: that is judged together. An object is not asked
/// for again; a file is drafted again, because what others change in it is left out.
fn together(
    work: &mut Work,
    judged: &JudgedWorld,
    steps: &[PlanStep],
    step: &PlanStep,
    made: &[(&PlanStep, Drafted)],
) -> Draft {
    let mut alone = work.draft.clone();
    for own in steps.iter().filter(|own| own.fixes.iter().any(|id| step.fixes.contains(id))) {
        let known = made.iter().find(|(known, _)| std::ptr::eq(*known, own));
        match known.and_then(|(_, drafted)| drafted.object()) {
            Some(object) => drop(alone.objects.insert(own.object.clone(), object.after.clone())),
            // One that is refused is named at its own place.
            None => drop(work.drafted(judged, &mut alone, own)),
        }
    }
    alone
}

/// `Plan: 1 create, 2 change, 1 to be decided`; `None`: nothing can be repaired.
///
/// # Errors
/// When `--set` gives an answer that is none.
pub fn outlook(work: &Work, judged: &JudgedWorld) -> Result<Option<String>, Failure> {
    let (mut chosen, mut open) = (Vec::new(), 0);
    for offer in &judged.offers {
        match offer.chosen(work.judge.args)? {
            Some(one) => chosen.push(one),
            None => open += 1,
        }
    }
    let steps = fix::plan(&chosen).steps;
    let creates = steps
        .iter()
        .filter(|step| matches!(step.action, StepAction::Create(_) | StepAction::Move(_)))
        .count();
    let mut line = format!("Plan: {creates} create, {} change", steps.len() - creates);
    if open > 0 {
        line.push_str(&format!(", {open} to be decided"));
    }
    Ok((!judged.offers.is_empty()).then_some(line))
}

/// What is planned, in one line.
fn counted(ground: &dyn Ground, steps: &[ShownStep]) -> String {
    let creates = steps.iter().filter(|one| one.verb() == "create").count();
    let held: Vec<&Drafted> =
        steps.iter().map(|one| one.drafted).filter(|one| one.held().is_some()).collect();
    let shown_only = match held.len() {
        0 => String::new(),
        count => format!(" · {count} only shown"),
    };
    let drafted: Vec<&Drafted> = steps.iter().map(|one| one.drafted).collect();
    format!(
        "Plan: {creates} create, {} change · {} {}{shown_only}",
        steps.len() - creates,
        text::count(steps.len(), "object"),
        ground.spread(&drafted),
    )
}

fn text_of(
    work: &Work,
    judged: &JudgedWorld,
    shown: &[ShownStep],
    left: &[(&Offer, String)],
) -> String {
    let theme = &work.judge.console.theme;
    let mut out = String::new();
    if shown.is_empty() && left.is_empty() && judged.without == 0 {
        return format!("{}\n", work.judge.nothing());
    }
    for (number, one) in shown.iter().enumerate() {
        let place = format!("{} of {}", number + 1, shown.len());
        out.push_str(&one.text(&place, work.judge.args.make.diff_context, theme));
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
    let _ = writeln!(out, "{}; nothing was changed", counted(work.ground.as_ref(), shown));
    out
}

fn plan_of(shown: &[ShownStep], left: &[(&Offer, String)], context: usize) -> Value {
    let step = |one: &ShownStep| {
        let codes = |all: &[igw_core::compare::Known]| -> Vec<String> {
            all.iter().map(|known| known.code.clone()).collect()
        };
        let (gone, new) = one.change.as_ref().map(|(gone, new)| (codes(gone), codes(new))).unzip();
        let worst = one.offers.iter().map(|offer| &offer.fix.safety).max();
        let own = one.drafted.object();
        let (answer, message) =
            own.map_or(("not-asked", None), |own| (own.server.word(), own.server.message()));
        let held = own.is_some_and(|own| own.held.is_some());
        let disposition = match held {
            true => Some("show-only"),
            false => worst.map(fix::Safety::word),
        };
        let file = matches!(one.drafted.place, DraftPlace::File(_)).then_some(&one.drafted.name);
        json!({
            "fix": one.step.fixes.first(),
            "fixes": one.step.fixes,
            "object": one.step.object,
            "verb": one.verb(),
            "file": file,
            "patch": operations(one),
            "diff": one.drafted.diff(one.product, context),
            "server": { "answer": answer, "message": message },
            "appears": new,
            "vanishes": gone,
            "disposition": disposition,
            "owner": own.and_then(|own| own.owner.as_ref()).map(|owner| &owner.name),
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

/// The operations of a step, secrets masked.
fn operations(one: &ShownStep) -> Vec<Value> {
    let masked = |operation: &json_patch::PatchOperation| {
        let mut wire = json!(operation);
        if let Some(value) = wire.get_mut("value") {
            *value = hide::value(one.product, operation.path().as_str(), value);
        }
        wire
    };
    match one.drafted.place {
        DraftPlace::File(_) => one.drafted.ops.iter().map(masked).collect(),
        // They are masked with their object.
        DraftPlace::Object(_) => one.drafted.ops.iter().map(|own| json!(own)).collect(),
    }
}
