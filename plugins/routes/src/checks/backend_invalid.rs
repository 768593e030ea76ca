//! # A backend exists, but the gateway cannot use it
//!
//! ## What it means
//! The reference is correct, but its target is incomplete: a kgateway Backend for AWS whose Secret
//! is missing, a BackendTLSPolicy whose CA ConfigMap is missing, a BackendConfigPolicy whose Secret
//! is missing. Under Envoy Gateway also one of its own Backends that is not valid, and a reference
//! with a filter that backends do not have.
//!
//! ## Why it matters
//! kgateway creates no Envoy cluster for it, and every request to it gets 500 with an empty body.
//! From 2.4 on, the route's conditions stay True; only the status of the Backend or of the policy
//! reports the error. Envoy Gateway reports it in the route's `ResolvedRefs`.
//!
//! ## Example
//! A BackendTLSPolicy with `caCertificateRefs: [{kind: ConfigMap, name: upstream-ca}]`, in a
//! namespace without a ConfigMap of that name.
//!
//! ## Fix safety
//! Unsafe: the tool cannot create certificates and credentials.
//!
//! ## Sources
//! Observed in kgateway main and 2.3; Envoy Gateway `internal/gatewayapi/{route,backend}.go`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::outcome::BackendCause;
use igw_core::route::profile::Profile;

use crate::refs::{self, BackendWords as _};

pub static CHECK: Check = Check {
    code: "IGW0136",
    name: "backend-invalid",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ReferenceGrant,
        Kind::Service,
        Kind::Backend,
        Kind::EnvoyBackend,
        Kind::RouteFilter,
        Kind::BackendTlsPolicy,
        Kind::BackendConfigPolicy,
        Kind::ConfigMap,
        Kind::Secret,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    refs::explained_by(facts, BackendCause::Invalid, out, |backend, finding| {
        finding
            .explain(match backend.profile == Profile::EnvoyGateway {
                true => format!("{}.", backend.condition("InvalidBackendRef")),
                false => "The body is empty. kgateway creates no Envoy cluster for such a backend; check the status of the Backend or policy, not that of the route.".to_owned(),
            })
            .label("cannot be used")
    });
}
