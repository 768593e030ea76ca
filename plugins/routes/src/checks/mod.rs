//! The checks. A new one is a file here and a line in [`ALL`].

mod backend_kind_unknown;
mod backend_not_found;
mod backend_port_not_found;
mod hostname_no_intersection;
mod namespace_not_allowed;
mod no_listener_selected;
mod parent_not_found;
mod reference_grant_mismatch;
mod reference_grant_missing;
mod refs;
mod route_invalid;
mod unknown_field;

use igw_core::check::Check;

/// All checks, by code.
pub const ALL: &[&dyn Check] = &[
    &parent_not_found::ParentNotFound,
    &reference_grant_missing::ReferenceGrantMissing,
    &reference_grant_mismatch::ReferenceGrantMismatch,
    &no_listener_selected::NoListenerSelected,
    &namespace_not_allowed::NamespaceNotAllowed,
    &hostname_no_intersection::HostnameNoIntersection,
    &backend_not_found::BackendNotFound,
    &backend_port_not_found::BackendPortNotFound,
    &backend_kind_unknown::BackendKindUnknown,
    &route_invalid::RouteInvalid,
    &unknown_field::UnknownField,
];
