//! Which implementation answers, in which version, and with which settings.

/// A `major.minor` version; patch releases do not change any known rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u16,
    pub minor: u16,
}

impl Version {
    /// The kgateways whose behaviour was observed, oldest first.
    pub const KGATEWAYS: [Version; 3] = [
        Version { major: 2, minor: 2 },
        Version { major: 2, minor: 3 },
        Version { major: 2, minor: 4 },
    ];

    pub const OLDEST_KGATEWAY: Version = Self::KGATEWAYS[0];

    pub const NEWEST_KGATEWAY: Version = Self::KGATEWAYS[2];

    /// Reads `2.4`, `v2.4`, `2.4.3` or `2.4.3-rc.1`.
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = text.trim_start_matches('v').splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.split(['-', '+']).next()?.parse().ok()?;
        Some(Version { major, minor })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// `KGW_VALIDATION_MODE` of the kgateway controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// The default: regexes and header values are not checked before Envoy gets them.
    #[default]
    Standard,
    /// Each rule is tried out; a bad one is replaced alone.
    Strict,
}

/// The rules that a Gateway's class follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The Gateway API specification with all Extended features.
    Specification,
    /// Envoy Gateway 1.9 with its Envoy: the specification, but for what a client was seen to see
    /// otherwise.
    EnvoyGateway,
    /// kgateway with its Envoy, as observed.
    Kgateway { version: Version, validation: Validation },
}

impl Profile {
    pub fn is_kgateway(&self) -> bool {
        matches!(self, Profile::Kgateway { .. })
    }

    /// Whether the proxy is an Envoy whose path and header handling was observed.
    pub fn is_envoy(&self) -> bool {
        !matches!(self, Profile::Specification)
    }

    pub fn kgateway_before(&self, major: u16, minor: u16) -> bool {
        matches!(self, Profile::Kgateway { version, .. } if *version < Version { major, minor })
    }

    /// Whether kgateway tries out each rule before Envoy gets it.
    pub fn is_strict(&self) -> bool {
        matches!(self, Profile::Kgateway { validation: Validation::Strict, .. })
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Profile::Specification => write!(f, "Gateway API specification"),
            Profile::EnvoyGateway => write!(f, "Envoy Gateway"),
            Profile::Kgateway { version, .. } => write!(f, "kgateway {version}"),
        }
    }
}
