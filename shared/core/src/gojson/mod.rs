//! JSON as Go's `encoding/json` reads it, with the place of every value.

mod decode;
mod newer;
mod scan;
mod tree;

pub use decode::{GoStruct, fold};
pub use newer::newer;
pub use scan::parse;
pub use tree::{Id, Json, JsonError, JsonKind};
