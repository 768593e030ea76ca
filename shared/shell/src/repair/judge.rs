//! What is wrong, and what can be repaired of it.

use std::collections::BTreeMap;

use igw_core::check::Sink;
use igw_core::compare::{self, Known, Left};
use igw_core::facts::{Said, Scope};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::PlanStep;

use super::flags::FixArgs;
use super::offer::Offer;
use super::wish::{Wish, WishRefusal};
use crate::check::{ReportFlags, Selected, finish, select};
use crate::console::Console;
use crate::exit::Failure;
use crate::product::Product;
use crate::session::{Opening, Session};

/// What is judged, and how.
pub struct Judge<'a> {
    pub product: &'static dyn Product,
    pub args: &'a FixArgs,
    pub console: &'a Console,
    /// All checks: a repair shall break nothing else.
    pub everything: Selected,
    /// The checks whose findings are to be repaired, if not those of all.
    pub selected: Option<Selected>,
    /// What a person said, by `--assume` and flags of the product.
    pub said: Said,
    pub names: &'a [String],
    /// What is asked for instead of repairs.
    pub wish: Option<&'a dyn Wish>,
}

/// Files or a cluster, judged.
pub struct JudgedWorld {
    /// Of files.
    pub session: Option<Session>,
    sinks: Vec<Sink>,
    /// What can be repaired and was asked for, the worst first.
    pub offers: Vec<Offer>,
    /// How many findings that were asked for have no repair.
    pub without: usize,
    /// Whether an error is left that was asked for, or a change that was.
    pub has_errors: bool,
}

impl<'a> Judge<'a> {
    /// # Errors
    /// When a flag is wrong.
    pub fn new(
        product: &'static dyn Product,
        args: &'a FixArgs,
        names: &'a [String],
        console: &'a Console,
    ) -> Result<Judge<'a>, Failure> {
        let (input, flags) = (&args.read.input, args.report());
        let everything = select(product, input, &ReportFlags::default())?;
        let selected = match flags.only.is_empty() && flags.skip.is_empty() {
            true => None,
            false => Some(select(product, input, &flags)?),
        };
        let said = input.said(product)?;
        Ok(Judge { product, args, console, everything, selected, said, names, wish: None })
    }

    /// The same with what flags of the product say.
    ///
    /// # Errors
    /// When one is not understood.
    pub fn saying(
        mut self,
        say: &dyn Fn(&mut Said) -> Result<(), Failure>,
    ) -> Result<Judge<'a>, Failure> {
        say(&mut self.said)?;
        Ok(self)
    }

    /// Where it reads.
    ///
    /// # Errors
    /// When an assumption is not understood.
    pub fn opening(&self) -> Result<Opening<'_>, Failure> {
        Ok(Opening { said: self.said.clone(), ..Opening::of(self.product, &self.args.read)? })
    }

    /// What is said when there is nothing to be made.
    pub fn nothing(&self) -> &'static str {
        match self.wish {
            None => "Nothing to repair.",
            Some(_) => "Nothing to change: it is as you ask for.",
        }
    }

    /// What a change is that does not help, completing "not made: …".
    pub fn would_be(&self, left: &Left) -> String {
        match (left, self.wish) {
            (Left::There, None) => "the finding would still be there".to_owned(),
            (Left::There, Some(_)) => "it would still not be as you ask for".to_owned(),
            (Left::Unseen(why), _) => format!("it would not be known whether it helps: {why}"),
        }
    }

    /// What a change is that did not help.
    pub fn is(&self, left: &Left) -> String {
        match (left, self.wish) {
            (Left::There, None) => "applied, but the finding is still there".to_owned(),
            (Left::There, Some(_)) => "applied, but it is not as you ask for".to_owned(),
            (Left::Unseen(why), _) => {
                format!("applied, but it is not known whether it helped: {why}")
            }
        }
    }

    /// Whether each repair is written as soon as it is agreed to: not to standard output or a directory.
    pub fn writes_at_once(&self) -> bool {
        self.args.make.save.is_none() && !self.args.read.input.files.iter().any(|file| file == "-")
    }

    /// What is looked at besides what is asked for, so that a repair that breaks something is seen: of
    /// files everything, of a cluster the namespaces that were read.
    pub fn scopes(&self, session: &Session) -> Result<(Scope, Scope), Failure> {
        let asked = session.scope(&self.args.read.scope, self.names)?;
        let around = match session.live {
            None => Scope::default(),
            Some(_) => Scope { namespace: asked.namespace.clone(), ..Scope::default() },
        };
        Ok((asked, around))
    }

    /// Judges what a session knows.
    ///
    /// # Errors
    /// When a cluster cannot be read.
    pub fn judge(&self, session: &mut Session) -> Result<JudgedWorld, Failure> {
        let (scope, around) = self.scopes(session)?;
        let sinks = run(session, &self.everything, &around)?;
        if let Some(wish) = self.wish {
            let left = session.look(&scope, |facts| wish.look(facts))?;
            let left = left.map_err(WishRefusal::failure)?;
            let offers: Vec<Offer> = left.as_ref().and_then(Offer::of).into_iter().collect();
            let has_errors = !offers.is_empty();
            return Ok(JudgedWorld { session: None, sinks, offers, without: 0, has_errors });
        }
        let asked = match (&self.selected, scope == around) {
            (None, true) => None,
            (selected, _) => {
                let selected = selected.as_ref().unwrap_or(&self.everything);
                Some(run(session, selected, &scope)?)
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
        Ok(JudgedWorld { session: None, sinks, offers, without, has_errors })
    }
}

/// Runs checks, and takes out what shall not be reported.
fn run(session: &mut Session, selected: &Selected, scope: &Scope) -> Result<Vec<Sink>, Failure> {
    let mut sinks = session.run(&selected.checks, scope)?;
    finish(selected, &ReportFlags::default(), &session.store, scope, &mut sinks)?;
    Ok(sinks)
}

impl JudgedWorld {
    /// The repairs of a step.
    pub fn offers_of<'s>(&'s self, step: &'s PlanStep) -> impl Iterator<Item = &'s Offer> {
        self.offers.iter().filter(|offer| step.fixes.contains(&offer.id))
    }

    pub fn offers_again(&self, id: &str) -> bool {
        self.offers.iter().any(|offer| offer.id == id)
    }

    /// The repairs that are not known to have helped, by what there is afterwards.
    pub fn left_by(&self, judge: &Judge, after: &JudgedWorld) -> BTreeMap<String, Left> {
        match judge.wish {
            None => compare::left(&self.sinks, &after.sinks),
            Some(_) => after.offers.iter().map(|offer| (offer.id.clone(), Left::There)).collect(),
        }
    }

    /// The findings that are gone with other files, and those that are new; each as code and object.
    pub fn change_to(&self, after: &JudgedWorld) -> (Vec<Known>, Vec<Known>) {
        let compared = compare::compare(&self.sinks, &after.sinks);
        let known = |all: &[Finding]| all.iter().map(Known::of).collect::<Vec<_>>();
        let (mut gone, mut new) = (known(&compared.vanished), known(&compared.appeared));
        // What is only worded otherwise is still there.
        let is_same =
            |one: &Known, other: &Known| one.code == other.code && one.object == other.object;
        gone.retain(|one| match new.iter().position(|other| is_same(one, other)) {
            Some(at) => {
                new.remove(at);
                false
            }
            None => true,
        });
        (gone, new)
    }

    /// Says what could not be read; whether there was anything.
    pub fn complain(&self, console: &Console) -> bool {
        self.session.as_ref().is_some_and(|session| session.complain(console))
    }
}
