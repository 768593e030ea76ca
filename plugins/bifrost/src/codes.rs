//! Which check explains a cause.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::chain::Chain;
use igw_core::check::Check;

use crate::checks;

/// The check that explains why Bifrost does not start, or answers with an error.
pub fn check_of(cause: Cause) -> &'static Check {
    match cause {
        Cause::NotJson => &checks::config_not_json::CHECK,
        Cause::WrongContainer => &checks::providers_not_a_map::CHECK,
        Cause::UnknownProvider => &checks::unknown_provider::CHECK,
        Cause::CustomProvider => &checks::custom_provider_invalid::CHECK,
        Cause::BaseUrl => &checks::base_url_wrong::CHECK,
        Cause::Unreachable => &checks::base_url_unresolvable::CHECK,
        Cause::PrivateNetwork => &checks::private_network_blocked::CHECK,
        Cause::NoModels => &checks::models_deny_all::CHECK,
        Cause::ModelNotAllowed => &checks::model_not_allowed::CHECK,
        Cause::VariableNotSet => &checks::env_not_set::CHECK,
        Cause::NoKey => &checks::key_empty::CHECK,
        Cause::NoConfigStore => &checks::config_store_disabled::CHECK,
        Cause::NoPrices => &checks::egress_needed_at_start::CHECK,
        Cause::ClientPath => &checks::client_path_wrong::CHECK,
        Cause::ValueRefused => &checks::config_value_refused::CHECK,
        Cause::NameMismatch => &checks::model_name_mismatch::CHECK,
        Cause::Arguments => &checks::args_hang::CHECK,
        Cause::DataNotWritable => &checks::volume_not_writable::CHECK,
        Cause::NotMounted => &checks::config_not_mounted::CHECK,
        Cause::VirtualKey => &checks::virtual_key_allows_nothing::CHECK,
        Cause::EncryptionKey => &checks::encryption_key_changed::CHECK,
        Cause::SharedDatabase => &checks::sqlite_shared::CHECK,
        Cause::NamedUser => &checks::run_as_non_root_named_user::CHECK,
        Cause::InitRefused => &checks::init_chown_refused::CHECK,
    }
}

/// The check that shows what a pod says where nothing else explains it.
pub fn of_a_pod() -> &'static str {
    checks::started_failed::CHECK.code
}

/// Fills in the codes of a chain.
pub fn fill(chain: &mut Chain) {
    chain.verdict.code = chain.verdict.cause.map(|cause| check_of(cause).code);
}
