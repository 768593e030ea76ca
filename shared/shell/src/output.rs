//! Documents for machines.

use igw_core::placeholder;
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
    match output {
        Output::Yaml => serde_saphyr::to_string(value).map_err(|e| broken(e.to_string())),
        Output::Json | Output::Human => serde_json::to_string_pretty(value)
            .map(|text| placeholder::spelled_json(text) + "\n")
            .map_err(|e| broken(e.to_string())),
    }
}
