//! Manifests with their texts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use igw_core::kube::{GATEWAY_API, Kind, Origin};
use igw_core::report::{Excerpt, Location};
use serde_json::Value;

use super::document::{Document, Lines};
use super::locate::{Cache, Span};
use super::outline::Outline;
use super::parsed::{ListItem, Parsed};
use super::patch::Patch;
use super::paths::Chart;
use super::problem::Problem;
use super::source::{SourceFile, is_kustomization};
use super::yaml_fault::YamlFault;
use super::{objects, split, yaml};

/// One Kubernetes object: a mapping whose `apiVersion` and `kind` are strings that are not empty.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub origin: Origin,
    /// The object, as `kubectl` would send it; of one out of a long list maybe no more than its
    /// name and place ([`Input::whole`]).
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
    /// The same in files that nobody named and that are a neighbour's business: they are no error.
    pub notes: Vec<Problem>,
    /// The directories that are to be built whatever is in them (`-k`): real path, and as named.
    pub to_build: Vec<(PathBuf, String)>,
    /// The real paths of the directories that were named.
    pub roots: Vec<PathBuf>,
    /// Directories with a chart, whose templates were not read.
    pub charts: Vec<Chart>,
    /// How many documents in directories are not Kubernetes objects.
    pub skipped: usize,
    /// Documents of kustomizations that say neither apiVersion nor kind.
    pub bare_kustomizations: Vec<(u32, Value)>,
    /// The patches that were applied to objects, by document; the last one counts most.
    pub patches: HashMap<u32, Vec<Patch>>,
    /// The items of long lists, by document.
    pub(super) items: HashMap<u32, Vec<ListItem>>,
    pub(super) looked_at: Cache,
}

