//! # LANGFUSE_INIT_* does not make the key that it names
//!
//! ## What it means
//! At its start Langfuse makes an organization, a project and an API key of `LANGFUSE_INIT_*`. It makes
//! the key only if the ids of both and both halves of the pair are set, and it only ever adds: a changed
//! secret is ignored as long as the public key is the same. A secret with a colon, or with a line break at
//! its end, is stored but cannot log in. The check looks at the keys but never shows them.
//!
//! ## Why it matters
//! Exporters get 401, and the log has one line of warning at the most. A changed public key with the same
//! secret is worse: the server answers 500 to everything.
//!
//! ## Example
//! `LANGFUSE_INIT_PROJECT_PUBLIC_KEY` and `…_SECRET_KEY` without `LANGFUSE_INIT_ORG_ID`.
//!
//! ## Fix safety
//! Show only: names and keys are the owner's.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::langfuse::{LangfusePart, PartValue, exporters, headers, installations, ways};
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0416",
    name: "init-trap",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

const PUBLIC: &str = "LANGFUSE_INIT_PROJECT_PUBLIC_KEY";
const SECRET: &str = "LANGFUSE_INIT_PROJECT_SECRET_KEY";
const NEEDED: [&str; 4] = ["LANGFUSE_INIT_ORG_ID", "LANGFUSE_INIT_PROJECT_ID", PUBLIC, SECRET];

fn run(facts: &Facts, out: &mut Sink) {
    for web in installations::judged(facts).filter_map(|own| own.web.as_ref()) {
        let set = |name: &str| web.value(name) != PartValue::Unset;
        if !set(PUBLIC) && !set(SECRET) {
            continue;
        }
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !set(name)).collect();
        if !missing.is_empty() {
            let at = if set(PUBLIC) { PUBLIC } else { SECRET };
            let are = if missing.len() == 1 { "is" } else { "are" };
            let title = format!("no API key is made: {} {are} missing", text::list(&missing));
            out.finding(finding(web, at, &title, "Langfuse makes the key only if all four variables are set; its log has one line of warning, and exporters get 401."));
            continue;
        }
        let before = out.findings.len();
        for name in [PUBLIC, SECRET] {
            let Some(value) = web.text(name) else { continue };
            let says = match value {
                value if value.ends_with(['\n', '\r']) => "ends with a line break",
                value if value.contains(':') => "contains a colon",
                _ => continue,
            };
            let title = format!("{name} {says}, so that no client can log in with it");
            out.finding(finding(web, name, &title, "It is stored as it is, and Basic authentication splits the pair at the colon. The value is not shown."));
        }
        other_secrets(facts, web, out);
        if out.findings.len() == before {
            out.passed();
        }
    }
}

fn finding(web: &LangfusePart, name: &str, title: &str, explain: &str) -> Finding {
    Finding::at(&web.workload.meta, web.variable_path(name), title).explain(explain)
}

const OTHER: &str = "Langfuse knows one secret of a public key: unless it still has an older pair, it answers 401 (Invalid credentials). A secret that is changed in LANGFUSE_INIT_* is ignored as long as the public key is the same: delete the key in the UI, or make a new pair. The values are not shown.";

/// Exporters that have the public key, and another secret.
fn other_secrets(facts: &Facts, web: &LangfusePart, out: &mut Sink) {
    let (Some(public), Some(secret)) = (web.text(PUBLIC), web.text(SECRET)) else { return };
    let key = web.workload.meta.key();
    for sender in exporters::senders(facts) {
        // The Secrets of those that lead elsewhere are none of this check's business.
        let leads = ways::all(facts).iter().any(|way| {
            way.home.as_ref() == Some(&key) && way.exporter.subject.is_same(sender.pods.meta)
        });
        if !leads {
            continue;
        }
        let vars = sender.keys(facts);
        let (Some(own_public), Some(own)) =
            (vars.get("LANGFUSE_PUBLIC_KEY"), vars.get("LANGFUSE_SECRET_KEY"))
        else {
            continue;
        };
        let other = own.known().is_some_and(|own| own != secret);
        if other && own_public.known() == Some(public) {
            let title = format!(
                "LANGFUSE_SECRET_KEY is not the secret that {PUBLIC} has, although LANGFUSE_PUBLIC_KEY is the same"
            );
            out.finding(
                sender
                    .text("LANGFUSE_SECRET_KEY", own)
                    .finding(&title)
                    .explain(OTHER)
                    .label("another secret")
                    .related(web.workload.meta.reference()),
            );
        }
    }
    for way in ways::over_otlp(facts).filter(|way| way.home.as_ref() == Some(&key)) {
        let sent = headers::sent(&way.exporter);
        let own = sent.iter().find(|header| header.name.eq_ignore_ascii_case("authorization"));
        let pair = own.and_then(|header| header.value.reveal().strip_prefix("Basic "));
        let pair = pair.and_then(|pair| BASE64_STANDARD.decode(pair.trim()).ok());
        let Some(pair) = pair.and_then(|bytes| String::from_utf8(bytes).ok()) else { continue };
        let Some((own_public, own_secret)) = pair.split_once(':') else { continue };
        if own_public == public && own_secret != secret {
            let Some(text) = way.exporter.headers.first() else { continue };
            let title = format!("{} has the public key of {PUBLIC} and another secret", text.name);
            out.finding(
                text.finding(&title)
                    .explain(OTHER)
                    .label("another secret")
                    .related(web.workload.meta.reference()),
            );
        }
    }
}
