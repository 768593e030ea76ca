//! The checks. A new one is a file here and a line in [`ALL`].

mod args_hang;
mod authorization_malformed;
mod base_url_unresolvable;
mod base_url_wrong;
mod client_path_wrong;
mod common;
mod config_not_json;
mod config_not_mounted;
mod config_store_disabled;
mod config_value_refused;
mod custom_provider_invalid;
mod database_beats_file;
mod egress_needed_at_start;
mod encryption_key_changed;
mod env_not_expanded_here;
mod env_not_set;
mod image_not_bifrost;
mod init_chown_refused;
mod key_empty;
mod model_name_mismatch;
mod model_not_allowed;
mod models_deny_all;
mod no_probes;
mod one_base_url_two_servers;
mod otel;
mod otel_misconfigured;
mod private_network_blocked;
mod providers_not_a_map;
mod run_as_non_root_named_user;
mod secret_in_config_map;
mod served_name_missing;
mod slow_start;
mod sqlite_shared;
mod unknown_key;
mod unknown_plugin;
mod unknown_provider;
mod vllm_service_env_collision;
mod volume_not_writable;

use igw_core::check::Check;

/// All checks, by code.
pub const ALL: &[&dyn Check] = &[
    &config_not_json::ConfigNotJson,
    &providers_not_a_map::ProvidersNotAMap,
    &unknown_provider::UnknownProvider,
    &custom_provider_invalid::CustomProviderInvalid,
    &base_url_wrong::BaseUrlWrong,
    &base_url_unresolvable::BaseUrlUnresolvable,
    &private_network_blocked::PrivateNetworkBlocked,
    &models_deny_all::ModelsDenyAll,
    &model_not_allowed::ModelNotAllowed,
    &env_not_set::EnvNotSet,
    &key_empty::KeyEmpty,
    &unknown_plugin::UnknownPlugin,
    &otel_misconfigured::OtelMisconfigured,
    &authorization_malformed::AuthorizationMalformed,
    &secret_in_config_map::SecretInConfigMap,
    &unknown_key::UnknownKey,
    &one_base_url_two_servers::OneBaseUrlTwoServers,
    &config_not_mounted::ConfigNotMounted,
    &config_store_disabled::ConfigStoreDisabled,
    &egress_needed_at_start::EgressNeededAtStart,
    &database_beats_file::DatabaseBeatsFile,
    &slow_start::SlowStart,
    &encryption_key_changed::EncryptionKeyChanged,
    &env_not_expanded_here::EnvNotExpandedHere,
    &client_path_wrong::ClientPathWrong,
    &config_value_refused::ConfigValueRefused,
    &model_name_mismatch::ModelNameMismatch,
    &served_name_missing::ServedNameMissing,
    &vllm_service_env_collision::VllmServiceEnvCollision,
    &args_hang::ArgsHang,
    &volume_not_writable::VolumeNotWritable,
    &sqlite_shared::SqliteShared,
    &image_not_bifrost::ImageNotBifrost,
    &no_probes::NoProbes,
    &run_as_non_root_named_user::RunAsNonRootNamedUser,
    &init_chown_refused::InitChownRefused,
];
