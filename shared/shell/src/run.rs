//! From the command line to an exit code, the same way for every plugin.

use std::process::ExitCode;

use clap::Parser;

use crate::exit::{Exit, Failure};

/// A plugin: a command line and what it does.
pub trait Plugin: Parser {
    /// Does what the command line says.
    ///
    /// # Errors
    /// What kept it from doing so.
    fn run(self) -> Result<Exit, Failure>;
}

/// Parses the command line, runs, and turns the outcome into an exit code.
pub fn run<P: Plugin>() -> ExitCode {
    let plugin = match P::try_parse() {
        Ok(plugin) => plugin,
        Err(error) => {
            // `--help` and `--version` are no errors; a closed pipe is none, either.
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Good };
            drop(error.print());
            return code.into();
        }
    };
    match plugin.run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit.into()
        }
    }
}
