//! Where repairs are made: files, or a cluster.

use std::collections::BTreeMap;

use igw_core::fix::{Edit, PlanStep};
use igw_core::kube::Origin;

use super::drafted::{Draft, Drafted};
use super::journal::JournalHome;
use super::judge::{Judge, JudgedWorld};
use crate::exit::Failure;

/// Why a step is not drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotDrafted {
    /// Another step of the draft is about the same object, and has to be made first.
    Later,
    /// A fragment.
    Refused(String),
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepEnd {
    /// With what a person wants to know of it.
    Applied(Vec<String>),
    /// Nothing was changed.
    Refused(String),
    /// It may be half done, or did not help.
    Failed(String),
    /// It is made, and nothing could be learnt of it.
    Unverified(String),
}

/// What came of a draft.
pub struct Made {
    /// Everything as it is now.
    pub judged: JudgedWorld,
    /// What is still to be written.
    pub draft: Draft,
    /// What became of each repair, by name.
    pub ends: BTreeMap<String, StepEnd>,
    /// Whether Ctrl-C came meanwhile.
    pub interrupted: bool,
}

/// Where repairs are made.
pub trait Ground {
    /// Judges everything as if a draft were made.
    ///
    /// # Errors
    /// When nothing can be read.
    fn judge(&mut self, judge: &Judge, draft: &Draft) -> Result<JudgedWorld, Failure>;

    /// Adds a step to a draft; `home` is where the finding is.
    ///
    /// # Errors
    /// Why it cannot be made.
    fn draft(
        &mut self,
        judge: &Judge,
        judged: &JudgedWorld,
        draft: &mut Draft,
        step: &PlanStep,
        home: Origin,
    ) -> Result<Drafted, NotDrafted>;

    /// The text of a step for a person to change.
    fn editable(&self, drafted: &Drafted) -> String;

    /// The step with the text that a person has made of it.
    ///
    /// # Errors
    /// Why it cannot be made.
    fn edited(
        &mut self,
        judge: &Judge,
        draft: &mut Draft,
        drafted: &Drafted,
        text: &str,
    ) -> Result<Drafted, NotDrafted>;

    /// Makes what was drafted; `after` is how it was judged, and `judged` how things were.
    ///
    /// # Errors
    /// When nothing can be read any more.
    fn make(
        &mut self,
        judge: &Judge,
        draft: Draft,
        steps: &[(PlanStep, Drafted)],
        judged: &JudgedWorld,
        after: JudgedWorld,
    ) -> Result<Made, Failure>;

    /// Writes what is left to be written.
    ///
    /// # Errors
    /// When it cannot be written.
    fn end(&mut self, judge: &Judge, draft: &Draft) -> Result<(), Failure>;

    /// The name under which what was made since the last time it was asked can be taken back.
    fn undoable(&mut self) -> Option<String>;

    /// Which cluster it is, if it is one.
    fn home(&self, judge: &Judge) -> JournalHome;

    /// What has to be done for edits that were made to take effect, each as a line.
    ///
    /// # Errors
    /// When nothing can be read any more.
    fn effects(
        &mut self,
        judge: &Judge,
        judged: &JudgedWorld,
        edits: &[Edit],
    ) -> Result<Vec<String>, Failure>;

    /// `in 2 files`, `in 2 namespaces`
    fn spread(&self, steps: &[&Drafted]) -> String;
}
