//! # The ingestion version is missing, or not one that Langfuse takes
//!
//! ## What it means
//! The header `x-langfuse-ingestion-version` says how Langfuse stores a trace. Numbers up to 4 are taken;
//! a larger one, or a text that does not begin with a number, is refused. A Langfuse 4 that writes the
//! old and the new tables (`LANGFUSE_MIGRATION_V4_WRITE_MODE` is `dual`, and
//! `LANGFUSE_MIGRATION_V4_NATIVE_OTEL_BEHAVIOUR` is `dual_write` instead of `direct`, its default) stores
//! at once only what has version 4.
//!
//! ## Why it matters
//! With a version that is refused, an export with spans gets 400 and is lost, while an empty one, as a
//! probe sends it, gets 200. Without the header, traces appear with `dual_write` about 10 minutes late,
//! which looks as if they were lost.
//!
//! ## Example
//! `x-langfuse-ingestion-version: "5"`, or `v4`.
//!
//! ## Fix safety
//! Show only: the header may stand in a text with a secret.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; its guide "Migrate Langfuse v3 to v4", how the dual write works.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::langfuse::ways::{self, TraceWay};
use igw_core::langfuse::{exporters, headers, services};
use igw_core::page;
use igw_core::workload::variables::UNSEEN;

pub static CHECK: Check = Check {
    code: "IGW0504",
    name: "ingestion-version",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::over_otlp(facts) {
        let mut given = false;
        for text in &way.exporter.headers {
            let mut alone = way.exporter.clone();
            alone.headers = vec![text.clone()];
            let sent = headers::sent(&alone);
            let Some(own) = sent.iter().find(|header| is_version(&header.name)) else { continue };
            given = true;
            if is_taken(own.value.reveal()) {
                out.passed();
                continue;
            }
            let place = match way.exporter.kind.has_fields() {
                true => format!("beside {}", way.exporter.endpoint.name),
                false => format!("in {}", text.name),
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
        if !given {
            out.finding_if(missing(facts, way));
        }
    }
}

fn is_version(name: &str) -> bool {
    name.to_ascii_lowercase().replace('_', "-") == "x-langfuse-ingestion-version"
}

/// No such header, for a Langfuse that needs it to store a trace at once.
fn missing(facts: &Facts, way: &TraceWay) -> Option<Finding> {
    let exporter = &way.exporter;
    let hides = exporter.headers.iter().any(|text| text.known().is_none());
    if exporter.open || hides && !exporter.kind.has_fields() || exporter.off.is_some() {
        return None;
    }
    // What does not arrive has another fault.
    if way.is_grpc() || way.fault().is_some() {
        return None;
    }
    let arriving = way.arriving().filter(|own| own.sure)?;
    let langfuse = services::installation_behind(facts, &arriving.namespace, &arriving.name)?;
    let is = |name: &str, wanted: &str| {
        langfuse.parts().any(|part| part.text(name).is_some_and(|text| text.trim() == wanted))
    };
    let dual = is("LANGFUSE_MIGRATION_V4_WRITE_MODE", "dual")
        && is("LANGFUSE_MIGRATION_V4_NATIVE_OTEL_BEHAVIOUR", "dual_write");
    if langfuse.since(4, 0) != Some(true) || !dual {
        return None;
    }
    let title = format!(
        "{} has no header x-langfuse-ingestion-version beside it, so its traces appear late",
        exporter.endpoint.name
    );
    Some(
        exporter
            .endpoint
            .finding(&title)
            .explain(format!("{} writes the old and the new tables (LANGFUSE_MIGRATION_V4_NATIVE_OTEL_BEHAVIOUR is dual_write), and copies what comes without version 4 later: such traces appear about 10 minutes late. Send x-langfuse-ingestion-version: 4.", langfuse.title()))
            .label("no ingestion version")
            .only(Severity::Info)
            .related(exporter.subject.reference()),
    )
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
