//! From paths to manifests.

use std::io::Read;

use igw_core::text;

use super::input::Input;
use super::source::SourceFile;
use super::{parallel, paths};

/// Reads every manifest in `paths`: files, directories (with all `.yaml`, `.yml` and `.json` files
/// below them, hidden directories aside), and `-` for `stdin`. A file that is reached twice is
/// read once. `built` are texts that another program made, with their names.
pub fn read(paths: &[String], built: &[(String, String)], stdin: &mut dyn Read) -> Input {
    let (mut files, problems) = paths::collect(paths, stdin);
    files.extend(built.iter().map(|(name, text)| SourceFile {
        name: text::clean(name),
        text: text.clone(),
        named: true,
        bom: false,
    }));
    let parsed = parallel::parse(&files);
    let mut input = Input { files, problems, ..Input::default() };
    for parallel::Parsed { document, value } in parsed {
        input.add(document, value);
    }
    input
}
