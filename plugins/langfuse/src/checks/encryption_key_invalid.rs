//! # ENCRYPTION_KEY is not 64 hexadecimal digits
//!
//! ## What it means
//! `ENCRYPTION_KEY` encrypts what Langfuse stores of secrets, such as keys of LLM providers. It has to be
//! 256 bits as 64 hexadecimal digits, the same for the web server and the worker. The check looks at the
//! key but never shows it.
//!
//! ## Why it matters
//! With another length Langfuse refuses its settings, and the web server answers 500 to everything. With
//! other characters, or with the key on one side only, what was stored cannot be read.
//!
//! ## Example
//! The output of `openssl rand -base64 32` instead of `openssl rand -hex 32`.
//!
//! ## Fix safety
//! Show only: what is encrypted already needs the key that it was encrypted with.
//!
//! ## Sources
//! Langfuse, `packages/shared` (env.ts: length 64), documentation of its variables.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::langfuse::{LangfusePart, PartValue, installations};
use igw_core::page;

pub static CHECK: Check = Check {
    code: "IGW0413",
    name: "encryption-key-invalid",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::ConfigMap, Kind::Secret],
    page: page!(),
    run,
};

const NAME: &str = "ENCRYPTION_KEY";

fn run(facts: &Facts, out: &mut Sink) {
    for own in installations::judged(facts) {
        for part in own.parts() {
            let PartValue::Text(key) = part.value(NAME) else { continue };
            match fault(key) {
                Some(says) => out.finding(at(part, says)),
                None => out.passed(),
            }
        }
        let Some(web) = &own.web else { continue };
        for worker in &own.workers {
            let missing = match (web.value(NAME), worker.value(NAME)) {
                (PartValue::Text(_) | PartValue::Unseen, PartValue::Unset)
                    if web.variable(NAME).is_some() =>
                {
                    worker
                }
                (PartValue::Unset, _) if worker.variable(NAME).is_some() => web,
                _ => continue,
            };
            let title = "ENCRYPTION_KEY is set on one side only, and not here.";
            out.finding(
                Finding::at(&missing.workload.meta, missing.variable_path(NAME), title)
                    .explain("What the web server stores encrypted, the worker cannot read, or the other way round. Take it from the same Secret for both.")
                    .label("no ENCRYPTION_KEY")
                    .only(Severity::Warning),
            );
        }
    }
}

/// What is wrong with a key, without showing it.
fn fault(key: &str) -> Option<String> {
    if key.ends_with(['\n', '\r', ' ']) {
        return Some("ends with a line break or a space".to_owned());
    }
    let count = key.chars().count();
    if count != 64 {
        return Some(format!("has {count} characters instead of 64 hexadecimal digits"));
    }
    let hex = key.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!hex).then(|| "has characters that are no hexadecimal digits".to_owned())
}

fn at(part: &LangfusePart, says: String) -> Finding {
    Finding::at(&part.workload.meta, part.variable_path(NAME), format!("{NAME} {says}."))
        .explain("Langfuse refuses its settings: the web server listens and answers 500 to everything, and the worker does not start. Make a key with openssl rand -hex 32. The value is not shown.")
        .label("not 64 hexadecimal digits")
}
