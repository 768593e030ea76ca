//! Standard output: a closed pipe is success.

use std::io::{ErrorKind, Write as _};

use igw_core::report::{self, Ci};
use serde::Serialize;

use crate::cli::{Output, ReportOutput};
use crate::exit::Failure;

/// Writes a text to standard output.
///
/// # Errors
/// When it cannot be written for another reason than a closed pipe.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes one document in a machine's format.
///
/// # Errors
/// When it cannot be written.
pub fn document<T: Serialize>(value: &T, output: Output) -> Result<(), Failure> {
    let broken = |error: String| Failure::usage(format!("cannot write the output: {error}"));
    let text = match output {
        Output::Yaml => serde_saphyr::to_string(value).map_err(|e| broken(e.to_string()))?,
        _ => serde_json::to_string_pretty(value).map_err(|e| broken(e.to_string()))? + "\n",
    };
    print(&text)
}

/// Writes the report of a check in a machine's format.
///
/// # Errors
/// When it cannot be written.
pub fn report(ci: &Ci, output: ReportOutput) -> Result<(), Failure> {
    match output {
        ReportOutput::Sarif => print(&report::sarif(ci)),
        ReportOutput::Github => print(&report::github(ci)),
        ReportOutput::Junit => {
            let text = report::junit(ci)
                .map_err(|error| Failure::usage(format!("cannot write the output: {error}")))?;
            print(&text)
        }
        ReportOutput::Yaml => document(ci.report, Output::Yaml),
        ReportOutput::Json | ReportOutput::Human => document(ci.report, Output::Json),
    }
}
