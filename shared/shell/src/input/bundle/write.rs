//! Writing a bundle.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use igw_core::facts::views::Secret;
use igw_core::facts::{Store, Stored as _};

use super::{API_VERSION, BundleHead, Kept, Line};
use crate::clock;
use crate::exit::Failure;

/// Writes all that was read to a file that is not there yet; returns what it says of itself and
/// its size in bytes. Nobody else may read it, and it is whole or not there.
///
/// # Errors
/// When there is such a file, or it cannot be written.
pub fn write(
    file: &str,
    context: Option<String>,
    namespace: Option<String>,
    store: &Store,
    kept: &Kept,
) -> Result<(BundleHead, u64), Failure> {
    let path = Path::new(file);
    if file == "-" {
        return Err(Failure::usage("--to -: a bundle is a file, not standard output")
            .hint("name one:   --to incident.igw.gz"));
    }
    if path.exists() {
        return Err(Failure::usage(format!("--to {file}: the file exists already"))
            .hint("nothing was written; choose another name, or remove the file"));
    }
    let head = BundleHead {
        api_version: API_VERSION.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        context,
        namespace,
        taken: clock::now(),
    };
    let part = part_of(path);
    let written = fill(&part, &head, store, kept)
        .and_then(|()| Ok(fs::metadata(&part)?.len()))
        .and_then(|size| fs::rename(&part, path).map(|()| size));
    if written.is_err() {
        // It is there only if it could be made.
        let _ = fs::remove_file(&part);
    }
    let failed =
        |error: io::Error| Failure::usage(format!("--to {file}: cannot be written: {error}"));
    written.map(|size| (head, size)).map_err(failed)
}

/// The temporary file beside the target.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

fn fill(part: &Path, head: &BundleHead, store: &Store, kept: &Kept) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = GzEncoder::new(options.open(part)?, Compression::default());
    let mut line = |line: &Line| -> io::Result<()> {
        serde_json::to_writer(&mut out, line)?;
        out.write_all(b"\n")
    };
    line(&Line::Bundle(head.clone()))?;
    for object in kept.objects() {
        line(&Line::Object(object.clone()))?;
    }
    for (ask, answer) in &store.answered {
        line(&Line::Answered { ask: ask.clone(), why: answer.as_ref().err().cloned() })?;
    }
    for (ask, lines) in &store.logs {
        line(&Line::Log { ask: ask.clone(), lines: lines.clone() })?;
    }
    for why in &store.unread {
        line(&Line::Unread(why.clone()))?;
    }
    for ((namespace, name), secret) in Secret::table(&store.tables) {
        let (namespace, name) = (namespace.clone(), name.clone());
        line(&Line::Pair { namespace, name, worth: secret.pair })?;
    }
    line(&Line::End { objects: kept.objects().len() })?;
    out.finish()?.sync_all()
}
