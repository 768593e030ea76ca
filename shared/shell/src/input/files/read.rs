//! From paths to manifests.

use std::io::Read;

use serde_json::Value;

use super::draft::Drafts;
use super::input::Input;
use super::source::SourceFile;
use super::{list, parallel, paths};

/// The values of the documents of a text that a program wrote.
pub(crate) fn texts(text: &str) -> Vec<Value> {
    let source = SourceFile {
        name: String::new(),
        text: text.to_owned(),
        named: true,
        bom: false,
        path: None,
    };
    let files = [source];
    parallel::parse(&files).into_iter().filter_map(|parsed| parsed.value.ok()).collect()
}

/// Reads every manifest in `paths`: files, directories (with all `.yaml`, `.yml` and `.json` files
/// below them, hidden directories aside), and `-` for `stdin`. A file that is reached twice is
/// read once.
pub fn read(paths: &[String], stdin: &mut dyn Read) -> Input {
    read_as_drafted(paths, stdin, &Drafts::default())
}

/// The same, as if the drafts were written.
pub fn read_as_drafted(paths: &[String], stdin: &mut dyn Read, drafts: &Drafts) -> Input {
    let paths::Collected { mut files, problems, notes, charts, roots } =
        paths::collect(paths, stdin);
    for file in &mut files {
        if let Some(text) = drafts.of(file.path.as_deref()) {
            text.clone_into(&mut file.text);
        }
    }
    let lean = match files.as_slice() {
        // One beside others may be a part of a tree.
        [only] => list::read(&only.text),
        _ => None,
    };
    let parsed = lean.map_or_else(|| parallel::parse(&files), |own| vec![own]);
    let mut input = Input { files, problems, notes, charts, roots, ..Input::default() };
    parsed.into_iter().for_each(|own| input.add(own));
    input
}
