//! # The API server refuses this object
//!
//! ## What it means
//! A value breaks the schema of its kind, or one of the rules that the CRD carries: more than 16
//! rules, a path with `//`, a hostname in capitals, RequestRedirect beside backendRefs, a rewrite
//! of a prefix without exactly one PathPrefix match …
//!
//! ## Why it matters
//! `kubectl apply` fails for this object with 422; what was stored before stays as it was. `why`
//! and `status` count the object as not there.
//!
//! ## Example
//! `value: v1` as a PathPrefix: it must begin with `/`.
//!
//! ## Fix safety
//! Unsafe: what was meant cannot be told.
//!
//! ## Sources
//! The CRDs of Gateway API 1.6.1, standard channel; answers of a real API server, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::{Cx, Refused, pointer};
use igw_core::finding::{Finding, Severity};
use igw_core::scene::Scene;
use igw_core::schema::Gate;

/// IGW0125.
pub struct RouteInvalid;

static META: Meta = Meta {
    code: "IGW0125",
    name: "route-invalid",
    severity: Severity::Error,
    needs: &[],
    source: include_str!("route_invalid.rs"),
};

impl Check for RouteInvalid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        refused(cx, Gate::Rule, out, |refused, field, message| {
            let field = match field {
                "" => String::new(),
                field => format!(" at {field}"),
            };
            let kind = &refused.meta.kind;
            format!("The API server refuses this {kind}{field}: {message}.")
        });
    }
}

/// A finding for each refusal at one gate; something passed for every object of a known kind.
pub fn refused(
    cx: &Cx,
    gate: Gate,
    out: &mut Sink,
    title: impl Fn(&Refused, &str, &str) -> String,
) {
    for refused in &cx.store.refused {
        if !cx.scope.contains(&refused.meta) {
            continue;
        }
        for refusal in refused.refusals.iter().filter(|refusal| refusal.gate == gate) {
            let field = pointer::dotted(&refusal.pointer);
            let title = title(refused, &field, &refusal.message);
            let hint = match refusal.message.contains("experimental channel") {
                true => " Where that channel is installed, say --assume gateway-api=experimental.",
                false => "",
            };
            let explanation = format!(
                "kubectl apply fails for this object, and what was stored before stays. why and \
                 status count it as not there.{hint}"
            );
            out.finding(
                Finding::at(&refused.meta, refusal.pointer.clone(), title)
                    .explain(explanation)
                    .label(refusal.message.clone())
                    .evidence(field, refusal.message.clone()),
            );
        }
    }
}
