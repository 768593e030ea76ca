//! `--baseline`: a report of before, whose findings are known.

use igw_core::compare::Known;
use igw_core::kube::ObjRef;
use serde::Deserialize;

use crate::exit::Failure;

#[derive(Deserialize)]
struct BaselineReport {
    kind: String,
    findings: Vec<BaselineFinding>,
    #[serde(default)]
    suppressed: Vec<BaselineFinding>,
}

#[derive(Deserialize)]
struct BaselineFinding {
    code: String,
    object: Object,
    path: String,
    title: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    api_version: String,
    kind: String,
    namespace: Option<String>,
    name: String,
}

/// The findings of a report in JSON or YAML, those that were suppressed then, too.
///
/// # Errors
/// When the file cannot be read, or is not a report.
pub fn read(file: &str) -> Result<Vec<Known>, Failure> {
    let failure = |why: String| {
        Failure::usage(format!("--baseline {file}: {why}")).hint(
            "write one:   kubectl igw routes -f manifests/ -o json > baseline.json".to_owned(),
        )
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| failure(format!("cannot be read: {error}")))?;
    let report: Result<BaselineReport, String> = match text.trim_start().starts_with('{') {
        true => serde_json::from_str(&text).map_err(|error| {
            format!(
                "is not a report of kubectl igw: line {}, column {}",
                error.line(),
                error.column()
            )
        }),
        false => serde_saphyr::from_str(&text)
            .map_err(|_| "is not a report of kubectl igw (-o json or yaml)".to_owned()),
    };
    let report = report.map_err(failure)?;
    if report.kind != "Report" {
        let kind = igw_core::text::clip(&report.kind, 40);
        return Err(failure(format!("is a {kind}, not a Report")));
    }
    let known = |entry: BaselineFinding| {
        let Object { api_version, kind, namespace, name } = entry.object;
        let object = ObjRef { api_version, kind, namespace, name };
        Known { code: entry.code, object, path: entry.path, title: entry.title }
    };
    Ok(report.findings.into_iter().chain(report.suppressed).map(known).collect())
}
