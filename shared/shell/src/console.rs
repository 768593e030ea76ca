//! What a run says: standard output, standard error, and how both look.

use std::io::{ErrorKind, IsTerminal, Write};

use igw_core::report::Theme;

use crate::exit::Failure;
use crate::flags::Colour;

/// The two streams of a run, passed down to whatever speaks.
pub struct Console {
    /// How text on standard output looks.
    pub theme: Theme,
    err: Theme,
}

impl Console {
    pub fn new(colour: Colour) -> Console {
        Console {
            theme: theme(colour, std::io::stdout().is_terminal()),
            err: theme(colour, std::io::stderr().is_terminal()),
        }
    }

    /// Writes to standard output; a closed pipe is success.
    ///
    /// # Errors
    /// When it cannot be written for another reason.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::usage(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Writes a line to standard error; that nothing can be written there changes nothing.
    pub fn note(&self, text: &str) {
        drop(writeln!(std::io::stderr(), "{text}"));
    }

    /// Writes a failure to standard error.
    pub fn fail(&self, failure: &Failure) {
        self.note(&failure.painted(&self.err));
    }
}

/// How words look on a stream.
fn theme(colour: Colour, terminal: bool) -> Theme {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            terminal && !set("NO_COLOR") && !dumb
        }
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let ascii = locale.is_some_and(|locale| {
        let upper = locale.to_ascii_uppercase();
        !upper.contains("UTF-8") && !upper.contains("UTF8")
    });
    // A pager shows as many columns as the terminal that is still there on another stream.
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = width.map_or(100, |width| width.clamp(40, 120));
    Theme { colour, unicode: !(ascii && terminal), width }
}
