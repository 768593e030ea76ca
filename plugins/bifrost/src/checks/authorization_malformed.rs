//! # The Authorization header for Langfuse is malformed
//!
//! ## What it means
//! Langfuse expects `Basic` and the base64 of `public-key:secret-key`, on one line. The check reads
//! the header but never shows it. It reports base64 with a line break inside or at its end, keys
//! that are not encoded, `Bearer`, a placeholder, and swapped keys.
//!
//! ## Why it matters
//! The collector answers 401 and the traces are lost; a header with a line break fails before
//! anything is sent.
//!
//! ## Example
//! `echo "$PK:$SK" | base64` also encodes the line break that `echo` adds: use `printf %s "$PK:$SK"
//! | base64 -w0`.
//!
//! ## Fix safety
//! Show only: only the owner has the keys.
//!
//! ## Sources
//! Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3 against a Langfuse collector, as observed.

use igw_core::bifrost::otel;
use igw_core::bifrost::place::Place as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::langfuse::authorization::{self, AuthorizationFault};
use igw_core::page;
use igw_core::workload::env::Var;

use crate::common;

pub static CHECK: Check = Check {
    code: "IGW0214",
    name: "authorization-malformed",
    severity: Severity::Warning,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for (instance, config) in common::sound(facts) {
        for entry in otel::entries(config) {
            let headers = entry.headers.iter();
            let own = headers.filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            for (_, value) in own {
                let text = match value.variable().map(|name| instance.env.get(name)) {
                    None => value.text.clone(),
                    Some(Var::Set(text)) => text,
                    Some(_) => continue,
                };
                match fault(text.reveal(), entry.is_langfuse()) {
                    Some(says) => {
                        let title = format!("the Authorization header of the otel plugin {says}");
                        out.finding_if(instance.at(value.id, title).map(|f| {
                            f.explain("The collector answers 401, or nothing is sent, and the traces are lost. The value is not shown.")
                        }));
                    }
                    None => out.passed(),
                }
            }
        }
    }
}

/// What is wrong with the header, without revealing its value.
fn fault(header: &str, langfuse: bool) -> Option<&'static str> {
    // A part that is not expanded is told by env-not-set.
    let judged = langfuse && !header.contains("env.");
    match authorization::fault_of(header)? {
        fault @ AuthorizationFault::LineBreak => Some(fault.says()),
        fault => judged.then(|| fault.says()),
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    use super::*;

    #[test]
    fn what_langfuse_refuses() {
        let basic = |pair: &str| fault(&format!("Basic {}", BASE64_STANDARD.encode(pair)), true);
        assert_eq!(basic("pk-lf-1:sk-lf-1"), None);
        assert_eq!(basic("pk-lf-1:sk-lf-1\n"), Some("was encoded together with a line break"));
        assert_eq!(basic("sk-lf-1:pk-lf-1"), Some("has the two keys swapped"));
        assert_eq!(basic("pk-lf-1"), Some("has no colon between the two keys"));
        assert!(fault("Basic pk-lf-1:sk-lf-1", true).is_some());
        assert!(fault("Bearer x", true).is_some());
        assert_eq!(fault("Bearer x", false), None);
        assert!(fault("Basic <BASE64(pk:sk)>", true).is_some());
        assert!(fault("Basic a\nb", false).is_some());
    }
}
