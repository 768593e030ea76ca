//! What is known, what is known to be absent, and what is not known and why.

mod ask;
mod chart;
mod decode;
mod derived;
mod fact;
#[allow(clippy::module_inception, reason = "the noun of this room")]
mod facts;
mod fields;
mod maker;
mod makers;
mod memo;
mod namesakes;
mod notes;
mod points;
mod raw;
mod said;
mod scope;
mod settle;
mod slips;
mod spelling;
mod status;
mod store;
mod tables;
mod view;
pub mod views;
mod world;

pub use ask::{Ask, Risk};
pub use chart::hosts_in_values;
pub use decode::{Laid, decode};
pub use fact::{Fact, Why, WhyKind};
pub use facts::{Derive, Facts};
pub use maker::{Maker, Makes};
pub use makers::Makers;
pub use memo::Memo;
pub use namesakes::{namesakes, nearest};
pub use notes::Notes;
pub use points::{Pointing, PointingTarget, may_point};
pub use said::{Assumed, Said};
pub use scope::{LabelTest, Scope};
pub use slips::Slips;
pub use spelling::Spelling;
pub use store::{
    Answer, Answers, ComposeService, ConfigFile, LOG_BYTES, LOG_LINES, Listing, Logs, Other,
    Refused, Selection, Store, StoredCopy, Unclear,
};
pub use tables::{Stored, Table, Tables};
pub use view::View;
pub use world::{Openness, World};
