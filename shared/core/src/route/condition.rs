//! A condition as controllers write it.

use serde::Serialize;
use serde_json::Value;

/// A condition without message and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    pub reason: String,
}

impl Condition {
    pub fn new(kind: &str, status: &str, reason: &str) -> Self {
        Condition { kind: kind.into(), status: status.into(), reason: reason.into() }
    }

    /// The condition that is written so in a status.
    pub fn of(value: &Value) -> Option<Self> {
        let member = |name: &str| value[name].as_str();
        Some(Condition::new(member("type")?, member("status")?, member("reason")?))
    }

    pub fn set(&mut self, status: &str, reason: &str) {
        self.status = status.into();
        self.reason = reason.into();
    }
}
