//! One key of a person, on the terminal that the person sits at, wherever standard input comes from.

use ::console::{Key, Term};

use crate::exit::Failure;

/// What a person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Yes,
    No,
    Edit,
    Save,
    All,
    Quit,
    Help,
    /// One of the numbered answers of a choice, from 0.
    Pick(usize),
    /// Ctrl-C.
    Interrupt,
    /// A key that means nothing.
    Other,
}

/// Whether there is a person who can be asked.
pub fn can_ask() -> bool {
    // The crate reads keys from /dev/tty if standard input is none.
    Term::stderr().is_term()
        && (Term::stdout().is_term() || std::fs::File::open("/dev/tty").is_ok())
}

/// Writes a question to standard error and reads one key.
///
/// # Errors
/// When no key can be read.
pub fn ask(question: &str) -> Result<Reply, Failure> {
    let term = Term::stderr();
    let broken =
        |error: std::io::Error| Failure::usage("cannot read the answer").cause(error.to_string());
    term.write_str(question).map_err(broken)?;
    let answer = loop {
        match term.read_key_raw().map_err(broken)? {
            Key::Char('\u{1a}') => stop(&term, question).map_err(broken)?,
            // Without a terminal there is no end of these.
            Key::Unknown => break Reply::Quit,
            key => break meant(&key),
        }
    };
    let shown = match answer {
        Reply::Interrupt => "^C".to_owned(),
        Reply::Pick(number) => (number + 1).to_string(),
        other => format!("{other:?}").to_lowercase(),
    };
    term.write_line(&shown).map_err(broken)?;
    Ok(answer)
}

fn meant(key: &Key) -> Reply {
    match key {
        Key::Char('y' | 'Y') => Reply::Yes,
        Key::Char('n' | 'N') | Key::Enter => Reply::No,
        Key::Char('e' | 'E') => Reply::Edit,
        Key::Char('s' | 'S') => Reply::Save,
        Key::Char('a' | 'A') => Reply::All,
        // Ctrl-D
        Key::Char('q' | 'Q' | '\u{4}') | Key::Escape => Reply::Quit,
        Key::Char('?' | 'h') => Reply::Help,
        Key::Char(digit @ '1'..='9') => Reply::Pick(*digit as usize - '1' as usize),
        Key::CtrlC => Reply::Interrupt,
        _ => Reply::Other,
    }
}

/// Ctrl-Z: stops as the shell expects it, and asks again afterwards.
fn stop(term: &Term, question: &str) -> std::io::Result<()> {
    term.write_line("^Z")?;
    #[cfg(unix)]
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
    term.write_str(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_no_and_the_end_is_quit() {
        assert_eq!(meant(&Key::Enter), Reply::No);
        assert_eq!(meant(&Key::Char('\u{4}')), Reply::Quit);
        assert_eq!(meant(&Key::Escape), Reply::Quit);
        assert_eq!(meant(&Key::CtrlC), Reply::Interrupt);
        assert_eq!(meant(&Key::Char('7')), Reply::Pick(6));
        assert_eq!(meant(&Key::Char('x')), Reply::Other);
    }
}
