//! Files that are configurations of Bifrost, not manifests: which they are, and where in them, or in a
//! ConfigMap that holds one, a finding stands.

mod compose;
mod locate;
mod take;

pub use locate::Places;
pub use take::take_config_files;