impl Input {
    pub(super) fn add(&mut self, parsed: Parsed) {
        let Parsed { document, value, items } = parsed;
        let number = self.documents.len() as u32;
        let source = &self.files[document.file as usize];
        let text = document.text(source);
        let problems = if source.named { &mut self.problems } else { &mut self.notes };
        match value {
            Err(fault) => {
                let lines = Lines::new(text);
                problems.push(fault.problem(source, &document, &lines));
            }
            Ok(value) if is_bare_kustomization(source, &value) => {
                self.bare_kustomizations.push((number, value));
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
                        problems.push(fault.problem(source, &document, &lines));
                    }
                }
                self.skipped += usize::from(objects.skipped);
                let file = document.file;
                if !items.is_empty() {
                    self.items.insert(number, items);
                }
                self.manifests.extend(objects.found.into_iter().map(|(item, value)| Manifest {
                    origin: Origin { file, document: number, item },
                    value,
                }));
            }
        }
        self.documents.push(document);
    }

    /// The whole object of a manifest.
    pub fn whole(&self, manifest: Manifest) -> Value {
        let source = self.files.get(manifest.origin.file as usize);
        match (self.item(manifest.origin), source) {
            (Some(item), Some(source)) => item.read(&source.text, manifest.value),
            _ => manifest.value,
        }
    }

    fn item(&self, origin: Origin) -> Option<&ListItem> {
        self.items.get(&origin.document)?.get(origin.item? as usize)
    }

    /// What could not be read in files that nobody named, as far as it seems to be about routes and
    /// Gateways: one a file.
    pub fn notes_to_tell(&self) -> Vec<&Problem> {
        let mut out: Vec<&Problem> = Vec::new();
        for note in &self.notes {
            let Some(number) =
                self.files.iter().position(|own| Some(&own.name) == note.file.as_ref())
            else {
                continue;
            };
            let line = note.line.unwrap_or_default();
            let own = self.documents.iter().filter(|own| own.file as usize == number);
            let document = own.take_while(|own| own.line <= line).last();
            let text = document.map(|own| own.text(&self.files[number])).unwrap_or_default();
            let about = text.lines().filter_map(|row| row.strip_prefix("kind:")).any(|kind| {
                let kind = kind.trim().trim_matches(['"', '\'']);
                Kind::of(GATEWAY_API, kind).is_some()
            });
            if about && out.iter().all(|known| known.file != note.file) {
                out.push(note);
            }
        }
        out
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

    /// The number of a file by its real path; one that was not asked for is read, since something
    /// leads to it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file_at(&mut self, path: &Path, name: impl FnOnce() -> String) -> std::io::Result<u32> {
        let known = (0u32..).zip(&self.files).find(|(_, own)| own.path.as_deref() == Some(path));
        if let Some((file, _)) = known {
            return Ok(file);
        }
        let text = std::fs::read_to_string(path)?;
        let (bom, path) = (text.starts_with('\u{feff}'), Some(path.to_owned()));
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let file = self.files.len() as u32;
        self.documents.extend(split::split(&text, file));
        self.files.push(SourceFile { name: name(), text, named: false, bom, path });
        Ok(file)
    }

    /// The documents of a file that was read, whatever they are.
    pub fn documents_of(&self, file: u32) -> Vec<(u32, Value)> {
        let Some(source) = self.files.get(file as usize) else { return Vec::new() };
        let own = (0u32..).zip(&self.documents).filter(|(_, document)| document.file == file);
        let value = |document: &Document| yaml::parse(document.text(source)).unwrap_or_default();
        own.map(|(number, document)| (number, value(document))).collect()
    }

    /// A number of its own for an object that is built out of a document.
    pub fn copy_document(&mut self, document: u32) -> u32 {
        let Some(own) = self.documents.get(document as usize).copied() else { return document };
        self.documents.push(own);
        self.documents.len() as u32 - 1
    }

    /// The place in a patch that gives an object the value at `pointer`.
    fn patched(&self, origin: Origin, pointer: &str, key: bool) -> Option<Location> {
        let patches = self.patches.get(&origin.document)?;
        let document = self.documents.get(origin.document as usize)?;
        let source = self.files.get(document.file as usize)?;
        let is_own = || {
            let own = yaml::parse(document.text(source));
            own.is_ok_and(|own| own.pointer(pointer).is_some())
        };
        let (patch, inner) =
            patches.iter().rev().find_map(|patch| Some((patch, patch.gives(pointer, is_own)?)))?;
        if patch.field.is_empty() {
            return match key {
                true => self.location_of_key(patch.origin, &inner),
                false => self.location(patch.origin, &inner),
            };
        }
        let outer = self.locate(patch.origin, &patch.field)?;
        let line = outer.line + patch.line(&inner);
        let text = &self.files.get(patch.origin.file as usize)?.text;
        let row = text.lines().nth(line - 1)?;
        let column = row.chars().take_while(|c| c.is_whitespace()).count() + 1;
        let end_column = row.trim_end().chars().count() + 1;
        let (file, inner, excerpt) = (outer.file, None, None);
        Some(Location { file, line, column, end_line: line, end_column, inner, excerpt })
    }

    /// Where the value at `pointer` stands, with its lines.
    pub fn location(&self, origin: Origin, pointer: &str) -> Option<Location> {
        if let Some(found) = self.patched(origin, pointer, false) {
            return Some(found);
        }
        self.shown(origin, self.locate(origin, pointer)?)
    }

    /// Where the last key of `pointer` stands, with its lines.
    pub fn location_of_key(&self, origin: Origin, pointer: &str) -> Option<Location> {
        if let Some(found) = self.patched(origin, pointer, true) {
            return Some(found);
        }
        self.shown(origin, self.locate_key(origin, pointer)?)
    }

    fn shown(&self, origin: Origin, found: Span) -> Option<Location> {
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
        let (path, part) = match (self.item(origin), origin.item) {
            (Some(item), _) => (pointer.to_owned(), Some(item.range.clone())),
            (None, Some(item)) => (format!("/items/{item}{pointer}"), None),
            (None, None) => (pointer.to_owned(), None),
        };
        let search = |outline: &Outline, text: &str| search(outline, text, &path);
        let part = part.unwrap_or(document.start..document.end);
        Some(self.looked_at.find(source, (origin.document, document), part, search))
    }
}

/// Whether a document is a kustomization by the name of its file alone.
fn is_bare_kustomization(source: &SourceFile, value: &Value) -> bool {
    let named = source.path.as_deref().is_some_and(is_kustomization);
    named && value.is_object() && (value["apiVersion"].is_null() || value["kind"].is_null())
}
