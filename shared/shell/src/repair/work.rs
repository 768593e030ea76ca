//! What a repair of files knows: the texts as they are to be, and what is wrong with them.

use std::collections::BTreeSet;

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
    selected: Selected,
    /// All checks, whatever is to be repaired: a repair shall break nothing else.
    everything: Selected,
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
        let selected = select(product, &args.input, &args.report())?;
        let everything = select(product, &args.input, &ReportFlags::default())?;
        let drafts = Drafts::default();
        Ok(Work { product, args, console, selected, everything, names, drafts })
    }

    /// The program's name.
    pub fn tool(&self) -> &'static str {
        self.product.tool().name
    }

    /// Reads and judges the files, as if the drafts were written.
    ///
    /// # Errors
    /// When nothing can be read.
    pub fn judge(&self, drafts: &Drafts) -> Result<JudgedFiles, Failure> {
        let args = self.args;
        let mut opening =
            Opening::new(self.product, &args.input, &args.cluster, &args.scope.namespace)?;
        opening.drafts = drafts.clone();
        let mut session = session::open(opening)?;
        if session.worlds.len() > 1 {
            let names: Vec<&str> = session.worlds.iter().map(|own| own.name.as_str()).collect();
            let names = igw_core::text::some_of(&names, 4);
            let failure = Failure::usage(format!("the files are for several clusters: {names}"));
            return Err(failure.hint("give one of these directories"));
        }
        let scope = session.scope(&args.scope, self.names)?;
        let mut sinks = session.run(&self.everything.checks, &Scope::default())?;
        let flags = ReportFlags::default();
        finish(&self.everything, &flags, &session.store, &Scope::default(), &mut sinks)?;
        let mut asked = session.run(&self.selected.checks, &scope)?;
        finish(&self.selected, &flags, &session.store, &scope, &mut asked)?;
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
        let of = |offer: &&Offer| step.fixes.contains(&offer.id);
        let home = judged.offers.iter().find(of).map_or(Origin::CLUSTER, |o| o.finding.origin);
        let drafted = draft(&judged.session.input, drafts, step, home)?;
        drafts.0.insert(drafted.path.clone(), drafted.new.clone());
        Ok(drafted)
    }
}

impl JudgedFiles {
    /// The findings that are gone with other files, and those that are new; each as code and object.
    pub fn change_to(&self, after: &JudgedFiles) -> (Vec<Known>, Vec<Known>) {
        let compared = compare::compare(&self.sinks, &after.sinks);
        let known = |all: &[Finding]| all.iter().map(Known::of).collect();
        (known(&compared.vanished), known(&compared.appeared))
    }

    /// The repairs of these whose findings are still there.
    pub fn still<'i>(&self, ids: &'i BTreeSet<String>) -> Vec<&'i String> {
        let is_there = |id: &&String| self.offers.iter().any(|offer| offer.id == **id);
        ids.iter().filter(is_there).collect()
    }
}
