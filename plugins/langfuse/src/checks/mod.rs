//! The checks. A new one is a file here and a line in [`ALL`].

pub mod authorization_wrong;
pub mod collector_url_wrong;
pub mod endpoint_variable_wrong;
pub mod probe_kills_migration;
pub mod protocol_not_http;
pub mod web_and_worker_differ;

use igw_core::check::Check;

pub const ALL: &[&Check] = &[
    &probe_kills_migration::CHECK,
    &web_and_worker_differ::CHECK,
    &collector_url_wrong::CHECK,
    &protocol_not_http::CHECK,
    &authorization_wrong::CHECK,
    &endpoint_variable_wrong::CHECK,
];
