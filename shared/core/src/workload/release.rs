//! Versions in which the patch matters.

/// A version as `major.minor.patch`, perhaps a prerelease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    pub major: u16,
    pub minor: u16,
    /// Patch number; unknown for `1.5`, and then taken for the newest.
    pub patch: u16,
    /// Whether it has no suffix such as `-prerelease3`; sorts after those that have one.
    pub stable: bool,
}

impl Release {
    /// The patch of a version of which only `major.minor` was said.
    const NEWEST_PATCH: u16 = 999;

    /// A release without a suffix.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Release {
        Release { major, minor, patch, stable: true }
    }

    /// Reads `v1.5.16`, `1.5`, `2.0.0-prerelease3`.
    pub fn parse(text: &str) -> Option<Release> {
        let text = text.trim().trim_start_matches('v');
        let (numbers, suffix) = match text.find(['-', '+']) {
            Some(at) => (&text[..at], &text[at..]),
            None => (text, ""),
        };
        let mut parts = numbers.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = match parts.next() {
            Some(patch) => patch.parse().ok()?,
            None => Self::NEWEST_PATCH,
        };
        let whole = parts.next().is_none();
        whole.then_some(Release { major, minor, patch, stable: !suffix.starts_with('-') })
    }

    /// Whether it is this release or a later one. Prereleases count as the release that they lead
    /// to: what changed in it is in them, as far as was seen.
    pub fn since(self, major: u16, minor: u16, patch: u16) -> bool {
        (self.major, self.minor, self.patch) >= (major, minor, patch)
    }
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch != Self::NEWEST_PATCH {
            write!(f, ".{}", self.patch)?;
        }
        if self.stable { Ok(()) } else { write!(f, "-prerelease") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let said = |text: &str| Release::parse(text).map(|release| release.to_string());
        assert_eq!(said("v1.5.16").as_deref(), Some("1.5.16"));
        assert_eq!(said("1.5").as_deref(), Some("1.5"));
        assert_eq!(said("2.0.0-prerelease3").as_deref(), Some("2.0.0-prerelease"));
        assert_eq!(said("latest"), None);
        assert_eq!(said("1.5.16.2"), None);
        assert!(Release::parse("1.5").is_some_and(|release| release.since(1, 5, 9)));
    }
}
