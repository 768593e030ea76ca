//! The checks. A new one is a file here and a line in [`ALL`].

pub mod authorization_wrong;
pub mod clickhouse_cluster_flag;
pub mod collector_url_wrong;
pub mod connection_string_not_encoded;
pub mod encryption_key_invalid;
pub mod endpoint_variable_wrong;
pub mod exporter_disabled;
pub mod grant_wrong;
pub mod ingestion_version;
pub mod init_trap;
pub mod langfuse_too_old;
pub mod legacy_clients_dropped;
pub mod nextauth_url_wrong;
pub mod prefix_claimed_for_every_host;
pub mod probe_kills_migration;
pub mod probe_path_wrong;
pub mod protocol_not_http;
pub mod rewrite_doubles_otel;
pub mod rewrite_with_base_path;
pub mod static_asset_shadowed;
pub mod subpath_incomplete;
pub mod subpath_stock_image;
pub mod web_and_worker_differ;
pub mod wrong_namespace;

use igw_core::check::Check;

pub const ALL: &[&Check] = &[
    &subpath_incomplete::CHECK,
    &subpath_stock_image::CHECK,
    &nextauth_url_wrong::CHECK,
    &prefix_claimed_for_every_host::CHECK,
    &rewrite_with_base_path::CHECK,
    &probe_path_wrong::CHECK,
    &wrong_namespace::CHECK,
    &static_asset_shadowed::CHECK,
    &probe_kills_migration::CHECK,
    &web_and_worker_differ::CHECK,
    &legacy_clients_dropped::CHECK,
    &encryption_key_invalid::CHECK,
    &connection_string_not_encoded::CHECK,
    &clickhouse_cluster_flag::CHECK,
    &init_trap::CHECK,
    &collector_url_wrong::CHECK,
    &protocol_not_http::CHECK,
    &authorization_wrong::CHECK,
    &ingestion_version::CHECK,
    &rewrite_doubles_otel::CHECK,
    &langfuse_too_old::CHECK,
    &exporter_disabled::CHECK,
    &grant_wrong::CHECK,
    &endpoint_variable_wrong::CHECK,
];
