//! The checks, one file each. A new one is two lines here: its `mod` and its entry in [`ALL`].

pub mod class_not_kgateways;
pub mod configuration_refused;
pub mod controller_not_ready;
pub mod controller_settings;
pub mod gateway_api_crds_missing;
pub mod gateway_api_version;
pub mod kgateway_crds_missing;
pub mod labels_of_the_guide;
pub mod load_balancer_pending;
pub mod parameters_not_found;
pub mod proxy_not_ready;
pub mod resources_key_ignored;
pub mod two_controllers_one_class;

use igw_core::check::Check;

/// All checks, sorted by code.
pub static ALL: &[&Check] = &[
    &gateway_api_crds_missing::CHECK,
    &gateway_api_version::CHECK,
    &kgateway_crds_missing::CHECK,
    &parameters_not_found::CHECK,
    &controller_not_ready::CHECK,
    &proxy_not_ready::CHECK,
    &resources_key_ignored::CHECK,
    &class_not_kgateways::CHECK,
    &controller_settings::CHECK,
    &two_controllers_one_class::CHECK,
    &load_balancer_pending::CHECK,
    &configuration_refused::CHECK,
    &labels_of_the_guide::CHECK,
];
