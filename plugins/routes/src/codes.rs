//! Which check explains a failure.

use igw_core::check::Check;
use igw_core::route::outcome::Cause;
use igw_core::route::trace::Trace;

use crate::checks;

/// The check that explains why requests to a backend fail.
pub fn check_of(cause: Cause) -> &'static Check {
    match cause {
        Cause::NotPermitted => &checks::reference_grant_missing::CHECK,
        Cause::NotFound => &checks::backend_not_found::CHECK,
        Cause::PortNotFound => &checks::backend_port_not_found::CHECK,
        Cause::ExternalName => &checks::external_name_backend::CHECK,
        Cause::KindUnknown => &checks::backend_kind_unknown::CHECK,
        Cause::NoEndpoints => &checks::backend_without_endpoints::CHECK,
        Cause::Invalid => &checks::backend_invalid::CHECK,
    }
}

/// Fills in the codes of a trace.
pub fn fill(trace: &mut Trace) {
    for backend in &mut trace.backends {
        backend.code = backend.cause.map(|cause| check_of(cause).code);
    }
}
