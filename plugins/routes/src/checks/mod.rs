//! The checks. A new one is a file here and a line in [`ALL`].

mod backend_kind_unknown;
mod backend_not_found;
mod backend_port_not_found;
mod backend_weight_zero;
mod backend_without_endpoints;
mod envoy_refuses_port;
mod external_name_backend;
mod filter_unresolved;
mod hostname_no_intersection;
mod hostname_shadowed;
mod kind_not_allowed;
mod listener_invalid;
mod namespace_not_allowed;
mod no_listener_selected;
mod parent_not_found;
mod reference_grant_mismatch;
mod reference_grant_missing;
mod refs;
mod rewrite_repeats_path;
mod route_invalid;
mod route_without_parent;
mod tls_missing_on_https;
mod unknown_field;

use igw_core::check::Check;

/// All checks, by code.
pub const ALL: &[&dyn Check] = &[
    &parent_not_found::ParentNotFound,
    &route_without_parent::RouteWithoutParent,
    &reference_grant_missing::ReferenceGrantMissing,
    &reference_grant_mismatch::ReferenceGrantMismatch,
    &no_listener_selected::NoListenerSelected,
    &namespace_not_allowed::NamespaceNotAllowed,
    &kind_not_allowed::KindNotAllowed,
    &hostname_no_intersection::HostnameNoIntersection,
    &hostname_shadowed::HostnameShadowed,
    &backend_not_found::BackendNotFound,
    &backend_port_not_found::BackendPortNotFound,
    &external_name_backend::ExternalNameBackend,
    &backend_kind_unknown::BackendKindUnknown,
    &backend_without_endpoints::BackendWithoutEndpoints,
    &backend_weight_zero::BackendWeightZero,
    &rewrite_repeats_path::RewriteRepeatsPath,
    &filter_unresolved::FilterUnresolved,
    &listener_invalid::ListenerInvalid,
    &route_invalid::RouteInvalid,
    &envoy_refuses_port::EnvoyRefusesPort,
    &tls_missing_on_https::TlsMissingOnHttps,
    &unknown_field::UnknownField,
];
