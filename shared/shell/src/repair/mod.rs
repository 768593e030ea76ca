//! `fix`: preview, confirm, apply, verify. Of files so far.

mod all;
mod draft;
mod each;
mod file_change;
mod finish;
mod flags;
mod journal;
mod keys;
mod offer;
mod plan;
mod run;
mod show;
mod undo;
mod work;
mod write;

pub use flags::FixArgs;
pub use run::run;
pub use undo::{HistoryArgs, UndoArgs, history, undo};
