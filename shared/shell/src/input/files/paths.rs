//! The files that the user's paths stand for.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::problem::Problem;
use super::source::{MAX_BYTES, SourceFile};
use super::text;

/// Reads all files that `paths` stand for, each once.
pub(super) fn collect(paths: &[String], stdin: &mut dyn Read) -> (Vec<SourceFile>, Vec<Problem>) {
    let mut collector = Collector::default();
    let mut stdin = Some(stdin);
    for path in paths {
        if path != "-" {
            collector.named(Path::new(path));
        } else if let Some(stdin) = stdin.take() {
            collector.take("<stdin>".into(), true, text::read(stdin, MAX_BYTES));
        } else {
            collector.problem("<stdin>".into(), "is named twice, but can be read only once".into());
        }
    }
    (collector.files, collector.problems)
}

#[derive(Default)]
struct Collector {
    files: Vec<SourceFile>,
    problems: Vec<Problem>,
    /// Files that were read, by their real path, with their index in `files` if they are text.
    seen: HashMap<PathBuf, Option<usize>>,
    /// Real paths of directories that were entered, so that link cycles end.
    entered: HashSet<PathBuf>,
}

impl Collector {
    fn named(&mut self, path: &Path) {
        match fs::metadata(path) {
            Err(error) => self.problem(shown(path), text::unreadable(&error)),
            Ok(metadata) if metadata.is_dir() => {
                let new = !self.entered.contains(&real(path));
                if !self.directory(path) && new {
                    let message = "has no file that ends in .yaml, .yml or .json".into();
                    self.problem(shown(path), message);
                }
            }
            Ok(metadata) => self.file(path, &metadata, true),
        }
    }

    /// Reads a directory; says whether there was a file to be read, or a problem.
    fn directory(&mut self, path: &Path) -> bool {
        if !self.entered.insert(real(path)) {
            return false;
        }
        let entries = fs::read_dir(path).and_then(|entries| {
            let paths = entries.map(|entry| Ok(entry?.path()));
            paths.collect::<io::Result<Vec<_>>>()
        });
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.problem(shown(path), text::unreadable(&error));
                return true;
            }
        };
        entries.sort();
        let mut found = false;
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            let manifest = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
            match fs::metadata(&entry) {
                Ok(metadata) if metadata.is_dir() => {
                    found |= !name.starts_with('.') && self.directory(&entry);
                }
                // Named pipes and devices would block: they are read only if the user names them.
                Ok(metadata) if manifest && metadata.is_file() => {
                    self.file(&entry, &metadata, false);
                    found = true;
                }
                Err(error) if manifest => {
                    self.problem(shown(&entry), text::unreadable(&error));
                    found = true;
                }
                _ => {}
            }
        }
        found
    }

    fn file(&mut self, path: &Path, metadata: &fs::Metadata, named: bool) {
        let regular = metadata.is_file();
        if regular {
            if let Some(seen) = self.seen.get(&real(path)) {
                if let Some(file) = seen.and_then(|index| self.files.get_mut(index)) {
                    file.named |= named;
                }
                return;
            }
            self.seen.insert(real(path), None);
        }
        let content = if regular && metadata.len() > MAX_BYTES {
            Err(text::too_large())
        } else {
            File::open(path)
                .map_err(|error| text::unreadable(&error))
                .and_then(|mut file| text::read(&mut file, MAX_BYTES))
        };
        if regular && content.is_ok() {
            self.seen.insert(real(path), Some(self.files.len()));
        }
        self.take(shown(path), named, content);
    }

    fn take(&mut self, name: String, named: bool, content: Result<String, String>) {
        match content {
            Ok(mut text) => {
                let bom = text.starts_with('\u{feff}');
                if bom {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                self.files.push(SourceFile { name, text, named, bom });
            }
            Err(message) => self.problem(name, message),
        }
    }

    fn problem(&mut self, name: String, message: String) {
        self.problems.push(Problem {
            file: Some(name),
            line: None,
            column: None,
            message,
            hint: None,
        });
    }
}

fn shown(path: &Path) -> String {
    igw_core::text::clean(&path.to_string_lossy())
}

/// The path without links; the path itself if the system cannot resolve it.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
