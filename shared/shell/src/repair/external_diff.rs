//! A difference in the words of a program of the user's: `KUBECTL_EXTERNAL_DIFF`, as `kubectl diff` obeys
//! it (kubectl, pkg/cmd/diff/diff.go, `DiffProgram`): it gets two directories, and 1 means "they differ".

use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use igw_core::text;

use super::drafted::Drafted;
use super::hide;
use crate::product::Product;

/// What the program says of a change, secrets masked; `None`: there is none.
///
/// # Errors
/// Why it says nothing, as a sentence.
pub fn external_diff(product: &dyn Product, drafted: &Drafted) -> Option<Result<String, String>> {
    let line = std::env::var("KUBECTL_EXTERNAL_DIFF").ok().filter(|own| !own.trim().is_empty())?;
    let mut words = line.split_whitespace();
    let program = words.next()?;
    // Like kubectl, which takes flags only of this form.
    let plain = |own: &&str| own.bytes().all(|c| c.is_ascii_alphanumeric() || b"-=".contains(&c));
    let flags: Vec<&str> = words.filter(plain).collect();
    let failed = |why: String| {
        format!("KUBECTL_EXTERNAL_DIFF was not obeyed: {}: {why}", text::clean(program))
    };
    Some(run(product, drafted, program, &flags).map_err(failed))
}

fn run(
    product: &dyn Product,
    drafted: &Drafted,
    program: &str,
    flags: &[&str],
) -> Result<String, String> {
    let (name, old, new) = drafted.shown();
    let (old, new) = hide::both(product, old, new);
    let words = |error: io::Error| error.to_string();
    let folder = |prefix: &str| tempfile::Builder::new().prefix(prefix).tempdir().map_err(words);
    // They go away with these values.
    let (live, merged) = (folder("LIVE-")?, folder("MERGED-")?);
    for (place, text) in [(live.path(), old), (merged.path(), new)] {
        // What is not there has no file.
        if !text.is_empty() {
            fs::write(place.join(file_name(name)), text).map_err(words)?;
        }
    }
    let paths: [&Path; 2] = [live.path(), merged.path()];
    let mut command = Command::new(program);
    let output = command.args(flags).args(paths).stdin(Stdio::null()).output().map_err(words)?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.code() {
        Some(0 | 1) => Ok(format!("{}{}", said(&output.stdout), said(&output.stderr))),
        _ => {
            let last = said(&output.stderr).lines().next_back().map(text::clean);
            Err(format!("it ended with {}, {}", output.status, last.unwrap_or_default()))
        }
    }
}

/// `HTTPRoute.gw.chat`
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' };
    let name: String = name.chars().map(plain).collect();
    let start = name.len().saturating_sub(200);
    name[start..].trim_matches('.').to_owned()
}
