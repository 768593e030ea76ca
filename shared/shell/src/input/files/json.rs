//! JSON: one document, or several one after the other.

use serde_json::Value;
use serde_json::error::Category;

use super::document::{self, Document};
use super::value::{DUPLICATE, YamlNode};
use super::yaml;
use super::yaml_fault::YamlFault;

/// Whether a text should be read as JSON first.
pub(super) fn likely(name: &str, text: &str) -> bool {
    name.ends_with(".json") || text.trim_start().starts_with(['{', '['])
}

/// Parses the documents up to the first fault. Its place is relative to `text`, since nothing
/// tells where the broken document ends.
pub(super) fn parse(text: &str, file: u32) -> (Vec<(Document, Value)>, Option<YamlFault>) {
    let mut found = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<YamlNode<false>>();
    let mut start = 0;
    let mut line = 1;
    loop {
        let space = text[start..].len() - text[start..].trim_start().len();
        line += newlines(&text[start..start + space]);
        start += space;
        match stream.next() {
            None => return (found, None),
            Some(Err(error)) => return (found, Some(fault(text, &error))),
            Some(Ok(YamlNode(value))) => {
                let end = document::floor(text, stream.byte_offset().max(start));
                let document = Document { file, start, end, line, content: start };
                found.push((document, value));
                line += newlines(&text[start..end]);
                start = end;
            }
        }
    }
}

/// A text that is one document.
pub(super) fn whole(text: &str, file: u32) -> Document {
    let start = text.len() - text.trim_start().len();
    let line = newlines(&text[..start]) + 1;
    Document { file, start, end: text.trim_end().len(), line, content: start }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

fn fault(text: &str, error: &serde_json::Error) -> YamlFault {
    let row = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    // serde_json counts bytes, and 0 where a line has only just begun.
    let mut at = (row + error.column().saturating_sub(1)).min(text.trim_end().len());
    let text_of_error = error.to_string();
    let what =
        text_of_error.rsplit_once(" at line ").map_or(text_of_error.as_str(), |(what, _)| what);
    if what.starts_with(DUPLICATE) {
        // Back from the closing quote.
        at = text[..document::floor(text, at)].rfind('"').unwrap_or(at);
    }
    let message = match error.classify() {
        Category::Syntax if what.starts_with("recursion limit") => yaml::too_deep(),
        Category::Eof => "not valid JSON: the text ends too early".into(),
        _ => format!("not valid JSON: {}", igw_core::text::clean(what)),
    };
    YamlFault::at(document::floor(text, at), message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_may_follow_each_other() {
        let text = "{\"a\":\t1}{\"b\": 1.0}\n\n{\"c\": [null]}\n";
        let (found, fault) = parse(text, 0);
        assert_eq!(fault, None);
        let found: Vec<_> =
            found.iter().map(|(d, v)| (&text[d.start..d.end], d.line, v.clone())).collect();
        assert_eq!(
            found,
            [
                ("{\"a\":\t1}", 1, json!({"a": 1})),
                ("{\"b\": 1.0}", 1, json!({"b": 1.0})),
                ("{\"c\": [null]}", 3, json!({"c": [null]})),
            ]
        );
    }

    #[test]
    fn faults_have_a_place_and_no_source() {
        let fault = |text| {
            let fault = parse(text, 0).1.expect("a fault");
            (fault.at.expect("a place"), fault.message)
        };
        assert_eq!(
            fault("{\"a\": 1,\n \"a\": 2}"),
            (10, "not valid JSON: duplicate key \"a\"".into())
        );
        assert_eq!(fault("{\"a\": 1} secret"), (9, "not valid JSON: expected value".into()));
        assert_eq!(fault("{\"a\": "), (5, "not valid JSON: the text ends too early".into()));
    }
}
