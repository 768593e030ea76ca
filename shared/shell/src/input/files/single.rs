//! One YAML text that is no manifest, with positions: a settings file.

use serde_json::Value;

use super::document::{Document, Lines};
use super::outline::Outline;
use super::problem::Problem;
use super::source::SourceFile;
use super::{split, yaml};

#[derive(Debug)]
pub struct Single {
    /// Its value; null when the text is empty.
    pub value: Value,
    source: SourceFile,
    document: Document,
}

impl Single {
    /// Parses a text that holds at most one document.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(name: &str, text: &str) -> Result<Single, Box<Problem>> {
        let (name, text) = (name.to_owned(), text.to_owned());
        let source = SourceFile { name, text, named: true, bom: false, path: None };
        let documents = split::split(&source.text, 0);
        let Some(document) = documents.first().copied() else {
            let document = Document { file: 0, start: 0, end: 0, line: 1, content: 0 };
            return Ok(Single { value: Value::Null, source, document });
        };
        let single = |value| Single { value, source: source.clone(), document };
        if let Some(second) = documents.get(1) {
            let mut problem = single(Value::Null).problem("", "holds more than one document");
            problem.line = Some(second.line);
            return Err(Box::new(problem));
        }
        let own = document.text(&source);
        match yaml::parse(own) {
            Ok(value) => Ok(single(value)),
            Err(fault) => Err(Box::new(fault.problem(&source, &document, &Lines::new(own)))),
        }
    }

    pub fn problem(&self, pointer: &str, message: impl Into<String>) -> Problem {
        let text = self.document.text(&self.source);
        let at = match pointer {
            "" => self.document.content - self.document.start,
            pointer => Outline::new(text).start(text, pointer),
        };
        let (line, column) = Lines::new(text).position(&self.document, text, at);
        Problem {
            file: Some(self.source.name.clone()),
            line: Some(line),
            column: Some(column),
            message: message.into(),
            hint: None,
        }
    }
}
