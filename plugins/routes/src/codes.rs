//! Which check explains a failure.

use igw_core::check::Check;
use igw_core::facts::Facts;
use igw_core::kube::GATEWAY_API;
use igw_core::route::grant::Crossing;
use igw_core::route::grants;
use igw_core::route::outcome::BackendCause;
use igw_core::route::trace::{BackendShare, Trace};

use crate::checks;

/// The check that explains why requests to a backend fail.
fn check_of(cause: BackendCause) -> &'static Check {
    match cause {
        BackendCause::NotPermitted => &checks::reference_grant_missing::CHECK,
        BackendCause::NotFound => &checks::backend_not_found::CHECK,
        BackendCause::PortNotFound => &checks::backend_port_not_found::CHECK,
        BackendCause::ExternalName => &checks::external_name_backend::CHECK,
        BackendCause::KindUnknown => &checks::backend_kind_unknown::CHECK,
        BackendCause::NoEndpoints => &checks::backend_without_endpoints::CHECK,
        BackendCause::Invalid => &checks::backend_invalid::CHECK,
    }
}

/// Fills in the codes of a trace.
pub fn fill(facts: &Facts, trace: &mut Trace) {
    let kgateway = trace.profile.as_deref().is_some_and(|profile| profile.starts_with("kgateway"));
    let from = trace.matched.as_ref().map(|at| at.route.namespace.clone());
    for backend in &mut trace.backends {
        let Some(cause) = backend.cause else { continue };
        let meant =
            from.as_ref().is_some_and(|from| has_meant_grant(facts, from, backend, kgateway));
        let check = match cause {
            BackendCause::NotPermitted if meant => &checks::reference_grant_mismatch::CHECK,
            other => check_of(other),
        };
        backend.code = Some(check.code);
    }
}

/// Whether a grant was meant for a reference of an HTTPRoute and does not permit it.
fn has_meant_grant(facts: &Facts, from: &str, backend: &BackendShare, kgateway: bool) -> bool {
    let crossing = Crossing {
        from_group: GATEWAY_API,
        from_kind: "HTTPRoute",
        from_namespace: from,
        to_group: &backend.group,
        to_kind: &backend.kind,
        to_namespace: &backend.namespace,
        to_name: &backend.name,
    };
    grants::of(facts, &backend.namespace).nearest(&crossing, kgateway).is_some()
}
