//! Whether one match takes all requests that another takes.

use super::path;
use crate::facts::views::*;
use crate::route::profile::Profile;

/// Whether every request that fits `narrow` fits `wide`, too. What cannot be told (expressions,
/// mostly) counts as no.
pub fn covers(wide: &Match, narrow: &Match, profile: &Profile) -> bool {
    let asked = |asks: &[ValueMatch], of: &[ValueMatch], fold: bool| {
        asks.iter().all(|one| {
            of.iter().any(|own| {
                let name = match fold {
                    true => own.name.eq_ignore_ascii_case(&one.name),
                    false => own.name == one.name,
                };
                name && own.kind == one.kind && own.value == one.value
            })
        })
    };
    covers_path(&wide.path, &narrow.path, profile)
        && (wide.method.is_none() || wide.method == narrow.method)
        && asked(&wide.headers, &narrow.headers, true)
        && asked(&wide.query_params, &narrow.query_params, false)
}

/// The same for paths alone.
pub fn covers_path(wide: &PathMatch, narrow: &PathMatch, profile: &Profile) -> bool {
    use PathType::{Exact, PathPrefix, RegularExpression};
    match (wide.kind, narrow.kind) {
        (PathPrefix, Exact) => super::matching::path_fits(&narrow.value, wide, profile) == Ok(true),
        // Up to kgateway 2.2 a value with a trailing slash is a plain string prefix (seen).
        (PathPrefix, PathPrefix) if profile.kgateway_before(2, 3) && wide.value.ends_with('/') => {
            narrow.value.starts_with(&wide.value)
        }
        (PathPrefix, PathPrefix) => path::under(&wide.value, path::trimmed_prefix(&narrow.value)),
        (PathPrefix, RegularExpression) => path::trimmed_prefix(&wide.value) == "/",
        (Exact, kind) => kind == Exact && wide.value == narrow.value,
        (RegularExpression, Exact) => {
            super::matching::path_fits(&narrow.value, wide, profile) == Ok(true)
        }
        (RegularExpression, PathPrefix) => starts(&wide.value)
            .is_some_and(|start| path::trimmed_prefix(&narrow.value).starts_with(start)),
        (RegularExpression, RegularExpression) => {
            wide.value == narrow.value || starts(&wide.value) == Some("")
        }
    }
}

/// Literal prefix of an expression that ends in a wildcard: `/v1/` for `/v1/.*`.
pub(super) fn starts(pattern: &str) -> Option<&str> {
    let literal = pattern.strip_suffix(".*")?;
    let literal = if literal == "/" { "" } else { literal };
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_~".contains(c);
    literal.chars().all(plain).then_some(literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(kind: PathType, value: &str) -> PathMatch {
        PathMatch { kind, value: value.to_owned() }
    }

    #[test]
    fn paths() {
        use PathType::{Exact, PathPrefix, RegularExpression};
        for (wide, narrow, expected) in [
            (path(PathPrefix, "/v1"), path(PathPrefix, "/v1/chat"), true),
            (path(PathPrefix, "/v1/"), path(PathPrefix, "/v1"), true),
            (path(PathPrefix, "/v1"), path(PathPrefix, "/v1x"), false),
            (path(PathPrefix, "/v1"), path(Exact, "/v1/chat"), true),
            (path(PathPrefix, "/"), path(RegularExpression, "/a.*"), true),
            (path(PathPrefix, "/a"), path(RegularExpression, "/a.*"), false),
            (path(Exact, "/v1"), path(PathPrefix, "/v1"), false),
            (path(RegularExpression, "/v1/.*"), path(PathPrefix, "/v1/chat"), true),
            (path(RegularExpression, "/v1/.*"), path(PathPrefix, "/v1"), false),
            (path(RegularExpression, "/.*"), path(PathPrefix, "/"), true),
            (path(RegularExpression, "/v[12]/.*"), path(PathPrefix, "/v1/chat"), false),
            (path(RegularExpression, "/v1/(a|b)"), path(Exact, "/v1/b"), true),
        ] {
            let found = covers_path(&wide, &narrow, &Profile::Specification);
            assert_eq!(found, expected, "{wide:?} {narrow:?}");
        }
    }

    /// What asks for less takes more.
    #[test]
    fn headers_and_method() {
        let header = |name: &str, value: &str| ValueMatch {
            name: name.to_owned(),
            value: value.to_owned(),
            ..ValueMatch::default()
        };
        let plain = Match::default();
        let post = Match { method: Some("POST".to_owned()), ..Match::default() };
        let gold = Match { headers: vec![header("X-Tier", "gold")], ..Match::default() };
        let profile = Profile::Specification;
        assert!(covers(&plain, &post, &profile) && !covers(&post, &plain, &profile));
        assert!(covers(&plain, &gold, &profile) && !covers(&gold, &plain, &profile));
        let silver = Match { headers: vec![header("x-tier", "silver")], ..Match::default() };
        assert!(!covers(&gold, &silver, &profile));
        let both = Match { headers: vec![header("x-tier", "gold"), header("a", "b")], ..post };
        assert!(covers(&gold, &both, &profile));
    }
}
