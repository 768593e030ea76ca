//! `-k`: what `kubectl kustomize` builds.

use std::io::ErrorKind;
use std::process::{Command, Stdio};

use crate::exit::Failure;

/// The manifests that a kustomization builds; kubectl's own words go to standard error.
///
/// # Errors
/// When there is no kubectl, or it cannot build them.
pub fn build(directory: &str) -> Result<String, Failure> {
    let mut command = Command::new("kubectl");
    command.args(["kustomize", directory]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| {
        let failure = Failure::usage(format!("-k {directory}: cannot run kubectl"));
        match error.kind() {
            ErrorKind::NotFound => failure
                .cause("there is no kubectl on PATH")
                .hint(format!("kustomize build {directory} | … -f -")),
            _ => failure.cause(error.to_string()),
        }
    })?;
    if !output.status.success() {
        let why = format!("kubectl kustomize ended with {}; its output is above", output.status);
        return Err(Failure::usage(format!("-k {directory}: cannot be built")).cause(why));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        Failure::usage(format!("-k {directory}: the output of kubectl kustomize is not UTF-8 text"))
    })
}
