//! `fix`: preview, confirm, apply, verify; and `history` and `undo`.

mod all;
mod approved;
mod drafted;
mod each;
mod editor;
mod entries;
mod file_change;
mod files;
mod flags;
mod ground;
mod hide;
mod history;
mod journal;
mod judge;
mod kept;
mod keys;
mod live;
mod masked_object;
mod moved;
mod offer;
mod painted;
mod pieces;
mod plan;
mod question;
mod run;
mod saved;
mod secret_place;
mod show;
mod undo;
mod wish;
mod work;

pub use flags::{FixArgs, MakeFlags};
pub use history::{HistoryArgs, history};
pub use run::{change, plan_words, run};
pub use undo::{UndoArgs, undo};
pub use wish::{Wish, WishRefusal};
