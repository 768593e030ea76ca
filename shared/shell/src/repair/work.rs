//! What a repair of files knows: the texts as they are to be, and what is wrong with them.

use igw_core::check::Sink;
use igw_core::compare::{self, Known};
use igw_core::facts::Scope;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::PlanStep;
use igw_core::kube::Origin;

use super::draft::{Drafted, draft};
use super::flags::FixArgs;
use super::offer::Offer;
use crate::check::{ReportFlags, Selected, finish, select};
use crate::console::Console;
use crate::exit::Failure;
use crate::input::files::Drafts;
use crate::product::Product;
use crate::session::{self, Opening, Session};

/// A run of `fix` on files.
pub struct Work<'a> {
    product: &'static dyn Product,
    pub args: &'a FixArgs,
    pub console: &'a Console,
    /// All checks: a repair shall break nothing else.
    everything: Selected,
    /// The checks whose findings are to be repaired, if not those of all.
    selected: Option<Selected>,
    names: &'a [String],
    pub drafts: Drafts,
}

/// The files as they are to be, judged.
pub struct JudgedFiles {
    pub session: Session,
    sinks: Vec<Sink>,
    /// What can be repaired and was asked for, the worst first.
    pub offers: Vec<Offer>,
    /// How many findings that were asked for have no repair.
    pub without: usize,
    /// Whether an error is left that was asked for.
    pub has_errors: bool,
}

impl<'a> Work<'a> {
    /// # Errors
    /// When a flag is wrong.
    pub fn new(
        product: &'static dyn Product,
        args: &'a FixArgs,
        names: &'a [String],
        console: &'a Console,
    ) -> Result<Work<'a>, Failure> {
        let (input, flags) = (&args.read.input, args.report());
        let everything = select(product, input, &ReportFlags::default())?;
        let selected = match flags.only.is_empty() && flags.skip.is_empty() {
            true => None,
            false => Some(select(product, input, &flags)?),
        };
        let drafts = Drafts::default();
        Ok(Work { product, args, console, everything, selected, names, drafts })
    }

    pub fn product(&self) -> &'static dyn Product {
        self.product
    }

    /// Reads and judges the files, as if the drafts were written.
    ///
    /// # Errors
    /// When nothing can be read.
    pub fn judge(&self, drafts: &Drafts) -> Result<JudgedFiles, Failure> {
        let read = &self.args.read;
        let mut opening = Opening::of(self.product, read)?;
        opening.drafts = drafts.clone();
        let mut session = session::open(opening)?;
        if session.worlds.len() > 1 {
            let names: Vec<&str> = session.worlds.iter().map(|own| own.name.as_str()).collect();
            let names = igw_core::text::some_of(&names, 4);
            let failure = Failure::usage(format!("the files are for several clusters: {names}"));
            return Err(failure.hint("give one of these directories"));
        }
        let (scope, all) = (session.scope(&read.scope, self.names)?, Scope::default());
        let sinks = run(&mut session, &self.everything, &all)?;
        let asked = match (&self.selected, scope == all) {
            (None, true) => None,
            (selected, _) => {
                let selected = selected.as_ref().unwrap_or(&self.everything);
                Some(run(&mut session, selected, &scope)?)
            }
        };
        let asked = asked.as_ref().unwrap_or(&sinks);
        let mut findings: Vec<&Finding> = asked.iter().flat_map(|sink| &sink.findings).collect();
        findings.sort_by(|a, b| {
            (b.severity, a.code).cmp(&(a.severity, b.code)).then(a.sort_key().cmp(&b.sort_key()))
        });
        let has_errors = findings.iter().any(|finding| finding.severity == Severity::Error);
        let offers: Vec<Offer> = findings.iter().copied().filter_map(Offer::of).collect();
        let without = findings.len() - offers.len();
        Ok(JudgedFiles { session, sinks, offers, without, has_errors })
    }

    /// Makes a step in the drafts.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn draft(
        &self,
        judged: &JudgedFiles,
        drafts: &mut Drafts,
        step: &PlanStep,
    ) -> Result<Drafted, String> {
        let first = judged.offers_of(step).next();
        let home = first.map_or(Origin::CLUSTER, |offer| offer.finding.origin);
        let drafted = draft(&judged.session.input, drafts, step, home)?;
        drafts.0.insert(drafted.path.clone(), drafted.new.clone());
        Ok(drafted)
    }
}

/// Runs checks, and takes out what shall not be reported.
fn run(session: &mut Session, selected: &Selected, scope: &Scope) -> Result<Vec<Sink>, Failure> {
    let mut sinks = session.run(&selected.checks, scope)?;
    finish(selected, &ReportFlags::default(), &session.store, scope, &mut sinks)?;
    Ok(sinks)
}

impl JudgedFiles {
    /// The repairs of a step.
    pub fn offers_of<'s>(&'s self, step: &'s PlanStep) -> impl Iterator<Item = &'s Offer> {
        self.offers.iter().filter(|offer| step.fixes.contains(&offer.id))
    }

    pub fn has(&self, id: &str) -> bool {
        self.offers.iter().any(|offer| offer.id == id)
    }

    /// The findings that are gone with other files, and those that are new; each as code and object.
    pub fn change_to(&self, after: &JudgedFiles) -> (Vec<Known>, Vec<Known>) {
        let compared = compare::compare(&self.sinks, &after.sinks);
        let known = |all: &[Finding]| all.iter().map(Known::of).collect();
        (known(&compared.vanished), known(&compared.appeared))
    }
}
