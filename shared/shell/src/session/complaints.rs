//! What could not be read.

use igw_core::report::Unread;
use igw_core::text;

use super::session::Session;
use crate::console::Console;
use crate::input::files::Problem;

/// How many files that nobody named are told when they cannot be read.
const MOST_NOTES: usize = 20;

impl Session {
    /// Says what could not be read; returns whether there was anything.
    pub fn complain(&self, console: &Console) -> bool {
        let problems = &self.input.problems;
        problems.iter().take(MOST_NOTES).for_each(|problem| console.fail(&problem.failure()));
        if let Some(more) = problems.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
            console.note(&format!("error: {} more like these", text::thousands(more)));
        }
        let notes = self.input.notes_to_tell();
        for note in notes.iter().take(MOST_NOTES) {
            console.note(&format!("warning: {}: {}", note.place(), note.message));
        }
        if let Some(more) = notes.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
            console.note(&format!("warning: {more} more files could not be read whole"));
        }
        !self.input.problems.is_empty()
    }

    /// What could not be read, for reports.
    pub fn unread(&self) -> Vec<Unread> {
        let unread = |problem: &Problem| Unread {
            file: problem.file.clone(),
            line: problem.line,
            column: problem.column,
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        };
        self.input.problems.iter().map(unread).collect()
    }
}
