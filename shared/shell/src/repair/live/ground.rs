//! A cluster as the place of repairs.

use std::collections::BTreeSet;

use igw_core::facts::{Laid, Said};
use igw_core::fix::{Edit, PlanStep};
use igw_core::kube::Origin;
use igw_core::text;
use serde_json::Value;

use super::draft::{Drafting, shown};
use super::make::Making;
use crate::cluster::Live;
use crate::exit::Failure;
use crate::repair::drafted::{Draft, Drafted};
use crate::repair::ground::{Ground, Made, NotDrafted};
use crate::repair::journal::{Journal, JournalHome};
use crate::repair::judge::{Judge, JudgedWorld};
use crate::session::Session;

/// A running cluster.
pub struct ClusterGround {
    session: Session,
    said: Said,
    /// Of this run, from its first change on.
    journal: Option<Journal>,
    undoable: Option<String>,
}

impl ClusterGround {
    /// Reads what a repair has to know.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn read(judge: &Judge, mut session: Session, said: Said) -> Result<ClusterGround, Failure> {
        let (_, around) = judge.scopes(&session)?;
        session.gather(&judge.everything.checks, &around)?;
        if let Some(live) = &session.live {
            live.interrupts().lift_limit();
        }
        Ok(ClusterGround { session, said, journal: None, undoable: None })
    }

    fn live(&self) -> Result<&Live, NotDrafted> {
        self.session.live.as_ref().ok_or_else(|| NotDrafted::Refused("no cluster".to_owned()))
    }

    fn drafting<'s>(&'s self, judge: &'s Judge) -> Result<Drafting<'s>, NotDrafted> {
        let (product, force_owned) = (judge.product, judge.args.make.force_owned);
        Ok(Drafting { live: self.live()?, product, force_owned })
    }
}

impl Ground for ClusterGround {
    fn judge(&mut self, judge: &Judge, draft: &Draft) -> Result<JudgedWorld, Failure> {
        if draft.objects.is_empty() {
            return judge.judge(&mut self.session);
        }
        let laid = |(number, object): (usize, &Value)| Laid {
            object: object.clone(),
            // Like files that are laid over a cluster.
            origin: Origin {
                file: 0,
                document: u32::try_from(number).unwrap_or_default(),
                item: None,
            },
        };
        let laid = draft.objects.values().enumerate().map(laid).collect();
        let base = self.session.lay_objects(laid);
        let judged = judge.judge(&mut self.session);
        self.session.store = base;
        judged
    }

    fn draft(
        &mut self,
        judge: &Judge,
        _judged: &JudgedWorld,
        all: &mut Draft,
        step: &PlanStep,
        _home: Origin,
    ) -> Result<Drafted, NotDrafted> {
        let drafting = self.drafting(judge)?;
        let drafted = match all.objects.get(&step.object) {
            None => drafting.step(step).map_err(NotDrafted::Refused)?,
            Some(before) => {
                let drafted = drafting.next_step(before, step).map_err(NotDrafted::Refused)?;
                drafted.ok_or(NotDrafted::Later)?
            }
        };
        if let Some(own) = drafted.object() {
            all.objects.insert(step.object.clone(), own.after.clone());
        }
        Ok(drafted)
    }

    fn editable(&self, drafted: &Drafted) -> String {
        drafted.object().map(|own| shown(&own.after)).unwrap_or_default()
    }

    fn edited(
        &mut self,
        judge: &Judge,
        all: &mut Draft,
        drafted: &Drafted,
        text: &str,
    ) -> Result<Drafted, NotDrafted> {
        let own = drafted.object().ok_or_else(|| NotDrafted::Refused("no object".to_owned()))?;
        let edited = self.drafting(judge)?.edited(own, text).map_err(NotDrafted::Refused)?;
        if let Some(new) = edited.object() {
            all.objects.insert(new.write.object(), new.after.clone());
        }
        Ok(edited)
    }

    fn make(
        &mut self,
        judge: &Judge,
        _draft: Draft,
        steps: &[(PlanStep, Drafted)],
        judged: &JudgedWorld,
        _after: JudgedWorld,
    ) -> Result<Made, Failure> {
        let Some(live) = &self.session.live else { return Err(Failure::blind("no cluster")) };
        let mut making = Making { live, judge, judged, journal: self.journal.take() };
        let outcome = making.make(steps);
        self.journal = making.journal.take();
        let mut written = outcome?;
        self.undoable = self.journal.as_ref().filter(|_| written.any).map(|own| own.id.clone());
        if written.any {
            let (_, around) = judge.scopes(&self.session)?;
            self.session.read_again(&self.said, &judge.everything.checks, &around)?;
        }
        let now = judge.judge(&mut self.session)?;
        written.verify(judge, judged, &now);
        if let Some(journal) = &mut self.journal {
            written.journal(journal)?;
        }
        let (ends, interrupted) = (written.ends, written.interrupted);
        Ok(Made { judged: now, draft: Draft::default(), ends, interrupted })
    }

    fn end(&mut self, _judge: &Judge, _draft: &Draft) -> Result<(), Failure> {
        Ok(())
    }

    fn undoable(&mut self) -> Option<String> {
        self.undoable.take()
    }

    fn home(&self, judge: &Judge) -> JournalHome {
        let live = self.session.live.as_ref();
        live.map(|live| JournalHome::of(live, &judge.args.read.cluster)).unwrap_or_default()
    }

    fn effects(
        &mut self,
        judge: &Judge,
        _judged: &JudgedWorld,
        edits: &[Edit],
    ) -> Result<Vec<String>, Failure> {
        let (_, around) = judge.scopes(&self.session)?;
        self.session.look(&around, |facts| judge.product.takes_effect(facts, edits))
    }

    fn spread(&self, steps: &[&Drafted]) -> String {
        let objects = steps.iter().filter_map(|one| one.object());
        let namespaces: BTreeSet<_> =
            objects.filter_map(|own| own.write.object().namespace).collect();
        format!("in {}", text::count(namespaces.len(), "namespace"))
    }
}
