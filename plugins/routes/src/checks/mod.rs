//! The checks. A new one is a file here and a line in [`ALL`].

mod address_not_routed;
mod annotation_not_passed_on;
mod backend_invalid;
mod backend_kind_unknown;
mod backend_not_found;
mod backend_port_not_found;
mod backend_weight_zero;
mod backend_without_endpoints;
mod classifier_post_only;
mod envoy_refuses_port;
mod external_name_backend;
mod filter_ignored;
mod filter_unresolved;
mod gateway_not_served;
mod hostname_no_intersection;
mod hostname_shadowed;
mod kind_not_allowed;
mod langfuse_path_missing;
mod listener_invalid;
mod match_never_true;
mod namespace_not_allowed;
mod no_listener_selected;
mod parent_not_found;
mod policy_fails_requests;
mod policy_not_attached;
mod proxy_not_programmed;
mod reference_grant_mismatch;
mod reference_grant_missing;
mod reference_grant_unused;
mod refs;
mod rewrite_repeats_path;
mod rewrite_slash;
mod route_invalid;
mod route_without_parent;
mod rule_never_reached;
mod split_arm_unlike;
mod status_disagrees;
mod status_missing;
mod status_stale;
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
    &rule_never_reached::RuleNeverReached,
    &rewrite_repeats_path::RewriteRepeatsPath,
    &rewrite_slash::RewriteSlash,
    &filter_unresolved::FilterUnresolved,
    &gateway_not_served::GatewayNotServed,
    &listener_invalid::ListenerInvalid,
    &address_not_routed::AddressNotRouted,
    &reference_grant_unused::ReferenceGrantUnused,
    &split_arm_unlike::SplitArmUnlike,
    &route_invalid::RouteInvalid,
    &envoy_refuses_port::EnvoyRefusesPort,
    &tls_missing_on_https::TlsMissingOnHttps,
    &filter_ignored::FilterIgnored,
    &match_never_true::MatchNeverTrue,
    &unknown_field::UnknownField,
    &status_missing::StatusMissing,
    &status_stale::StatusStale,
    &status_disagrees::StatusDisagrees,
    &policy_not_attached::PolicyNotAttached,
    &proxy_not_programmed::ProxyNotProgrammed,
    &backend_invalid::BackendInvalid,
    &policy_fails_requests::PolicyFailsRequests,
    &annotation_not_passed_on::AnnotationNotPassedOn,
    &classifier_post_only::ClassifierPostOnly,
    &langfuse_path_missing::LangfusePathMissing,
];
