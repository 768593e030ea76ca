//! Exit codes (contract.md), and errors as people read them.

use std::process::ExitCode;

/// An exit code by contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Good,
    /// Findings; for `why`: the gateway would answer an error or a share fails.
    Findings,
    /// Usage or bad input.
    Usage,
    /// Could not look.
    Blind,
}

impl Exit {
    /// Contract: 2 comes before 1, 1 before 3, 3 before 0.
    pub fn and(self, other: Exit) -> Exit {
        let rank = |exit| match exit {
            Exit::Usage => 3,
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
        })
    }
}

/// A failure: what was wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// One sentence, lower case, without full stop.
    pub message: String,
    /// What made it so: another program's words.
    pub cause: Option<String>,
    /// Where the setting behind it stands.
    pub from: Option<String>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Failure {
    /// Wrong usage or bad input.
    pub fn usage(message: impl Into<String>) -> Failure {
        let message = message.into();
        Failure { exit: Exit::Usage, message, cause: None, from: None, hints: Vec::new() }
    }

    /// The cluster could not be looked at.
    pub fn blind(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Blind, ..Failure::usage(message) }
    }

    /// The same with what made it so.
    pub fn cause(mut self, cause: impl Into<String>) -> Failure {
        self.cause = Some(cause.into());
        self
    }

    /// The same with where the setting behind it stands.
    pub fn from(mut self, from: impl Into<String>) -> Failure {
        self.from = Some(from.into());
        self
    }

    /// The same with something to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "error: {}", igw_core::words::clean(&self.message))?;
        for (label, text) in [("cause:", &self.cause), ("from: ", &self.from)] {
            let Some(text) = text else { continue };
            // What another program said keeps its lines, beneath each other.
            let lines: Vec<String> = text.trim().lines().map(igw_core::words::clean).collect();
            write!(f, "\n  {label} {}", lines.join("\n         "))?;
        }
        for hint in &self.hints {
            write!(f, "\n  hint:  {}", igw_core::words::clean(hint))?;
        }
        Ok(())
    }
}
