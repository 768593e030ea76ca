//! Manifests with their texts.

use igw_core::kube::Origin;
use igw_core::report::{Excerpt, Location};
use serde_json::Value;

use super::document::{Document, Lines};
use super::locate::{Cache, Span};
use super::objects;
use super::outline::Outline;
use super::problem::Problem;
use super::source::SourceFile;
use super::yaml_fault::YamlFault;

/// One Kubernetes object: a mapping whose `apiVersion` and `kind` are strings that are not empty.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub origin: Origin,
    /// The object, as `kubectl` would send it.
    pub value: Value,
}

#[derive(Debug, Default)]
pub struct Input {
    /// The texts, in the order in which they were read.
    pub files: Vec<SourceFile>,
    pub documents: Vec<Document>,
    pub manifests: Vec<Manifest>,
    /// What could not be read: first files, then documents, each in order.
    pub problems: Vec<Problem>,
    /// How many documents in directories are not Kubernetes objects.
    pub skipped: usize,
    pub(super) looked_at: Cache,
}

impl Input {
    pub(super) fn add(&mut self, document: Document, value: Result<Value, YamlFault>) {
        let number = self.documents.len() as u32;
        let source = &self.files[document.file as usize];
        let text = document.text(source);
        match value {
            Err(fault) => {
                let lines = Lines::new(text);
                self.problems.push(fault.problem(source, &document, &lines));
            }
            Ok(value) => {
                let objects = objects::objects(value, source.named);
                if !objects.faults.is_empty() {
                    let lines = Lines::new(text);
                    // A large text of another kind has one fault, and that is all of it.
                    let outline = std::cell::LazyCell::new(|| Outline::new(text));
                    for (pointer, message) in objects.faults {
                        let fault = YamlFault {
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

    /// Where the value at `pointer` (RFC 6901, into the object) stands.
    ///
    /// A mapping or list is the range from its first key or item to the end of its last scalar; a
    /// block scalar is its lines without the `|`; an alias is the alias itself, but a pointer may
    /// lead through it; a value that is not written (`key:`) is its key. If nothing in the text
    /// has this pointer, as for a defaulted field, it is the nearest ancestor. `None` only if
    /// `origin` is of another input.
    pub fn locate(&self, origin: Origin, pointer: &str) -> Option<Span> {
        self.find(origin, |outline, text, path| outline.value(text, path), pointer)
    }

    /// Where the last key of `pointer` stands; for the item of a list the item, and for the whole
    /// object the object.
    pub fn locate_key(&self, origin: Origin, pointer: &str) -> Option<Span> {
        self.find(origin, |outline, text, path| outline.last_key(text, path), pointer)
    }

    /// Where the value at `pointer` stands, with its lines.
    pub fn location(&self, origin: Origin, pointer: &str) -> Option<Location> {
        let found = self.locate(origin, pointer)?;
        let text = &self.files.get(origin.file as usize)?.text;
        let excerpt = Excerpt::cut(text, found.start_byte, found.end_byte, found.line);
        Some(Location {
            file: found.file,
            line: found.line,
            column: found.column,
            end_line: found.end_line,
            end_column: found.end_column,
            inner: None,
            excerpt,
        })
    }

    fn find(
        &self,
        origin: Origin,
        search: impl Fn(&Outline, &str, &str) -> std::ops::Range<usize>,
        pointer: &str,
    ) -> Option<Span> {
        let document = self.documents.get(origin.document as usize)?;
        let source = self.files.get(document.file as usize)?;
        let path = match origin.item {
            Some(item) => format!("/items/{item}{pointer}"),
            None => pointer.to_owned(),
        };
        let search = |outline: &Outline, text: &str| search(outline, text, &path);
        Some(self.looked_at.find(source, (origin.document, document), search))
    }
}
