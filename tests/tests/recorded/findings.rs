//! Findings against recorded answers: where the gateway failed a request there is a finding of
//! severity error, and where it failed none there is none.

use igw_core::facts::Scope;
use igw_core::finding::Severity;
use igw_core::settle::{Files, settle};
use igw_routes::checks::ALL;

use super::case::{self, Case, Form};

fn errors(case: &Case, version: &str) -> Vec<&'static str> {
    let mut store = case.store(Form::Typed, version).expect("the typed form is always there");
    let sinks = settle(ALL, &mut store, &Scope::default(), &mut Files);
    let findings = sinks.iter().flat_map(|sink| &sink.findings);
    findings.filter(|f| f.severity == Severity::Error).map(|f| f.code).collect()
}

#[test]
fn errors_are_found_where_requests_failed_and_nowhere_else() {
    let mut wrong = Vec::new();
    for (folder, file, version) in [
        ("kgateway", "case.json", "2.4"),
        ("kgateway", "case-2.3.0.json", "2.3"),
        ("kgateway", "case-2.2.json", "2.2"),
        ("kgateway-special", "case.json", "2.4"),
    ] {
        for case in case::all(folder, file) {
            let Some(failed) = case.failed() else { continue };
            let errors = errors(&case, version);
            if failed == errors.is_empty() {
                wrong.push(format!("{} {version}: failed {failed}, errors {errors:?}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
