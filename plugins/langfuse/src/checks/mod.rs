//! The checks. A new one is a file here and a line in [`ALL`].

use igw_core::check::Check;

pub const ALL: &[&Check] = &[];
