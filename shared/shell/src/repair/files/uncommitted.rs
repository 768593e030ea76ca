//! Whether git has what is about to be changed.

use std::path::Path;
use std::process::{Command, Stdio};

use igw_core::text;

/// A warning about files with changes that are in no commit; where there is no git, there is none.
pub fn uncommitted(paths: &[&Path]) -> Option<String> {
    let names: Vec<String> =
        paths.iter().filter(|path| is_changed(path)).map(|path| shown(path)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        return None;
    }
    let files = text::count(names.len(), "file");
    let have = if names.len() == 1 { "has" } else { "have" };
    Some(format!(
        "warning: {files} {have} changes that are not committed: {}",
        text::some_of(&names, 3)
    ))
}

fn is_changed(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["status", "--porcelain", "--"]).arg(path);
    // It shall neither ask nor lock anything.
    git.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null()).stderr(Stdio::null());
    git.output().is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
