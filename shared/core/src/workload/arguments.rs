//! The command line of a container.

use crate::facts::views::Container;

/// All words of a container's command line; those of `sh -c` are split.
pub fn command_line(container: &Container) -> Vec<String> {
    let command = container.command.iter().flatten();
    let all: Vec<&str> =
        command.chain(container.args.iter().flatten()).map(|word| word.reveal()).collect();
    let shell = all.windows(2).any(|pair| pair[1] == "-c" && pair[0].ends_with("sh"));
    match shell {
        true => all.iter().flat_map(|word| word.split_whitespace()).map(unquoted).collect(),
        false => all.iter().map(|word| (*word).to_owned()).collect(),
    }
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '\'', '\\', ';']).to_owned()
}
