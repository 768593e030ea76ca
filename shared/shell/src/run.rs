//! From the command line to an exit code, the same way for every plugin.

use std::process::ExitCode;

use clap::{ArgMatches, Parser};
use igw_core::text;

use crate::complete;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::{Colour, moved_behind_subcommand};
use crate::product::Product;
use crate::suite;

/// A plugin's program: a command line and what it does.
pub trait Program: Parser {
    fn product() -> &'static dyn Product;

    /// Does what the command line says.
    ///
    /// # Errors
    /// What kept it from doing so.
    fn run(self, console: &Console) -> Result<Exit, Failure>;
}

/// Parses the command line, runs, and turns the outcome into an exit code.
pub fn run<P: Program>() -> ExitCode {
    let command = about_product(P::command(), P::product());
    let line: Vec<_> = std::env::args_os().collect();
    if let Some(words) = complete::asked(&line) {
        let answer = complete::answer(command, P::product(), &words);
        return match Console::new(Colour::Never).print(&answer) {
            Ok(()) => Exit::Good.into(),
            Err(failure) => failure.exit.into(),
        };
    }
    let line = moved_behind_subcommand(&command, line);
    let parsed = command.try_get_matches_from(line).and_then(|matches| {
        let program = P::from_arg_matches(&matches)?;
        Ok((program, Console::new(colour(&matches))))
    });
    let (program, console) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let console = Console::new(Colour::Auto);
            // What was typed stands in the words of an error.
            if error.use_stderr() {
                console.note(text::clean_lines(&error.render().to_string()).trim_end());
                return Exit::Usage.into();
            }
            // `--help` and `--version`.
            let text = match console.theme.colour {
                true => error.render().ansi().to_string(),
                false => error.render().to_string(),
            };
            return match console.print(&text) {
                Ok(()) => Exit::Good.into(),
                Err(failure) => {
                    console.fail(&failure);
                    failure.exit.into()
                }
            };
        }
    };
    suite::note_other_versions(P::product(), &console);
    match program.run(&console) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            console.fail(&failure);
            failure.exit.into()
        }
    }
}

/// What `--color` says, which every command has.
fn colour(matches: &ArgMatches) -> Colour {
    match matches.subcommand() {
        Some((_, own)) => colour(own),
        None => matches.try_get_one("color").ok().flatten().copied().unwrap_or_default(),
    }
}

/// Says in the help of shared flags what they mean for this product.
fn about_product(command: clap::Command, product: &dyn Product) -> clap::Command {
    let known: Vec<String> = product.assumable().iter().map(ToString::to_string).collect();
    let demo = format!("Read the built-in example: {}", product.demo_is());
    let assume = format!("Assume what cannot be seen: {}", known.join(", "));
    let explained = |mut command: clap::Command| {
        for (flag, help) in [("demo", &demo), ("assume", &assume)] {
            if command.get_arguments().any(|arg| arg.get_id() == flag) {
                command = command.mut_arg(flag, |arg| arg.help(help.clone()));
            }
        }
        command
    };
    // Of a flag before the subcommand and the same one behind it, the latter counts.
    explained(command).args_override_self(true).mut_subcommands(|command| {
        let part = product.parts().iter().find(|part| part.name() == command.get_name());
        match part {
            Some(part) => about_product(command, *part),
            None => explained(command),
        }
    })
}
