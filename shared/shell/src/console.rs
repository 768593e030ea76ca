//! What a run says: standard output, standard error, and how both look.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};

use igw_core::report::Theme;
use igw_core::{mask, placeholder, text};

use crate::exit::Failure;
use crate::flags::{Colour, Output};

/// The two streams of a run, passed down to whatever speaks.
pub struct Console {
    /// How text on standard output looks.
    pub theme: Theme,
    err: Theme,
    err_is_terminal: bool,
    /// Whether a person can be asked.
    interactive: bool,
}

impl Console {
    pub fn new(colour: Colour) -> Console {
        let err = io::stderr().is_terminal();
        Console {
            theme: theme(colour, io::stdout().is_terminal()),
            err: theme(colour, err),
            err_is_terminal: err,
            interactive: err && io::stdin().is_terminal(),
        }
    }

    /// Asks a person, on standard error; `None` where nobody answers, because standard input or
    /// standard error is no terminal, or ends.
    ///
    /// # Errors
    /// When the answer cannot be read.
    pub fn prompt(&self, question: &str) -> Result<Option<String>, Failure> {
        if !self.interactive {
            return Ok(None);
        }
        ask(question, &mut io::stdin().lock(), &mut io::stderr())
            .map_err(|error| Failure::usage(format!("cannot read the answer: {error}")))
    }

    /// Writes a document to standard output; a closed pipe is success. What has the form of a secret
    /// does not get there, whatever it was read from.
    ///
    /// # Errors
    /// When it cannot be written for another reason.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        self.pass_on(&mask::text(&placeholder::spelled(text)))
    }

    /// Writes a file that came in to standard output, byte by byte: what it holds is needed where it goes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn pass_on(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::usage(format!("cannot write to standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// The same of a text for people, which no CI system shall take for a command.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn say(&self, text: &str) -> Result<(), Failure> {
        self.print(&text::no_commands(text))
    }

    /// Writes for a person or for a program.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, text: &str, output: Output) -> Result<(), Failure> {
        match output {
            Output::Human => self.say(text),
            Output::Json | Output::Yaml => self.print(text),
        }
    }

    /// Writes a line to standard error; that nothing can be written there changes nothing.
    pub fn note(&self, text: &str) {
        let text = placeholder::spelled(text);
        let text = mask::text(&text);
        let line = format!("{}\n", text::no_commands(&text));
        drop(io::stderr().lock().write_all(line.as_bytes()));
    }

    /// Writes a line that the next one replaces, on a terminal only; an empty one takes it away.
    pub fn progress(&self, line: &str) {
        if self.err_is_terminal {
            let mut out = io::stderr().lock();
            drop(write!(out, "\r\x1b[K{}", mask::text(line)).and_then(|()| out.flush()));
        }
    }

    /// Writes a failure to standard error.
    pub fn fail(&self, failure: &Failure) {
        self.note(&failure.painted(&self.err));
    }
}

fn ask(
    question: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<String>> {
    write!(output, "{question} ")?;
    output.flush()?;
    let mut answer = String::new();
    let ended = input.read_line(&mut answer)? == 0;
    Ok((!ended).then(|| answer.trim().to_owned()))
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

#[cfg(test)]
mod tests {
    #[test]
    fn an_answer_is_a_line() {
        let mut said = Vec::new();
        let mut ask = |mut typed: &[u8]| super::ask("Apply? [y/N]", &mut typed, &mut said);
        assert_eq!(ask(b" y \nrest").ok().flatten().as_deref(), Some("y"));
        assert_eq!(ask(b"\n").ok().flatten().as_deref(), Some(""));
        assert_eq!(ask(b"").ok().flatten(), None);
        assert_eq!(said, b"Apply? [y/N] ".repeat(3));
    }
}
