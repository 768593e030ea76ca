//! Which check explains a failure.

use igw_core::check::Check;
use igw_core::route::outcome::BackendCause;
use igw_core::route::trace::Trace;

use crate::checks;

/// The check that explains why requests to a backend fail.
pub fn check_of(cause: BackendCause) -> &'static Check {
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
pub fn fill(trace: &mut Trace) {
    for backend in &mut trace.backends {
        backend.code = backend.cause.map(|cause| check_of(cause).code);
    }
}
