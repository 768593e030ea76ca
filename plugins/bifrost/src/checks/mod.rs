//! The checks. A new one is a file here and a line in [`ALL`].

pub mod args_hang;
pub mod authorization_malformed;
pub mod base_url_unresolvable;
pub mod base_url_wrong;
pub mod client_path_wrong;
pub mod config_not_json;
pub mod config_not_mounted;
pub mod config_store_disabled;
pub mod config_value_refused;
pub mod custom_provider_invalid;
pub mod database_beats_file;
pub mod egress_needed_at_start;
pub mod encryption_key_changed;
pub mod env_not_expanded_here;
pub mod env_not_set;
pub mod image_not_bifrost;
pub mod init_chown_refused;
pub mod key_empty;
pub mod model_name_mismatch;
pub mod model_not_allowed;
pub mod models_deny_all;
pub mod no_probes;
pub mod no_virtual_key;
pub mod one_base_url_two_servers;
pub mod otel_misconfigured;
pub mod private_network_blocked;
pub mod providers_not_a_map;
pub mod replicas_out_of_step;
pub mod run_as_non_root_named_user;
pub mod secret_in_configmap;
pub mod served_name_missing;
pub mod slow_start;
pub mod sqlite_shared;
pub mod started_failed;
pub mod unknown_key;
pub mod unknown_plugin;
pub mod unknown_provider;
pub mod virtual_key_allows_nothing;
pub mod vllm_service_env_collision;
pub mod volume_not_writable;

use igw_core::check::Check;

pub const ALL: &[&Check] = &[
    &config_not_json::CHECK,
    &providers_not_a_map::CHECK,
    &unknown_provider::CHECK,
    &custom_provider_invalid::CHECK,
    &base_url_wrong::CHECK,
    &base_url_unresolvable::CHECK,
    &private_network_blocked::CHECK,
    &models_deny_all::CHECK,
    &model_not_allowed::CHECK,
    &env_not_set::CHECK,
    &key_empty::CHECK,
    &unknown_plugin::CHECK,
    &otel_misconfigured::CHECK,
    &authorization_malformed::CHECK,
    &secret_in_configmap::CHECK,
    &unknown_key::CHECK,
    &one_base_url_two_servers::CHECK,
    &config_not_mounted::CHECK,
    &config_store_disabled::CHECK,
    &egress_needed_at_start::CHECK,
    &database_beats_file::CHECK,
    &slow_start::CHECK,
    &encryption_key_changed::CHECK,
    &env_not_expanded_here::CHECK,
    &client_path_wrong::CHECK,
    &config_value_refused::CHECK,
    &virtual_key_allows_nothing::CHECK,
    &no_virtual_key::CHECK,
    &model_name_mismatch::CHECK,
    &served_name_missing::CHECK,
    &vllm_service_env_collision::CHECK,
    &args_hang::CHECK,
    &volume_not_writable::CHECK,
    &sqlite_shared::CHECK,
    &image_not_bifrost::CHECK,
    &no_probes::CHECK,
    &started_failed::CHECK,
    &run_as_non_root_named_user::CHECK,
    &init_chown_refused::CHECK,
    &replicas_out_of_step::CHECK,
];
