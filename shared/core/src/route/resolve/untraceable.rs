//! Why a request cannot be followed.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untraceable {
    /// Several Gateways listen on the port: `ns/name` of each.
    Ambiguous(Vec<String>),
    /// `--gateway` says no namespace, and several have the name: `ns/name` of each.
    SeveralCalled(Vec<String>),
    /// `--gateway` names no known Gateway.
    NoSuchGateway(String),
}
