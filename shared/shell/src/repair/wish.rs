//! A change that a person asks for, beside those that findings ask for.

use igw_core::facts::Facts;
use igw_core::finding::Finding;

use crate::exit::{Exit, Failure};

/// What a person asks for. It is looked at again with every draft and after every change: what is made
/// is right when nothing is left to be changed.
pub trait Wish {
    /// The command that asks for it, and its words: by them a saved plan is made again.
    fn words(&self) -> (&'static str, Vec<String>);

    /// What is still to be changed, as a finding with its repair; `None`: it is as asked for.
    ///
    /// # Errors
    /// Why that cannot be made.
    fn look(&self, facts: &Facts) -> Result<Option<Finding>, WishRefusal>;
}

/// Why a wish cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishRefusal {
    /// One sentence, lower case, without full stop.
    pub message: String,
    pub hints: Vec<String>,
    pub exit: Exit,
}

impl WishRefusal {
    pub fn new(message: impl Into<String>) -> WishRefusal {
        WishRefusal { message: message.into(), hints: Vec::new(), exit: Exit::Usage }
    }

    /// Something that was needed could not be looked at.
    pub fn blind(message: impl Into<String>) -> WishRefusal {
        WishRefusal { exit: Exit::Blind, ..WishRefusal::new(message) }
    }

    /// Somebody else has changed what it is about.
    pub fn moved(message: impl Into<String>) -> WishRefusal {
        WishRefusal { exit: Exit::Refused, ..WishRefusal::new(message) }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> WishRefusal {
        self.hints.push(hint.into());
        self
    }

    pub(super) fn failure(self) -> Failure {
        Failure { exit: self.exit, hints: self.hints, ..Failure::usage(self.message) }
    }
}
