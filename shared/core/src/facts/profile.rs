//! Which implementation answers, in which version, and with which settings.

use std::collections::BTreeMap;

use super::Hidden;

/// A version as `major.minor`; patches never change a rule that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Major number.
    pub major: u16,
    /// Minor number.
    pub minor: u16,
}

impl Version {
    /// The kgateways whose behaviour was observed, oldest first.
    pub const KGATEWAYS: [Version; 3] = [
        Version { major: 2, minor: 2 },
        Version { major: 2, minor: 3 },
        Version { major: 2, minor: 4 },
    ];

    /// The oldest kgateway whose behaviour was observed.
    pub const OLDEST_KGATEWAY: Version = Self::KGATEWAYS[0];

    /// The newest kgateway whose behaviour was observed.
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
    /// The default: regexes and header values are not looked at before Envoy gets them.
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
    Kgateway {
        /// Its version.
        version: Version,
        /// Its validation mode.
        validation: Validation,
    },
}

impl Profile {
    /// Whether kgateway answers.
    pub fn is_kgateway(&self) -> bool {
        matches!(self, Profile::Kgateway { .. })
    }

    /// Whether an Envoy answers whose ways with paths and headers were observed.
    pub fn is_envoy(&self) -> bool {
        !matches!(self, Profile::Specification)
    }

    /// Whether kgateway answers in a version below `major.minor`.
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

impl Settings {
    /// The kgateway version that counts: said, seen, or the newest that was observed.
    pub fn kgateway_version(&self) -> Version {
        self.kgateway.or(self.kgateway_seen).unwrap_or(Version::NEWEST_KGATEWAY)
    }

    /// A profile in words, with the version as far as it was looked for.
    pub fn say(&self, profile: &Profile) -> String {
        match profile {
            Profile::Kgateway { .. } if self.whatever_version => {
                let (oldest, newest) = (Version::OLDEST_KGATEWAY, Version::NEWEST_KGATEWAY);
                format!("kgateway {oldest} to {newest}")
            }
            other => other.to_string(),
        }
    }
}

/// What the user said about things that cannot be seen (`--assume`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// `kgateway=VERSION`.
    pub kgateway: Option<Version>,
    /// The version of a kgateway controller that was seen in the input.
    pub kgateway_seen: Option<Version>,
    /// Nobody looked for the version: each that was observed leads to the same.
    pub whatever_version: bool,
    /// `kgateway.validation=strict|standard`.
    pub validation: Validation,
    /// `gateway-api=standard|experimental`: `Some(true)` is the experimental channel.
    pub experimental: Option<bool>,
    /// Hosts by which clients ask (`--host`).
    pub hosts: Vec<String>,
    /// `bifrost=VERSION`.
    pub bifrost: Option<super::Release>,
    /// `internet=yes|no`: whether pods reach hosts outside of the cluster.
    pub internet: Option<bool>,
    /// `--env`: the environment of a container whose pod template is not given.
    pub env: BTreeMap<String, Hidden>,
    /// `--args`: the arguments of a container whose pod template is not given.
    pub args: Option<Vec<String>>,
}
