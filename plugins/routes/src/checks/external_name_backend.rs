//! # The backend is an ExternalName Service
//!
//! ## What it means
//! A rule sends requests to a Service of type ExternalName. The specification advises against
//! supporting these, and kgateway does not resolve them.
//!
//! ## Why it matters
//! Without `ports` the route has `ResolvedRefs=False BackendNotFound`, and the client gets 500.
//! With `ports` all conditions are True, and the client gets **503** `no healthy upstream`: the
//! Service never has endpoints. Envoy Gateway refuses it (`ResolvedRefs=False UnsupportedValue`), and
//! the client gets 500.
//!
//! ## Example
//! `type: ExternalName, externalName: api.provider.example`. kgateway's own kind `Backend`
//! (`static.hosts`) does what is intended, as does Envoy Gateway's own `Backend`
//! (`endpoints[].fqdn`).
//!
//! ## Fix safety
//! Unsafe: the replacement is an object of another kind.
//!
//! ## Sources
//! Gateway API `object_reference_types.go` 117-122; observed in kgateway main and 2.3; Envoy
//! Gateway `internal/gatewayapi/validate.go`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::outcome::BackendCause;
use igw_core::route::profile::Profile;

use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0112",
    name: "external-name-backend",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    refs::explained_by(facts, BackendCause::ExternalName, out, |backend, finding| {
        finding
            .explain(match backend.profile == Profile::EnvoyGateway {
                true => {
                    "Envoy Gateway refuses such a Service. To send requests out of the cluster, \
                     use Envoy Gateway's own kind Backend with an endpoint of type fqdn."
                }
                false => {
                    "kgateway never resolves the external name. To send requests out of the \
                     cluster, use kgateway's own kind Backend with static.hosts."
                }
            })
            .label("an ExternalName Service")
    });
}
