//! Which requests a child's match takes of those that its parent's match hands on: kgateway's
//! `pkg/kgateway/utils/delegation` and `translator/httproute/delegation_helpers.go`.

use std::collections::BTreeMap;

use crate::facts::views::*;
use crate::route::path;
use crate::route::profile::Profile;

/// Whether a child's match lies within its parent's: the parent's is a prefix with which the
/// child's path begins, letter by letter, and the child repeats each of the parent's other parts.
pub fn lies_within(parent: &Match, child: &Match, profile: &Profile) -> bool {
    let repeats = |all: &[ValueMatch], own: &[ValueMatch]| all.iter().all(|one| own.contains(one));
    parent.path.kind == PathType::PathPrefix
        && plain(&child.path, profile).starts_with(plain(&parent.path, profile))
        && repeats(&parent.headers, &child.headers)
        && repeats(&parent.query_params, &child.query_params)
        && (parent.method.is_none() || parent.method == child.method)
}

/// The path to compare: from 2.3 on without a prefix's slash at the end (#13938).
fn plain<'m>(path: &'m PathMatch, profile: &Profile) -> &'m str {
    match path.kind {
        PathType::PathPrefix if !profile.kgateway_before(2, 3) => path::trimmed_prefix(&path.value),
        _ => &path.value,
    }
}

/// A child's match that continues its parent's. `None`: the parent's path is an expression, and how
/// it is continued depends on the patch release.
pub fn continued(parent: &Match, child: &Match) -> Option<Match> {
    if parent.path.kind == PathType::RegularExpression {
        return None;
    }
    Some(Match {
        path: PathMatch {
            kind: child.path.kind,
            value: joined(&parent.path.value, &child.path.value),
        },
        headers: merged(&parent.headers, &child.headers),
        query_params: merged(&parent.query_params, &child.query_params),
        method: parent.method.clone().or_else(|| child.method.clone()),
    })
}

/// Go's `path.Join` of two paths that begin with a slash.
fn joined(parent: &str, child: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in parent.split('/').chain(child.split('/')) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

/// All of both, by name; the parent's is the one that counts.
fn merged(parent: &[ValueMatch], child: &[ValueMatch]) -> Vec<ValueMatch> {
    let mut all: BTreeMap<&str, &ValueMatch> = BTreeMap::new();
    for own in parent {
        all.insert(&own.name, own);
    }
    for own in child {
        all.entry(&own.name).or_insert(own);
    }
    all.into_values().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::profile::{Validation, Version};

    fn prefix(value: &str) -> Match {
        let path = PathMatch { kind: PathType::PathPrefix, value: value.to_owned() };
        Match { path, ..Match::default() }
    }

    fn header(name: &str, value: &str) -> ValueMatch {
        ValueMatch { name: name.to_owned(), value: value.to_owned(), ..ValueMatch::default() }
    }

    #[test]
    fn within() {
        let kgateway = |minor| Profile::Kgateway {
            version: Version { major: 2, minor },
            validation: Validation::Standard,
        };
        let new = kgateway(4);
        for (parent, child, fits) in [
            ("/a", "/a", true),
            ("/a", "/a/1", true),
            ("/a", "/b", false),
            ("/a/1", "/a", false),
            // Letters are compared, not segments.
            ("/a", "/ab", true),
            ("/", "/ab", true),
            ("/a/", "/a", true),
        ] {
            assert_eq!(
                lies_within(&prefix(parent), &prefix(child), &new),
                fits,
                "{parent} {child}"
            );
        }
        assert!(!lies_within(&prefix("/a/"), &prefix("/a"), &kgateway(2)));
        let exact = PathMatch { kind: PathType::Exact, value: "/a".to_owned() };
        let exact = Match { path: exact, ..Match::default() };
        assert!(!lies_within(&exact, &exact, &new));
        assert!(lies_within(&prefix("/a"), &exact, &new));
        let mut parent = prefix("/a");
        parent.headers = vec![header("x-team", "a")];
        let mut child = prefix("/a/1");
        assert!(!lies_within(&parent, &child, &new));
        child.headers = vec![header("x-tier", "b"), header("x-team", "a")];
        assert!(lies_within(&parent, &child, &new));
        parent.method = Some("GET".to_owned());
        assert!(!lies_within(&parent, &child, &new));
    }

    #[test]
    fn continuing() {
        for (parent, child, path) in
            [("/a", "/b", "/a/b"), ("/a/", "/b/", "/a/b"), ("/", "/", "/"), ("/a", "/", "/a")]
        {
            let both = continued(&prefix(parent), &prefix(child)).map(|own| own.path.value);
            assert_eq!(both.as_deref(), Some(path));
        }
        let (mut parent, mut child) = (prefix("/a"), prefix("/b"));
        parent.headers = vec![header("x-team", "a")];
        child.headers = vec![header("x-team", "b"), header("a-tier", "c")];
        child.method = Some("PUT".to_owned());
        let both = continued(&parent, &child).expect("a prefix");
        assert_eq!(both.headers, [header("a-tier", "c"), header("x-team", "a")]);
        assert_eq!(both.method.as_deref(), Some("PUT"));
        parent.path.kind = PathType::RegularExpression;
        assert_eq!(continued(&parent, &child), None);
    }
}
