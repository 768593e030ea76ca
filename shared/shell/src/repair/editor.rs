//! A text, as a person leaves it in the editor.

use std::path::PathBuf;
use std::process::Command;

use crate::exit::Failure;

/// A text that was edited, in a file that goes away unless it is kept.
pub struct EditedFile {
    pub text: String,
    file: tempfile::NamedTempFile,
}

impl EditedFile {
    /// Has a person edit a text; `None`: it was left as it was, or empty.
    ///
    /// # Errors
    /// When there is no editor, or it fails.
    pub fn of(text: &str) -> Result<Option<EditedFile>, Failure> {
        let broken = |what: &str, error: &std::io::Error| {
            Failure::usage(format!("cannot {what}")).cause(error.to_string())
        };
        let names = ["KUBE_EDITOR", "EDITOR"].iter();
        let mut editors = names.filter_map(|name| std::env::var(name).ok());
        let editor = editors.find(|own| !own.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
        let file = tempfile::Builder::new().prefix("igw-fix-").suffix(".yaml").tempfile();
        let file = file.map_err(|error| broken("make a file to edit", &error))?;
        std::fs::write(file.path(), text)
            .map_err(|error| broken("write the file to edit", &error))?;
        let mut words = editor.split_whitespace();
        let program = words.next().unwrap_or("vi");
        let status = Command::new(program).args(words).arg(file.path()).status();
        let status =
            status.map_err(|error| broken(&format!("start the editor {program}"), &error))?;
        if !status.success() {
            return Err(Failure::usage(format!("the editor {program} ended with {status}")));
        }
        let edited = std::fs::read_to_string(file.path());
        let edited = edited.map_err(|error| broken("read the edited file", &error))?;
        let is_new = edited != text && !edited.trim().is_empty();
        Ok(is_new.then_some(EditedFile { text: edited, file }))
    }

    /// Keeps the file, so that the work in it is not lost, and gives its path.
    pub fn keep(self) -> Option<PathBuf> {
        self.file.keep().ok().map(|(_, path)| path)
    }
}
