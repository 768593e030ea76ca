//! The texts with which Bifrost ends, as far as they were observed or read.
//!
//! Source: facts/bifrost-observed.md (1, 2, 5) and facts/bifrost-versions.md (1, 2).

use super::cause::Cause;

/// Texts without their beginnings, `*` standing for anything; the first that fits counts.
pub(super) const KNOWN: [(&str, Option<Cause>, &str); 29] = [
    (
        "failed to unmarshal schema: *",
        Some(Cause::NotJson),
        "config.json is not the JSON that Go reads",
    ),
    (
        "failed to read config file: read *: is a directory",
        Some(Cause::NotMounted),
        "a directory is where config.json should be",
    ),
    (
        "failed to read config file: open *: permission denied",
        None,
        "the container's user may not read config.json, or its directory: the owner of the volume is to blame, not the configuration",
    ),
    (
        "failed to unmarshal config: *unknown * store type: *",
        Some(Cause::ValueRefused),
        "Bifrost has no store of this type",
    ),
    (
        "failed to unmarshal config: *missing sqlite config payload",
        Some(Cause::ValueRefused),
        "logs_store of type sqlite has no config",
    ),
    (
        "failed to unmarshal config: *environment variable * not found",
        Some(Cause::VariableNotSet),
        "a variable that the configuration names is not set",
    ),
    (
        "*postgres * is required",
        Some(Cause::ValueRefused),
        "a field of the PostgreSQL store is missing, or its variable is not set",
    ),
    (
        "failed to connect to vector store: * required",
        Some(Cause::ValueRefused),
        "a field of the vector store is missing, or its variable is not set",
    ),
    (
        "failed to connect to vector store: *",
        Some(Cause::Unreachable),
        "the vector store cannot be reached",
    ),
    (
        "*failed to initialize database, got error failed to connect*",
        Some(Cause::Unreachable),
        "PostgreSQL cannot be reached, or refuses the login",
    ),
    (
        "*postgres version is lower than 16, please upgrade to 16 or higher",
        None,
        "logs_store needs PostgreSQL 16 or later",
    ),
    (
        "failed to update providers config: base_provider_type is required when custom_provider_config is set",
        Some(Cause::CustomProvider),
        "a custom provider has no base_provider_type",
    ),
    (
        "*wildcard '*' cannot be used with other values in the whitelist",
        Some(Cause::ModelNotAllowed),
        "a list of models has * beside other names",
    ),
    (
        "*failed to decrypt key value: encryption key is not initialized",
        Some(Cause::EncryptionKey),
        "the database was written with an encryption_key, and now there is none",
    ),
    (
        "*no such column: *",
        None,
        "the database was written by a different release; use that release, or an empty volume",
    ),
    (
        "failed to sync governance config: *",
        Some(Cause::ValueRefused),
        "the governance section is refused",
    ),
    (
        "failed to resolve governance key references: *",
        Some(Cause::ValueRefused),
        "the governance section names a key that is not there",
    ),
    (
        "failed to initialize pricing manager: *",
        Some(Cause::NoPrices),
        "the price sheet cannot be downloaded, and the database has none",
    ),
    (
        "failed to create app directory *: permission denied",
        Some(Cause::DataNotWritable),
        "the app directory cannot be made",
    ),
    (
        "open *: permission denied",
        Some(Cause::DataNotWritable),
        "the data directory is not writable for the container's user",
    ),
    (
        "open *: read-only file system",
        Some(Cause::DataNotWritable),
        "the data directory is read-only",
    ),
    (
        "unable to open database file: no such file or directory",
        Some(Cause::DataNotWritable),
        "the data directory is read-only, or it is not there",
    ),
    (
        "*attempt to write a readonly database",
        Some(Cause::DataNotWritable),
        "the database belongs to another user",
    ),
    (
        "unable to open database file: is a directory",
        None,
        "a directory is where the database should be",
    ),
    ("*file is not a database", None, "the file of the database holds something else"),
    ("*database or disk is full", None, "the volume is full"),
    (
        "*database is locked",
        Some(Cause::SharedDatabase),
        "another process holds a lock on the database, for example another pod on the same volume",
    ),
    (
        "open *: no such file or directory",
        Some(Cause::ValueRefused),
        "the directory of a database is not there, and Bifrost does not make it",
    ),
    (
        "failed to initialize routes: failed to initialize governance handler: config store is required",
        Some(Cause::NoConfigStore),
        "a governance section needs the config store, which is disabled",
    ),
];
