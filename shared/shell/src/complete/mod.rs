//! What the shell offers after `<TAB>`, in the protocol by which kubectl asks its plugins: it runs
//! `kubectl_complete-PLUGIN WORD..` and reads `value<TAB>help` lines and `:DIRECTIVE` (kubectl,
//! `pkg/cmd/plugin/plugin_completion.go`).

mod values;

use std::ffi::OsString;
use std::path::Path;

use clap::{ArgMatches, Command};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate, complete};
use igw_core::text;

use crate::product::Product;

/// The word before the words to complete, where the program is called by its own name.
const WORD: &str = "__complete";

/// How the names of programs begin that kubectl asks.
const PREFIX: &str = "kubectl_complete-";

/// The flags whose values are files.
const FILES: [&str; 14] = [
    "-f",
    "--filename",
    "-k",
    "--kustomize",
    "--bundle",
    "--baseline",
    "--config",
    "--save",
    "--save-plan",
    "--plan",
    "--to",
    "--kubeconfig",
    "--client-key",
    "--client-certificate",
];

/// Cobra's directives.
const LET_THE_SHELL: u8 = 0;
const NO_FILES: u8 = 4;

/// The words to complete, if that is what a command line asks for; the last one is begun.
pub fn asked(line: &[OsString]) -> Option<Vec<OsString>> {
    let (program, words) = line.split_first()?;
    let name = Path::new(program).file_name()?.to_string_lossy();
    match words.split_first() {
        _ if name.starts_with(PREFIX) => Some(words.to_vec()),
        Some((first, words)) if first == WORD => Some(words.to_vec()),
        _ => None,
    }
}

/// The answer to kubectl. What cannot be known, or not in a second, is not offered.
pub fn answer(mut command: Command, product: &'static dyn Product, words: &[OsString]) -> String {
    let before = words.len().checked_sub(2).and_then(|at| words[at].to_str());
    if before.is_some_and(|word| FILES.contains(&word)) {
        return format!(":{LET_THE_SHELL}\n");
    }
    let matches = typed(&command, words);
    command = offering(command, product, &matches);
    let mut line = vec![OsString::from(command.get_name())];
    line.extend_from_slice(words);
    if words.is_empty() {
        line.push(OsString::new());
    }
    let last = line.len() - 1;
    let begun = line[last].to_string_lossy().into_owned();
    let mut found = complete(&mut command, line, last, None).unwrap_or_default();
    // Flags are many, and only wanted by whoever has begun one.
    if !begun.starts_with('-') {
        found.retain(|one| !one.get_value().to_string_lossy().starts_with('-'));
    }
    let lines: String = found.iter().filter(|one| !one.is_hide_set()).map(line_of).collect();
    format!("{lines}:{NO_FILES}\n")
}

fn line_of(candidate: &CompletionCandidate) -> String {
    let value = text::clean(&candidate.get_value().to_string_lossy());
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    match help.lines().next().map(text::clean).filter(|help| !help.is_empty()) {
        Some(help) => format!("{value}\t{help}\n"),
        None => format!("{value}\n"),
    }
}

/// What was typed so far, as far as it is understood.
fn typed(command: &Command, words: &[OsString]) -> ArgMatches {
    let whole = words.len().saturating_sub(1);
    let line = [OsString::from("kubectl")].into_iter().chain(words[..whole].iter().cloned());
    lenient(command.clone()).try_get_matches_from(line).unwrap_or_default()
}

fn lenient(command: Command) -> Command {
    command.ignore_errors(true).mut_subcommands(lenient)
}

/// The command with what its values may be.
fn offering(command: Command, product: &'static dyn Product, matches: &ArgMatches) -> Command {
    let ids: Vec<String> =
        command.get_arguments().map(|arg| arg.get_id().as_str().to_owned()).collect();
    let mut command = command;
    for id in ids {
        let Some(kind) = values::ValueKind::of(&id) else { continue };
        let flags = values::TypedFlags::of(matches);
        command = command.mut_arg(&id, |arg| {
            arg.add(ArgValueCandidates::new(move || kind.candidates(product, &flags)))
        });
    }
    command.mut_subcommands(|own| {
        let inner = match matches.subcommand() {
            Some((name, inner)) if name == own.get_name() => inner.clone(),
            _ => ArgMatches::default(),
        };
        let part = product.parts().iter().find(|part| part.name() == own.get_name());
        offering(own, part.copied().unwrap_or(product), &inner)
    })
}
