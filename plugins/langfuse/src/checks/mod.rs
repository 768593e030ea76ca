//! The checks. A new one is a file here and a line in [`ALL`].

pub mod authorization_wrong;
pub mod collector_url_wrong;
pub mod endpoint_variable_wrong;
pub mod protocol_not_http;

use igw_core::check::Check;

pub const ALL: &[&Check] = &[
    &collector_url_wrong::CHECK,
    &protocol_not_http::CHECK,
    &authorization_wrong::CHECK,
    &endpoint_variable_wrong::CHECK,
];
