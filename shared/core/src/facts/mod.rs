//! What is known, what is known to be absent, and what is not known and why.

mod ask;
mod cx;
mod decode;
mod fact;
mod hidden;
mod object;
mod pairs;
mod profile;
mod release;
mod store;
pub mod views;
pub mod word;
mod world;

pub use ask::{Ask, Risk};
pub use cx::{Cx, LabelTest, Scope};
pub use decode::{decode, is_same_parent, lay};
pub use fact::{Fact, Why, WhyKind};
pub use hidden::Hidden;
pub use object::{GATEWAY_API, KGATEWAY_API, Kind, Meta, ObjRef, Origin, pointer};
pub use pairs::Pairs;
pub use profile::{Profile, Settings, Validation, Version};
pub use release::Release;
pub use store::{Answer, Listing, Loose, Other, Refused, Selection, Store, Table, View};
pub use world::{Openness, World};
