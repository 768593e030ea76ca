//! Why Bifrost does not start, or answers with an error.

use serde::Serialize;

/// What a check explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Cause {
    /// The configuration is not the JSON that Go reads.
    NotJson,
    /// A list stands where a map belongs, or the reverse.
    WrongContainer,
    /// A name that no provider has.
    UnknownProvider,
    CustomProvider,
    /// An address, or a path of it, that the upstream does not answer.
    BaseUrl,
    /// A host that does not resolve or cannot be reached.
    Unreachable,
    /// An address that Bifrost refuses to connect to.
    PrivateNetwork,
    /// A key whose list of models is empty.
    NoModels,
    /// A key whose list of models lacks this one.
    ModelNotAllowed,
    VariableNotSet,
    /// A provider without a usable key.
    NoKey,
    NoConfigStore,
    /// The price sheet cannot be fetched.
    NoPrices,
    /// A path that Bifrost does not serve.
    ClientPath,
    ValueRefused,
    /// The name of the model is not what the next hop knows.
    NameMismatch,
    /// Arguments that the image's entry point does not take.
    Arguments,
    DataNotWritable,
    /// A volume, or the file in it, is not there.
    NotMounted,
    /// A virtual key whose lists let nothing through.
    VirtualKey,
    /// A database that was written with an encryption key, which is gone.
    EncryptionKey,
    /// A database that another process writes.
    SharedDatabase,
    /// A user of the image that is not a number, where it must not be root.
    NamedUser,
    /// An init container that may not do what it is there for.
    InitRefused,
}
