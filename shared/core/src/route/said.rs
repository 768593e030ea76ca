//! What the user said about Gateways.

use super::profile::{Validation, Version};
use crate::facts::Assumed;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GatewaySaid {
    /// `--assume kgateway=VERSION`
    pub kgateway: Option<Version>,
    /// `--assume kgateway.validation=strict|standard`
    pub validation: Validation,
    /// Hosts by which clients ask (`--host`).
    pub hosts: Vec<String>,
    /// A version that is tried out, to see whether it makes a difference.
    pub supposed: Option<Version>,
    /// The version was not looked for: all observed versions give the same result.
    pub version_does_not_matter: bool,
}

impl Assumed for GatewaySaid {
    fn unsaid() -> &'static GatewaySaid {
        static UNSAID: GatewaySaid = GatewaySaid {
            kgateway: None,
            validation: Validation::Standard,
            hosts: Vec::new(),
            supposed: None,
            version_does_not_matter: false,
        };
        &UNSAID
    }
}
