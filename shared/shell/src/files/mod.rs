//! Kubernetes manifests from files, directories and standard input, with positions on demand.
//!
//! [`read`] never fails as a whole: what it could not read is a [`Problem`], the rest are
//! [`Manifest`]s. The texts are kept, so that [`Input::locate`] can find a field again later;
//! the parsed values are the caller's to drop.

mod document;
mod fault;
mod helm;
mod json;
mod locate;
mod objects;
mod outline;
mod paths;
mod single;
mod split;
mod text;
mod value;
mod work;
mod yaml;

use std::io::Read;

use serde_json::Value;

use crate::exit::Failure;

pub use document::Document;
pub use locate::Location;
pub use single::Single;

/// The largest file, or standard input, that is read, in bytes.
pub const MAX_BYTES: u64 = 200 * 1000 * 1000;

/// The deepest nesting of mappings and lists in a document.
pub const MAX_DEPTH: usize = 200;

/// Where an object came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Index into [`Input::files`].
    pub file: u32,
    /// Index into [`Input::documents`].
    pub document: u32,
    /// Index into `items`, when the document is a list of objects (`kind: List`).
    pub item: Option<u32>,
}

/// A text that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user wrote it, or joined to the directory that they wrote; `<stdin>` for
    /// `-`. Control characters are replaced, so it can be printed.
    pub name: String,
    /// The whole text, without a byte-order mark.
    pub text: String,
    /// Whether the user named it, rather than a directory that holds it.
    pub named: bool,
    /// Whether the text began with a byte-order mark.
    pub bom: bool,
}

/// One Kubernetes object: a mapping whose `apiVersion` and `kind` are strings that are not empty.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Where it came from.
    pub origin: Origin,
    /// The object, as `kubectl` would send it.
    pub value: Value,
}

/// Something that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file or directory, as in [`SourceFile::name`].
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// A sentence whose subject is the file: `cannot be read: permission denied`.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// `error: a.yaml:3:1: not valid YAML: …` and its hint.
    pub fn failure(&self) -> Failure {
        let mut place = self.file.clone().unwrap_or_default();
        for number in [self.line, self.column].into_iter().flatten() {
            place.push_str(&format!(":{number}"));
        }
        let separator = if place.is_empty() { "" } else { ": " };
        let mut failure = Failure::usage(format!("{place}{separator}{}", self.message));
        failure.hints.extend(self.hint.clone());
        failure
    }
}

/// All that was read.
#[derive(Debug, Default)]
pub struct Input {
    /// The texts, in the order in which they were read.
    pub files: Vec<SourceFile>,
    /// The documents in them that are not empty, in order.
    pub documents: Vec<Document>,
    /// The objects in the documents, in order.
    pub manifests: Vec<Manifest>,
    /// What could not be read: first files, then documents, each in order.
    pub problems: Vec<Problem>,
    /// How many documents in directories are not Kubernetes objects.
    pub skipped: usize,
    looked_at: locate::Cache,
}

/// Reads every manifest in `paths`: files, directories (with all `.yaml`, `.yml` and `.json` files
/// below them, hidden directories aside), and `-` for `stdin`. A file that is reached twice is
/// read once.
pub fn read(paths: &[String], stdin: &mut dyn Read) -> Input {
    let (files, problems) = paths::collect(paths, stdin);
    let parsed = work::parse(&files);
    let mut input = Input { files, problems, ..Input::default() };
    for work::Parsed { document, value } in parsed {
        input.add(document, value);
    }
    input
}

impl Input {
    fn add(&mut self, document: Document, value: Result<Value, fault::Fault>) {
        let number = self.documents.len() as u32;
        let source = &self.files[document.file as usize];
        let text = document.text(source);
        match value {
            Err(fault) => {
                let lines = document::Lines::new(text);
                self.problems.push(fault.problem(source, &document, &lines));
            }
            Ok(value) => {
                let objects = objects::objects(value, source.named);
                if !objects.faults.is_empty() {
                    let lines = document::Lines::new(text);
                    // A large text of another kind has one fault, and that is all of it.
                    let outline = std::cell::LazyCell::new(|| outline::Outline::new(text));
                    for (pointer, message) in objects.faults {
                        let fault = fault::Fault {
                            at: (!pointer.is_empty()).then(|| outline.start(text, &pointer)),
                            message,
                            hint: None,
                        };
                        self.problems.push(fault.problem(source, &document, &lines));
                    }
                }
                self.skipped += usize::from(objects.skipped);
                let file = document.file;
                self.manifests.extend(objects.found.into_iter().map(|(item, value)| Manifest {
                    origin: Origin { file, document: number, item },
                    value,
                }));
            }
        }
        self.documents.push(document);
    }
}

#[cfg(test)]
mod tests;
