//! What may be shown: secrets are told by the names of what holds them and by their forms, and of
//! objects only what a rule compares is kept.

mod address;
mod forms;
mod kept;
mod kept_pods;
mod lines;
mod names;
mod object;

pub use address::{address, address_or_key, query};
pub use forms::text;
pub use lines::line;
pub use names::{is_secret, speaks_of_secret, value};
pub use object::ObjectMask;

/// What stands in the place of a secret.
pub const MASKED: &str = "<masked>";

/// Whether a value was replaced, as bundles have it.
pub fn is_masked(value: &str) -> bool {
    value.starts_with("<masked") && value.ends_with('>')
}

/// Whether a part of a text was replaced.
pub fn has_masked(text: &str) -> bool {
    text.contains("<masked")
}
