//! # The API server refuses this object
//!
//! ## What it means
//! A value violates the schema of its kind, or a validation rule of the CRD: more than 16 rules, a
//! path with `//`, a hostname in capitals, RequestRedirect together with backendRefs, a rewrite of
//! a prefix without exactly one PathPrefix match; a kgateway Backend of two types, GatewayParameters
//! with both `kube` and `selfManaged`; a GRPCRoute whose service is written as a path; a
//! BackendTLSPolicy without a certificate to trust; a TCPRoute, TLSRoute or UDPRoute without rules …
//!
//! ## Why it matters
//! `kubectl apply` fails for this object with 422; the stored version stays unchanged. `why` and
//! `status` treat the object as absent.
//!
//! ## Example
//! `value: v1` as a PathPrefix: it must begin with `/`.
//!
//! ## Fix safety
//! Unsafe: what was meant is only likely. Offered are the word of a list in its right case, a hostname
//! or name in small letters, and a path with one `/` where none or several are; the rest is only
//! explained.
//!
//! ## Sources
//! The CRDs of Gateway API 1.6.1 (of its kinds in version `v1`), and of kgateway after 2.4; observed
//! answers of a real API server.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::page;
use igw_core::schema::Gate;

use crate::refused::refused;

pub static CHECK: Check = Check {
    code: "IGW0125",
    name: "route-invalid",
    severity: Severity::Error,
    needs: &[],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    refused(facts, Gate::Rule, out, |refused, field, message| {
        let field = match field {
            "" => String::new(),
            field => format!(" at {field}"),
        };
        let kind = &refused.meta.kind;
        let message = message.trim_end_matches('.');
        format!("The API server refuses this {kind}{field}: {message}.")
    });
}
