//! The programs of the suite on PATH. kubectl runs the one with the longest name that fits, so the
//! commands of a product may come from another release than the front door.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::console::Console;
use crate::product::Product;

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(1);

/// Notes each other program of the suite that kubectl would run in another version than this one.
pub fn note_other_versions(product: &dyn Product, console: &Console) {
    let tool = product.tool();
    let names: Vec<String> = match product.parts() {
        [] => vec!["kubectl-igw".to_owned()],
        parts => parts.iter().map(|part| part.tool().name.to_owned()).collect(),
    };
    let Some(path) = std::env::var_os("PATH") else { return };
    let places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // All at once: each takes some milliseconds to start.
    let started: Vec<(PathBuf, Child)> = names
        .iter()
        .filter_map(|name| places.iter().map(|place| place.join(name)).find(|file| runs(file)))
        .filter_map(|file| ask(&file).map(|child| (file, child)))
        .collect();
    for (file, child) in started {
        let Some(version) = answer(child) else { continue };
        if version != tool.version {
            console.note(&format!(
                "warning: {} is version {}, this is {} {}; install both from one release",
                igw_core::text::clean(&file.display().to_string()),
                igw_core::text::clean(&version),
                tool.name,
                tool.version
            ));
        }
    }
}

#[cfg(unix)]
fn runs(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|own| own.is_file() && own.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runs(file: &Path) -> bool {
    file.is_file()
}

/// Starts a program that is to say its version. One that cannot be started is kubectl's to report.
fn ask(file: &Path) -> Option<Child> {
    let mut command = Command::new(file);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().ok()
}

/// The last word of the line that it prints, if it ends in time with one.
fn answer(mut child: Child) -> Option<String> {
    let end = Instant::now() + PATIENCE;
    // What it prints fits into a pipe: it need not be read for it to end.
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > end {
            drop(child.kill());
            drop(child.wait());
            return None;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().next()?;
    // A program of the same name that is none of the suite has nothing to say here.
    line.strip_prefix("kubectl igw").and_then(|rest| rest.rsplit(' ').next()).map(str::to_owned)
}
