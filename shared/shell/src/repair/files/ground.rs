//! Files as the place of repairs: texts are drafted, judged as if they were written, and written at
//! the end, all or none.

use std::collections::BTreeMap;

use igw_core::facts::{Facts, Scope};
use igw_core::fix::{Edit, PlanStep};
use igw_core::kube::Origin;
use igw_core::text;

use super::draft::draft;
use super::finish;
use crate::exit::Failure;
use crate::input::{self, files::SourceFile};
use crate::repair::drafted::{Draft, DraftPlace, Drafted};
use crate::repair::ground::{Ground, Made, NotDrafted, StepEnd};
use crate::repair::journal::JournalHome;
use crate::repair::judge::{Judge, JudgedWorld};
use crate::session;

/// The files of `-f`, and what is written of them.
#[derive(Default)]
pub struct FileGround {
    /// As they were read first.
    files: Vec<SourceFile>,
    /// What was written since.
    written: Draft,
    undoable: Option<String>,
}

impl FileGround {
    /// Notes the files as they are. Standard input can be read only once: its text is drafted.
    pub fn begin(&mut self, judged: &JudgedWorld) -> Draft {
        let mut draft = Draft::default();
        let files = judged.session.iter().flat_map(|session| &session.input.files);
        self.files = files.cloned().collect();
        for file in self.files.iter().filter(|file| file.path.is_none()) {
            draft.files.0.insert(None, file.text.clone());
        }
        draft
    }
}

impl Ground for FileGround {
    fn judge(&mut self, judge: &Judge, draft: &Draft) -> Result<JudgedWorld, Failure> {
        let mut opening = judge.opening()?;
        opening.drafts = draft.files.clone();
        let mut session = session::open(opening)?;
        if session.worlds.len() > 1 {
            let names: Vec<&str> = session.worlds.iter().map(|own| own.name.as_str()).collect();
            let names = text::some_of(&names, 4);
            let failure = Failure::usage(format!("the files are for several clusters: {names}"));
            return Err(failure.hint("give one of these directories"));
        }
        let mut judged = judge.judge(&mut session)?;
        judged.session = Some(session);
        Ok(judged)
    }

    fn draft(
        &mut self,
        _judge: &Judge,
        judged: &JudgedWorld,
        all: &mut Draft,
        step: &PlanStep,
        home: Origin,
    ) -> Result<Drafted, NotDrafted> {
        let session = judged.session.as_ref();
        let session =
            session.ok_or_else(|| NotDrafted::Refused("there are no files".to_owned()))?;
        let (path, drafted) =
            draft(&session.input, &all.files, step, home).map_err(NotDrafted::Refused)?;
        all.files.0.insert(path, drafted.new.clone());
        Ok(drafted)
    }

    fn editable(&self, drafted: &Drafted) -> String {
        drafted.new.clone()
    }

    fn edited(
        &mut self,
        _judge: &Judge,
        all: &mut Draft,
        drafted: &Drafted,
        text: &str,
    ) -> Result<Drafted, NotDrafted> {
        let read = input::files::read(&["-".to_owned()], &mut text.as_bytes());
        if let Some(problem) = read.problems.first() {
            let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            return Err(NotDrafted::Refused(format!("{line}{}", problem.message)));
        }
        if let DraftPlace::File(path) = &drafted.place {
            all.files.0.insert(path.clone(), text.to_owned());
        }
        Ok(Drafted { new: text.to_owned(), ..drafted.clone() })
    }

    fn make(
        &mut self,
        _judge: &Judge,
        draft: Draft,
        steps: &[(PlanStep, Drafted)],
        _judged: &JudgedWorld,
        after: JudgedWorld,
    ) -> Result<Made, Failure> {
        let fixes = steps.iter().flat_map(|(step, _)| &step.fixes);
        let ends: BTreeMap<String, StepEnd> =
            fixes.map(|id| (id.clone(), StepEnd::Applied(Vec::new()))).collect();
        Ok(Made { judged: after, draft, ends, interrupted: false })
    }

    fn end(&mut self, judge: &Judge, draft: &Draft) -> Result<(), Failure> {
        let id = finish::write(judge, &draft.files, &self.written.files, &self.files)?;
        self.undoable = id.or_else(|| self.undoable.take());
        self.written = draft.clone();
        Ok(())
    }

    fn undoable(&mut self) -> Option<String> {
        self.undoable.take()
    }

    fn home(&self, _judge: &Judge) -> JournalHome {
        JournalHome::default()
    }

    fn effects(
        &mut self,
        judge: &Judge,
        judged: &JudgedWorld,
        edits: &[Edit],
    ) -> Result<Vec<String>, Failure> {
        let Some(session) = &judged.session else { return Ok(Vec::new()) };
        let (scope, product) = (Scope::default(), judge.product);
        let facts = Facts::new(&session.store, &scope);
        Ok(product.takes_effect(&facts, edits))
    }

    fn spread(&self, steps: &[&Drafted]) -> String {
        let mut files: Vec<&str> = steps.iter().map(|one| one.name.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        format!("in {}", text::count(files.len(), "file"))
    }
}
