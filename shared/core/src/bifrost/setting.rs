//! One configured text.

use crate::gojson::Id;
use crate::kube::Hidden;

/// A configured text that may be a secret, or the name of the variable that holds it.
#[derive(Debug, Clone)]
pub struct Setting {
    pub text: Hidden,
    pub id: Id,
}

impl Setting {
    /// The variable, if the whole value is `env.NAME`; parts are not expanded.
    pub fn variable(&self) -> Option<&str> {
        self.text.reveal().strip_prefix("env.")
    }
}
