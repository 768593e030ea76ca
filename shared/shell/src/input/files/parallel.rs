//! Parsing all documents, on all processors.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::document::Document;
use super::parsed::Parsed;
use super::source::SourceFile;
use super::{helm, json, split, yaml};

/// The smallest text, in bytes, that is given to a thread.
const CHUNK: usize = 64 * 1024;
/// The stack of a thread, in bytes. Parsers call themselves for each level of nesting, and in a
/// debug build [`super::source::MAX_DEPTH`] levels need 5 MB, more than a thread has by default.
pub(super) const STACK: usize = 16 * 1024 * 1024;

/// A part of the work; a JSON file is one, as only the parser knows where its documents end.
enum Task<'a> {
    Yaml(&'a SourceFile, Document),
    Json(&'a SourceFile, u32),
}

/// Parses the documents of all files, in order.
pub(super) fn parse(files: &[SourceFile]) -> Vec<Parsed> {
    let chunks = chunks(files);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(chunks.len()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(jobs) = chunks.get(number) else {
                break;
            };
            let mut parsed = Vec::with_capacity(jobs.len());
            jobs.iter().for_each(|job| job.run(&mut parsed));
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((number, parsed));
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.min(chunks.len()) {
            let thread = thread::Builder::new().stack_size(STACK);
            if thread.spawn_scoped(scope, work).is_err() {
                // The system gives no more threads. Those that run do it all; if there is none,
                // this one has a stack of some megabytes too, unless it is a test in a debug build.
                work();
                break;
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, parsed)| parsed).collect()
}

fn chunks(files: &[SourceFile]) -> Vec<Vec<Task<'_>>> {
    let mut chunks = Vec::new();
    let mut chunk = Vec::new();
    let mut size = 0;
    for (number, file) in files.iter().enumerate() {
        let number = number as u32;
        let jobs = if json::likely(&file.name, &file.text) {
            vec![Task::Json(file, number)]
        } else {
            let documents = split::split(&file.text, number).into_iter();
            documents.map(|document| Task::Yaml(file, document)).collect()
        };
        for job in jobs {
            size += job.size();
            chunk.push(job);
            if size >= CHUNK {
                chunks.push(std::mem::take(&mut chunk));
                size = 0;
            }
        }
    }
    if !chunk.is_empty() {
        chunks.push(chunk);
    }
    chunks
}

impl Task<'_> {
    fn size(&self) -> usize {
        match self {
            Task::Yaml(_, document) => document.end - document.start,
            Task::Json(file, _) => file.text.len(),
        }
    }

    fn run(&self, parsed: &mut Vec<Parsed>) {
        match self {
            Task::Yaml(file, document) => parsed.push(parse_yaml(file, *document)),
            Task::Json(file, number) => parse_json(file, *number, parsed),
        }
    }
}

fn parse_yaml(file: &SourceFile, document: Document) -> Parsed {
    let text = document.text(file);
    let value = yaml::parse(text);
    let template = helm::template(text, value.is_err());
    let value = template.map_or(value, Err);
    Parsed::new(document, value)
}

/// JSON, or else YAML that only looks like it: it may begin with `{`, and `.json` may be a lie.
fn parse_json(file: &SourceFile, number: u32, parsed: &mut Vec<Parsed>) {
    let (found, fault) = json::parse(&file.text, number);
    let Some(fault) = fault else {
        parsed.extend(found.into_iter().map(|(document, value)| Parsed::new(document, Ok(value))));
        return;
    };
    let documents = split::split(&file.text, number);
    let several = documents.len() > 1;
    let yaml: Vec<_> = documents.into_iter().map(|document| parse_yaml(file, document)).collect();
    let template = |parsed: &Parsed| parsed.value.as_ref().is_err_and(|fault| fault.hint.is_some());
    // Of two faults the one that is further on: there the right parser stopped.
    let further = |parsed: &Parsed| match &parsed.value {
        Ok(_) => true,
        Err(other) => other.at.map(|at| at + parsed.document.start) > fault.at,
    };
    if several || yaml.iter().all(further) || yaml.iter().any(template) {
        parsed.extend(yaml);
        return;
    }
    let start = found.last().map_or(0, |(document, _)| document.end);
    parsed.extend(found.into_iter().map(|(document, value)| Parsed::new(document, Ok(value))));
    let whole = Document { file: number, start: 0, end: file.text.len(), line: 1, content: start };
    parsed.push(Parsed::new(whole, Err(fault)));
}
