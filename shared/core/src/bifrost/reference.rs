//! What a setting holds that may name a variable.

use super::setting::Setting;
use crate::kube::Hidden;
use crate::mask;
use crate::workload::env::{Environment, Var};

/// What is known of such a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Text(Hidden),
    /// Nothing, or an empty text.
    Empty,
    /// The container has no variable of this name.
    NotSet(String),
    /// It is set, to something that is not known.
    Unseen,
    Unknown(String),
}

/// What a setting holds. Only a whole value `env.NAME` is replaced.
pub fn held(setting: Option<&Setting>, env: &Environment) -> Held {
    let Some(setting) = setting else { return Held::Empty };
    let text = |text: &Hidden| match text.reveal() {
        "" => Held::Empty,
        masked if mask::has_masked(masked) => Held::Unseen,
        vault if vault.starts_with("vault.") => Held::Unseen,
        _ => Held::Text(text.clone()),
    };
    let Some(name) = setting.variable() else { return text(&setting.text) };
    match env.get(name) {
        Var::Set(value) => text(&value),
        Var::Unset if env.given => Held::NotSet(name.to_owned()),
        Var::Unset => Held::Unknown(format!("no pod template shows whether {name} is set")),
        Var::Dangling(why) => Held::Unknown(format!("variable {name}: {why}")),
        // The content of a Secret that is not given is assumed good (contract.md).
        Var::Unknown(_) => Held::Unseen,
    }
}
