//! # The ingestion version is not one that Langfuse takes
//!
//! ## What it means
//! The header `x-langfuse-ingestion-version` says how Langfuse stores a trace. Numbers up to 4 are taken;
//! a larger one, or a text that does not begin with a number, is refused.
//!
//! ## Why it matters
//! An export with spans gets 400 and is lost, while an empty one, as a probe sends it, gets 200.
//!
//! ## Example
//! `x-langfuse-ingestion-version: "5"`, or `v4`.
//!
//! ## Fix safety
//! Show only: the header may stand in a text with a secret.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::langfuse::exporters::ExporterKind;
use igw_core::langfuse::{headers, ways};
use igw_core::page;
use igw_core::workload::variables::UNSEEN;

pub static CHECK: Check = Check {
    code: "IGW0504",
    name: "ingestion-version",
    severity: Severity::Warning,
    needs: &[
        Kind::Workload,
        Kind::Service,
        Kind::ConfigMap,
        Kind::Secret,
        Kind::HttpRoute,
        Kind::Gateway,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::over_otlp(facts) {
        for text in &way.exporter.headers {
            let mut alone = way.exporter.clone();
            alone.headers = vec![text.clone()];
            let sent = headers::sent(&alone);
            let is_version = |name: &str| {
                name.to_ascii_lowercase().replace('_', "-") == "x-langfuse-ingestion-version"
            };
            let Some(own) = sent.iter().find(|header| is_version(&header.name)) else { continue };
            if is_taken(own.value.reveal()) {
                out.passed();
                continue;
            }
            let place = match way.exporter.kind {
                ExporterKind::Bifrost => "of the otel plugin".to_owned(),
                _ => format!("in {}", text.name),
            };
            let title = format!(
                "the header x-langfuse-ingestion-version {place} is neither empty nor a number up to 4"
            );
            out.finding(
                text.finding(&title)
                    .explain("Langfuse answers 400 to every export with spans, which are lost; an empty export gets 200 all the same. Set it to 4.")
                    .label("400")
                    .related(way.exporter.subject.reference()),
            );
        }
    }
}

/// As `parseInt` reads it.
fn is_taken(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.contains(UNSEEN) || text.starts_with('-') {
        return true;
    }
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<u64>().is_ok_and(|version| version <= 4)
}

#[cfg(test)]
mod tests {
    use super::is_taken;

    #[test]
    fn versions_as_observed() {
        for taken in ["1", "4", "", "4.9", "-1", "4abc", " 4"] {
            assert!(is_taken(taken), "{taken}");
        }
        for refused in ["5", "abc", "999", "v4"] {
            assert!(!is_taken(refused), "{refused}");
        }
    }
}
