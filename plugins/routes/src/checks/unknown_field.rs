//! # A field does not exist
//!
//! ## What it means
//! The manifest has a field that its kind does not have: misspelt, at the wrong depth, or only in
//! the experimental channel of the Gateway API.
//!
//! A field of kgateway's own kinds that is like none of the version known here is a warning: another
//! version may have it.
//!
//! ## Why it matters
//! `kubectl apply` refuses the object (strict field validation); tools that do not validate drop
//! the field silently.
//!
//! ## Example
//! `backendRef:` instead of `backendRefs:`; `retry:` in a rule, with the standard channel
//! installed.
//!
//! ## Fix safety
//! Unsafe: what was meant is only likely. A field gets the name of the only one that is like it, where
//! that is not there and takes the value; other fields are only explained.
//!
//! ## Sources
//! The CRDs of Gateway API 1.6.1, standard channel, and of kgateway after 2.4; observed answers of a
//! real API server.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, GatewayClass};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::pointer;
use igw_core::page;
use igw_core::route::class;
use igw_core::route::profile::Profile;
use igw_core::schema::Gate;

use crate::refused::refused;

pub static CHECK: Check = Check {
    code: "IGW0130",
    name: "unknown-field",
    severity: Severity::Error,
    needs: &[],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    doubted(facts, out);
    of_another_version(facts, out);
    refused(facts, Gate::UnknownField, out, |_, field, message| {
        format!("{field} {message}: the API server refuses the object.")
    });
}

/// What is said of a field that only the experimental channel has.
const EXISTS: &str = "exists";

/// Fields of kgateway's kinds that the version whose schemas are known does not have.
fn of_another_version(facts: &Facts, out: &mut Sink) {
    for doubted in facts.store.doubted.iter().filter(|own| facts.scope.contains(&own.meta)) {
        for refusal in doubted.refusals.iter().filter(|own| own.message != EXISTS) {
            let field = pointer::dotted(&refusal.pointer);
            let title = format!(
                "{field} {} in kgateway 2.4: an API server with its CRDs refuses the object or drops the field.",
                refusal.message
            );
            out.finding(
                Finding::at(&doubted.meta, refusal.pointer.clone(), title)
                    .only(Severity::Warning)
                    .explain("Another version of kgateway may have the field. kubectl apply fails where the installed CRDs do not; Helm and GitOps controllers may apply the object without the field.")
                    .label("a field that is not known")
                    .evidence(field, refusal.message.clone()),
            );
        }
    }
}

/// Fields of the experimental channel, where it is not known which one is installed. Envoy Gateway's
/// chart installs that channel.
fn doubted(facts: &Facts, out: &mut Sink) {
    if facts.store.doubted.is_empty() {
        return;
    }
    let gateways = facts.list::<Gateway>(None).items.into_iter();
    let mut profiles = gateways.map(|gateway| class::profile(facts, gateway).known());
    let classes = facts.list::<GatewayClass>(None).items;
    if profiles.any(|profile| profile == Some(Profile::EnvoyGateway))
        || classes.iter().any(|class| class.controller == GatewayClass::ENVOY_GATEWAY)
    {
        return;
    }
    for doubted in facts.store.doubted.iter().filter(|own| facts.scope.contains(&own.meta)) {
        for refusal in doubted.refusals.iter().filter(|own| own.message == EXISTS) {
            let field = pointer::dotted(&refusal.pointer);
            let title = format!(
                "{field} {} only in the experimental channel of the Gateway API: with the standard channel the API server refuses the object.",
                refusal.message
            );
            out.finding(
                Finding::at(&doubted.meta, refusal.pointer.clone(), title)
                    .only(Severity::Warning)
                    .explain("Which channel is installed is not known: the input has no CustomResourceDefinition of the Gateway API. --assume gateway-api=experimental, or =standard, tells.")
                    .label("a field of the experimental channel")
                    .evidence(field, refusal.message.clone()),
            );
        }
    }
}
