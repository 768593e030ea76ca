//! Flags before the subcommand: kubectl takes them anywhere, clap only where they are declared.

use std::ffi::OsString;

use clap::Command;

/// The command line with what stands before the subcommand moved behind it. What is not the
/// subcommand of `command` stays as it is.
pub fn moved_behind_subcommand(command: &Command, line: Vec<OsString>) -> Vec<OsString> {
    let mut rest = line.iter().enumerate().skip(1);
    while let Some((at, word)) = rest.next() {
        let Some(word) = word.to_str() else { continue };
        if ["--", "-V", "--version"].contains(&word) {
            break;
        }
        if word.starts_with('-') && word != "-" {
            if takes_next(command, word) {
                rest.next();
            }
            continue;
        }
        let Some(inner) = command.find_subcommand(word) else { break };
        let mut own = vec![line[at].clone()];
        own.extend_from_slice(&line[1..at]);
        own.extend_from_slice(&line[at + 1..]);
        let mut out = vec![line[0].clone()];
        out.extend(moved_behind_subcommand(inner, own));
        return out;
    }
    line
}

/// Whether the word after a flag is its value.
fn takes_next(command: &Command, word: &str) -> bool {
    let args = || {
        let own = command.get_arguments();
        own.chain(command.get_subcommands().flat_map(Command::get_arguments))
    };
    let takes = |arg: &clap::Arg| arg.get_action().takes_values() && !arg.is_require_equals_set();
    if let Some(long) = word.strip_prefix("--") {
        let is_it = |arg: &clap::Arg| {
            let aliases = arg.get_all_aliases().unwrap_or_default();
            arg.get_long() == Some(long) || aliases.contains(&long)
        };
        return !long.contains('=') && args().any(|arg| is_it(arg) && takes(arg));
    }
    // `-An gw`: the last letter may take the next word, one before it takes the rest of this one.
    let mut letters = word.chars().skip(1).peekable();
    while let Some(letter) = letters.next() {
        if letter == '=' {
            return false;
        }
        if args().any(|arg| arg.get_short() == Some(letter) && takes(arg)) {
            return letters.peek().is_none();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction};

    use super::*;

    fn moved(line: &str) -> String {
        let flag = |short, long| Arg::new(long).short(short).long(long);
        let command = Command::new("x")
            .arg(flag('f', "filename").alias("file"))
            .arg(flag('A', "all").action(ArgAction::SetTrue))
            .arg(flag('v', "verbose").num_args(0..=1).require_equals(true))
            .subcommand(Command::new("why").arg(flag('g', "gateway")))
            .subcommand(
                Command::new("part").arg(flag('f', "filename")).subcommand(Command::new("why")),
            );
        let line = line.split(' ').map(OsString::from).collect();
        let out = moved_behind_subcommand(&command, line);
        out.iter().filter_map(|word| word.to_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn flags_go_with_the_subcommand() {
        assert_eq!(moved("x -f a why u"), "x why -f a u");
        assert_eq!(moved("x -A -v why u -f a"), "x why -A -v u -f a");
        assert_eq!(
            moved("x --filename=a -Af b --gateway g why"),
            "x why --filename=a -Af b --gateway g"
        );
        assert_eq!(moved("x -fa why"), "x why -fa");
        assert_eq!(moved("x --file a why"), "x why --file a");
        assert_eq!(moved("x -f a part -A why u"), "x part why -f a -A u");
        for same in ["x", "x -f why", "x -A name why", "x -- why", "x -f - -A", "x -V why"] {
            assert_eq!(moved(same), same);
        }
    }
}
