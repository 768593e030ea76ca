//! The files that the user's paths stand for.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::problem::Problem;
use super::source::{MAX_BYTES, SourceFile};
use super::text;

/// Reads all files that `paths` stand for, each once.
pub(super) fn collect(paths: &[String], stdin: &mut dyn Read) -> Collected {
    let mut collector = Collector::default();
    let mut stdin = Some(stdin);
    for path in paths {
        if path != "-" {
            collector.named(Path::new(path));
        } else if let Some(stdin) = stdin.take() {
            collector.take("<stdin>".into(), true, None, text::read(stdin, MAX_BYTES));
        } else {
            collector.problem("<stdin>".into(), "is named twice, but can be read only once".into());
        }
    }
    let Collector { files, problems, notes, charts, roots, .. } = collector;
    Collected { files, problems, notes, charts, roots }
}

/// What the paths stand for.
pub(super) struct Collected {
    pub(super) files: Vec<SourceFile>,
    pub(super) problems: Vec<Problem>,
    /// The same of files that nobody named.
    pub(super) notes: Vec<Problem>,
    pub(super) charts: Vec<Chart>,
    /// The real paths of the directories that were named.
    pub(super) roots: Vec<PathBuf>,
}

/// A directory with a Chart.yaml: its templates are no manifests, and are not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The directory as it is shown.
    pub name: String,
    /// Its real path.
    pub path: PathBuf,
    /// Whether one of its templates makes an HTTPRoute.
    pub has_routes: bool,
}

#[derive(Default)]
struct Collector {
    files: Vec<SourceFile>,
    problems: Vec<Problem>,
    notes: Vec<Problem>,
    charts: Vec<Chart>,
    roots: Vec<PathBuf>,
    /// Files that were read, by their real path, with their index in `files` if they are text.
    seen: HashMap<PathBuf, Option<usize>>,
    /// Real paths of directories that were entered, so that link cycles end.
    entered: HashSet<PathBuf>,
}

impl Collector {
    fn named(&mut self, path: &Path) {
        let own = real(path);
        match fs::metadata(path) {
            Err(error) => self.problem(shown(path), text::unreadable(&error)),
            Ok(metadata) if metadata.is_dir() => {
                self.roots.push(own.clone());
                let new = !self.entered.contains(&own);
                if !self.directory(path, own) && new {
                    let message = "has no file that ends in .yaml, .yml or .json".into();
                    self.problem(shown(path), message);
                }
            }
            Ok(metadata) => self.file(path, own, &metadata, true),
        }
    }

    /// Reads a directory; says whether there was a file to be read, or a problem. `own` is its real
    /// path.
    fn directory(&mut self, path: &Path, own: PathBuf) -> bool {
        if !self.entered.insert(own.clone()) {
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
        let chart = path.join("Chart.yaml").is_file();
        if chart {
            let (name, has_routes) = (shown(path), makes_routes(&path.join("templates"), 3));
            self.charts.push(Chart { name, path: own.clone(), has_routes });
            found = true;
        }
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if chart && of_chart(&name) {
                continue;
            }
            let endings = [".yaml", ".yml", ".json"];
            let manifest =
                endings.iter().any(|ending| name.ends_with(ending)) || name == "Kustomization";
            // Only a link leads elsewhere.
            let is_link = fs::symlink_metadata(&entry).is_ok_and(|entry| entry.is_symlink());
            let inside = match is_link {
                true => real(&entry),
                false => own.join(entry.file_name().unwrap_or_default()),
            };
            match fs::metadata(&entry) {
                Ok(metadata) if metadata.is_dir() => {
                    let hidden = name.starts_with('.') || NOT_DEPLOYED.contains(&&*name);
                    found |= !hidden && self.directory(&entry, inside);
                }
                // Named pipes and devices would block: they are read only if the user names them.
                Ok(metadata) if manifest && metadata.is_file() => {
                    self.file(&entry, inside, &metadata, false);
                    found = true;
                }
                Err(error) if manifest => {
                    self.notes.push(problem(shown(&entry), text::unreadable(&error)));
                    found = true;
                }
                _ => {}
            }
        }
        found
    }

    fn file(&mut self, path: &Path, own: PathBuf, metadata: &fs::Metadata, named: bool) {
        let regular = metadata.is_file();
        if regular {
            if let Some(seen) = self.seen.get(&own) {
                if let Some(file) = seen.and_then(|index| self.files.get_mut(index)) {
                    file.named |= named;
                }
                return;
            }
            self.seen.insert(own.clone(), None);
        }
        let content = if regular && metadata.len() > MAX_BYTES {
            Err(text::too_large())
        } else {
            File::open(path)
                .map_err(|error| text::unreadable(&error))
                .and_then(|mut file| text::read(&mut file, MAX_BYTES))
        };
        let real = regular.then_some(own);
        if regular && content.is_ok() {
            self.seen.extend(real.clone().map(|real| (real, Some(self.files.len()))));
        }
        self.take(shown(path), named, real, content);
    }

    fn take(
        &mut self,
        name: String,
        named: bool,
        path: Option<PathBuf>,
        content: Result<String, String>,
    ) {
        match content {
            Ok(mut text) => {
                let bom = text.starts_with('\u{feff}');
                if bom {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                self.files.push(SourceFile { name, text, named, bom, path });
            }
            Err(message) if named => self.problem(name, message),
            Err(message) => self.notes.push(problem(name, message)),
        }
    }

    fn problem(&mut self, name: String, message: String) {
        self.problems.push(problem(name, message));
    }
}

fn problem(name: String, message: String) -> Problem {
    Problem { file: Some(name), line: None, column: None, message, hint: None }
}

/// Directories that hold what is not deployed.
const NOT_DEPLOYED: [&str; 4] = ["fixtures", "node_modules", "testdata", "vendor"];

/// What of a chart's directory is the chart's.
fn of_chart(name: &str) -> bool {
    let directories = ["templates", "charts", "crds", "ci", "files", "tests"];
    let values = name.starts_with("values") && (name.ends_with(".yaml") || name.ends_with(".json"));
    directories.contains(&name) || name.starts_with("Chart.") || values
}

/// Whether a template in a directory makes an HTTPRoute.
fn makes_routes(directory: &Path, depth: usize) -> bool {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| match path.is_dir() {
        true => depth > 0 && makes_routes(&path, depth - 1),
        false => fs::read_to_string(&path).is_ok_and(|text| text.contains("kind: HTTPRoute")),
    })
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
