//! The checks. A new one is a file here and a line in [`ALL`].

pub mod address_not_routed;
pub mod all_listeners_closed;
pub mod annotation_not_passed_on;
pub mod backend_invalid;
pub mod backend_kind_unknown;
pub mod backend_not_found;
pub mod backend_port_not_found;
pub mod backend_tls_mismatch;
pub mod backend_weight_zero;
pub mod backend_without_endpoints;
pub mod classifier_post_only;
pub mod cors_preflight_lost;
pub mod envoy_refuses_port;
pub mod external_name_backend;
pub mod filter_ignored;
pub mod filter_unresolved;
pub mod gateway_not_served;
pub mod grpc_over_http1;
mod header_value_invalid;
pub mod hostname_no_intersection;
pub mod hostname_shadowed;
pub mod hostname_without_https;
pub mod kind_not_allowed;
pub mod listener_invalid;
pub mod llm_timeout_short;
pub mod match_never_true;
pub mod namespace_not_allowed;
pub mod no_listener_selected;
pub mod parent_not_found;
pub mod policy_fails_requests;
pub mod policy_not_attached;
pub mod proxy_not_programmed;
pub mod redirect_loop;
pub mod reference_grant_mismatch;
pub mod reference_grant_missing;
pub mod reference_grant_unused;
pub mod regex_invalid;
pub mod rewrite_repeats_path;
pub mod rewrite_slash;
pub mod route_invalid;
pub mod route_without_parent;
pub mod rule_never_reached;
pub mod split_arm_unlike;
pub mod status_disagrees;
pub mod status_missing;
pub mod status_stale;
pub mod tls_missing_on_https;
pub mod unknown_field;

use igw_core::check::Check;

pub const ALL: &[&Check] = &[
    &parent_not_found::CHECK,
    &route_without_parent::CHECK,
    &reference_grant_missing::CHECK,
    &reference_grant_mismatch::CHECK,
    &no_listener_selected::CHECK,
    &namespace_not_allowed::CHECK,
    &kind_not_allowed::CHECK,
    &hostname_no_intersection::CHECK,
    &hostname_shadowed::CHECK,
    &backend_not_found::CHECK,
    &backend_port_not_found::CHECK,
    &external_name_backend::CHECK,
    &backend_kind_unknown::CHECK,
    &backend_without_endpoints::CHECK,
    &backend_weight_zero::CHECK,
    &rule_never_reached::CHECK,
    &rewrite_repeats_path::CHECK,
    &rewrite_slash::CHECK,
    &filter_unresolved::CHECK,
    &gateway_not_served::CHECK,
    &listener_invalid::CHECK,
    &address_not_routed::CHECK,
    &reference_grant_unused::CHECK,
    &split_arm_unlike::CHECK,
    &route_invalid::CHECK,
    &envoy_refuses_port::CHECK,
    &tls_missing_on_https::CHECK,
    &filter_ignored::CHECK,
    &match_never_true::CHECK,
    &unknown_field::CHECK,
    &status_missing::CHECK,
    &status_stale::CHECK,
    &status_disagrees::CHECK,
    &policy_not_attached::CHECK,
    &proxy_not_programmed::CHECK,
    &backend_invalid::CHECK,
    &policy_fails_requests::CHECK,
    &annotation_not_passed_on::CHECK,
    &classifier_post_only::CHECK,
    &redirect_loop::CHECK,
    &regex_invalid::CHECK,
    &llm_timeout_short::CHECK,
    &cors_preflight_lost::CHECK,
    &hostname_without_https::CHECK,
    &backend_tls_mismatch::CHECK,
    &all_listeners_closed::CHECK,
    &grpc_over_http1::CHECK,
    &header_value_invalid::CHECK,
];
