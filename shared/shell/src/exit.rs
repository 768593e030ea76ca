//! Exit codes (contract.md), and errors as people read them.

use std::process::ExitCode;

use igw_core::finding::Severity;
use igw_core::report::Theme;

/// The exit codes that the contract fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Good,
    /// Findings; for `why`: the gateway would answer an error or a share fails.
    Findings,
    Usage,
    /// What was needed could not be looked at.
    Blind,
    /// A repair was refused: by its owner, a conflict, or the answer no.
    Refused,
    /// A repair failed, or did not repair.
    Failed,
    Interrupted,
}

impl Exit {
    /// Contract: 130 comes before 2, then 5, 4, 1, 3 and 0.
    pub fn and(self, other: Exit) -> Exit {
        let rank = |exit| match exit {
            Exit::Interrupted => 6,
            Exit::Usage => 5,
            Exit::Failed => 4,
            Exit::Refused => 3,
            Exit::Findings => 2,
            Exit::Blind => 1,
            Exit::Good => 0,
        };
        if rank(self) >= rank(other) { self } else { other }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Good => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Blind => 3,
            Exit::Refused => 4,
            Exit::Failed => 5,
            Exit::Interrupted => 130,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    /// One sentence, lower case, without full stop.
    pub message: String,
    /// The cause, in another program's words.
    pub cause: Option<String>,
    /// Where the setting behind it is defined.
    pub from: Option<String>,
    pub hints: Vec<String>,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        let message = message.into();
        Failure { exit: Exit::Usage, message, cause: None, from: None, hints: Vec::new() }
    }

    /// The cluster could not be read.
    pub fn blind(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Blind, ..Failure::usage(message) }
    }

    /// A repair was refused.
    pub fn refused(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Refused, ..Failure::usage(message) }
    }

    /// A repair failed.
    pub fn failed(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Failed, ..Failure::usage(message) }
    }

    pub fn cause(mut self, cause: impl Into<String>) -> Failure {
        self.cause = Some(cause.into());
        self
    }

    pub fn from(mut self, from: impl Into<String>) -> Failure {
        self.from = Some(from.into());
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }
}

impl Failure {
    /// As people read it, `error:` in its colour.
    pub fn painted(&self, theme: &Theme) -> String {
        use igw_core::text::clean;
        let mut out = theme.severity(Severity::Error, "error:");
        out.push_str(&format!(" {}", clean(&self.message)));
        for (label, text) in [("cause:", &self.cause), ("from: ", &self.from)] {
            let Some(text) = text else { continue };
            // What another program said keeps its lines, beneath each other.
            let lines: Vec<String> = text.trim().lines().map(clean).collect();
            out.push_str(&format!("\n  {label} {}", lines.join("\n         ")));
        }
        for hint in &self.hints {
            out.push_str(&format!("\n  hint:  {}", clean(hint)));
        }
        out
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.painted(&Theme::PLAIN))
    }
}
