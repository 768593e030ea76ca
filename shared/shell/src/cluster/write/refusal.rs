//! Why an object was not changed, as far as the server says.

use igw_core::text;
use serde_json::Value;

use crate::cluster::read_error::ReadError;

/// Before the name of a webhook that does not answer.
const UNASKED: &str = "failed calling webhook ";

/// What came of a change instead of the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// The server said no: nothing was changed.
    Refused(WriteRefusal),
    /// No answer, or none that can be read: it may have been changed.
    Unclear(ReadError),
    /// It was not sent.
    NotSent(String),
}

/// A `Status` of the API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRefusal {
    pub code: u16,
    /// `Invalid`, `Forbidden`, `Conflict` …
    pub reason: String,
    pub message: String,
    /// Whether it names fields.
    pub has_causes: bool,
}

impl WriteRefusal {
    pub fn of(code: u16, body: &[u8]) -> WriteRefusal {
        let status: Value = serde_json::from_slice(body).unwrap_or_default();
        let word = |value: &Value| text::clean(value.as_str().unwrap_or_default());
        let causes = status["details"]["causes"].as_array();
        WriteRefusal {
            code,
            reason: word(&status["reason"]),
            message: text::clip(&word(&status["message"]), 600),
            has_causes: causes.is_some_and(|causes| !causes.is_empty()),
        }
    }

    /// Whether the object is not as it was when the change was made up. A failed `test` is 422
    /// without a word which one.
    pub fn is_stale(&self) -> bool {
        let tested = self.code == 422 && !self.has_causes && self.reason == "Invalid";
        tested || self.code == 409 && self.reason == "Conflict"
    }

    /// Whether an object of the name is there already.
    pub fn is_taken(&self) -> bool {
        self.reason == "AlreadyExists"
    }

    /// Whether a webhook is in the way of every dry run, so that nothing is known of the change.
    pub fn is_about_dry_run(&self) -> bool {
        self.message.contains("does not support dry run")
    }

    /// In the server's words, and which of its guards speaks.
    pub fn say(&self) -> String {
        match self.message.as_str() {
            "" => format!("the API server answered {}", self.code),
            message if message.starts_with("admission webhook ") => message.to_owned(),
            // `failurePolicy: Fail` (kubernetes, apiserver/pkg/admission/plugin/webhook, ErrCallingWebhook)
            message if message.contains(UNASKED) => {
                let from = message.find(UNASKED).map_or(0, |at| at + UNASKED.len());
                format!("admission webhook {} (it could not be asked)", &message[from..])
            }
            message if self.code == 403 => format!("the API server refuses it: {message}"),
            message => format!("the API server rejects it: {message}"),
        }
    }
}

impl WriteError {
    /// As one clause.
    pub fn say(&self) -> String {
        match self {
            WriteError::Refused(refusal) => refusal.say(),
            WriteError::Unclear(error) => error.say(),
            WriteError::NotSent(why) => why.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(code: u16, status: &Value) -> WriteRefusal {
        WriteRefusal::of(code, status.to_string().as_bytes())
    }

    #[test]
    fn a_failed_test_is_told_from_an_invalid_object() {
        let message = "the server rejected our request due to an error in our request";
        let failed = json!({"reason": "Invalid", "message": message, "details": {}});
        assert!(refusal(422, &failed).is_stale());
        let causes = json!({"causes": [{"field": "spec.rules"}]});
        let invalid = json!({"reason": "Invalid", "message": "x", "details": causes});
        assert!(!refusal(422, &invalid).is_stale());
        assert!(refusal(409, &json!({"reason": "Conflict"})).is_stale());
        let taken = refusal(409, &json!({"reason": "AlreadyExists"}));
        assert!(taken.is_taken() && !taken.is_stale());
    }

    #[test]
    fn a_webhook_that_does_not_answer_is_named() {
        let message =
            "Internal error occurred: failed calling webhook \"a.b.c\": connection refused";
        let refused = refusal(500, &json!({"reason": "InternalError", "message": message}));
        let says = "admission webhook \"a.b.c\": connection refused (it could not be asked)";
        assert_eq!(refused.say(), says);
    }

    #[test]
    fn what_is_no_status_has_a_sentence_too() {
        assert_eq!(WriteRefusal::of(500, b"<html>").say(), "the API server answered 500");
    }
}
