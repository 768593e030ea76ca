//! Documents for machines.

use igw_core::{placeholder, text};
use serde::Serialize;

use crate::exit::Failure;
use crate::flags::Output;

/// A document of a kind of ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineDocument<'a, T> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

impl<'a, T: Serialize> MachineDocument<'a, T> {
    pub fn new(kind: &'static str, content: &'a T) -> Self {
        MachineDocument { api_version: "igw.dev/v1alpha1", kind, content }
    }
}

/// A value as JSON or YAML.
///
/// # Errors
/// When it cannot be written so.
pub fn document<T: Serialize>(value: &T, output: Output) -> Result<String, Failure> {
    let broken = |error: String| Failure::usage(format!("cannot write the output: {error}"));
    let json = || {
        let text =
            serde_json::to_string_pretty(value).map_err(|error| broken(error.to_string()))?;
        Ok(placeholder::spelled_json(text) + "\n")
    };
    match output {
        Output::Yaml => {
            let text = serde_saphyr::to_string(value).map_err(|error| broken(error.to_string()))?;
            match text::is_shown(&text) {
                true => Ok(text),
                // Only what stands in double quotes can be escaped: JSON is YAML, too.
                false => json().map(text::escaped_flow),
            }
        }
        Output::Json | Output::Human => json().map(text::escaped_json),
    }
}
