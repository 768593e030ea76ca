//! # Langfuse 4 drops what this client sends
//!
//! ## What it means
//! Langfuse 4 takes traces over OTLP only (`LANGFUSE_MIGRATION_V4_WRITE_MODE` is `events_only` unless it
//! is set). Clients of `/api/public/ingestion` are answered, but their traces are not stored: LiteLLM's
//! callback `langfuse`, Dify, and SDKs before Python 3 and JavaScript 4.
//!
//! ## Why it matters
//! The answer is 207, each event in it has status 400 (`Event type not accepted`), and most clients do not
//! look into it: no error anywhere, and no traces.
//!
//! ## Example
//! LiteLLM with `success_callback: ["langfuse"]`: use `langfuse_otel`.
//!
//! ## Fix safety
//! Show only: another callback writes other fields, and `dual` has Langfuse write everything twice.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; LiteLLM, documentation of its callbacks.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{ConfigMap, ConfigSource, ConfigUse, ConfigWay};
use igw_core::facts::{Fact, Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::exporters::ExporterKind;
use igw_core::langfuse::part::PartValue;
use igw_core::langfuse::{services, ways};
use igw_core::workload::standing;
use igw_core::{page, pointer};

pub static CHECK: Check = Check {
    code: "IGW0412",
    name: "legacy-clients-dropped",
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

const MODE: &str = "LANGFUSE_MIGRATION_V4_WRITE_MODE";

fn run(facts: &Facts, out: &mut Sink) {
    let litellm = ways::all(facts).iter().filter(|way| way.exporter.kind == ExporterKind::LiteLlm);
    for way in litellm {
        let Some(arriving) = way.arriving() else { continue };
        let Some(langfuse) =
            services::installation_behind(facts, &arriving.namespace, &arriving.name)
        else {
            continue;
        };
        if langfuse.since(4, 0) != Some(true) {
            continue;
        }
        let Some(web) = &langfuse.web else { continue };
        match web.value(MODE) {
            PartValue::Unset => {}
            PartValue::Text(mode) if mode.trim() == "events_only" => {}
            PartValue::Text(_) => {
                out.passed();
                continue;
            }
            PartValue::Unseen => {
                let why = Why::not_given(format!("the value of {MODE} is not known"));
                out.not_checked(Kind::Workload, &arriving.namespace, why);
                continue;
            }
        }
        let subject = &way.exporter.subject;
        let configured = configs(facts, &subject.namespace, &subject.name);
        let Some((map, key)) = configured.iter().find_map(|map| {
            let text = |key: &&String| map.data[*key].text.as_ref().map(|own| own.reveal());
            let mut keys = map.data.keys();
            keys.find(|key| text(key).is_some_and(calls_back)).map(|key| (*map, key))
        }) else {
            continue;
        };
        let title = format!("LiteLLM's callback langfuse sends what {} drops.", langfuse.title());
        out.finding(
            Finding::at(&map.meta, pointer!["data", key], title)
                .explain("It posts to /api/public/ingestion, which answers 207 with status 400 for each event, and nothing is stored. Use the callback langfuse_otel (LANGFUSE_OTEL_HOST is the address), or set LANGFUSE_MIGRATION_V4_WRITE_MODE to dual for as long as such clients are there.")
                .label("the callback langfuse")
                .related(subject.reference())
                .related(web.workload.meta.reference()),
        );
    }
}

/// The ConfigMaps that a workload mounts.
fn configs<'a>(facts: &Facts<'a>, namespace: &str, name: &str) -> Vec<&'a ConfigMap> {
    let all = standing(facts, Some(namespace)).into_iter();
    let mut own = all.filter(|one| one.meta.namespace == namespace && one.meta.name == name);
    let template = own.next().and_then(|one| one.template.as_ref().ok());
    let uses = template.into_iter().flat_map(ConfigUse::all);
    uses.filter(|own| own.source == ConfigSource::ConfigMap && own.way != ConfigWay::Env)
        .filter_map(|own| match facts.get::<ConfigMap>(namespace, &own.name) {
            Fact::Known(map) => Some(map),
            _ => None,
        })
        .collect()
}

/// Whether a configuration of LiteLLM lists the callback `langfuse`: `callbacks`, `success_callback` or
/// `failure_callback`, in one line or below it.
fn calls_back(text: &str) -> bool {
    let names = |text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| word == "langfuse")
    };
    let mut below = false;
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        let key = line.split(':').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if ["callbacks", "success_callback", "failure_callback"].contains(&key) {
            below = true;
        } else if !line.starts_with(['-', '"', '\'', '[', ']']) {
            below = false;
        }
        if below && names(line) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::calls_back;

    #[test]
    fn callbacks_as_people_write_them() {
        for legacy in [
            "litellm_settings:\n  success_callback: [\"langfuse\"]\n",
            "litellm_settings:\n  callbacks:\n  - prometheus\n  - langfuse # traces\n",
            "litellm_settings:\n  failure_callback: ['langfuse_otel', 'langfuse']",
        ] {
            assert!(calls_back(legacy), "{legacy}");
        }
        for other in [
            "litellm_settings:\n  success_callback: [\"langfuse_otel\"]\n",
            "litellm_settings:\n  callbacks:\n  - prometheus\nmodel_list:\n- model_name: langfuse\n",
            "# success_callback: [\"langfuse\"]\n",
            "environment_variables:\n  LANGFUSE_HOST: http://langfuse\n",
        ] {
            assert!(!calls_back(other), "{other}");
        }
    }
}
