//! What the API server answered about lists.

use std::collections::BTreeMap;

use crate::facts::{Ask, Why, WhyKind};
use crate::kube::Kind;

/// What the API server answered to an [`Ask`] beyond the objects themselves.
pub type Answer = Result<(), Why>;

/// All answers of a run.
pub type Answers = BTreeMap<Ask, Answer>;

/// What was answered about a list.
pub(super) enum Listed<'a> {
    /// It is complete.
    Yes,
    /// It is not, and asking again does not help.
    No(&'a Why),
    /// All namespaces were refused or are not wanted, this one was not asked for.
    Elsewhere(&'a Why),
    NotAsked,
}

/// What was answered about the objects of a kind in a namespace, or in all.
pub(super) fn listed<'a>(answered: &'a Answers, kind: Kind, namespace: Option<&str>) -> Listed<'a> {
    let all = answered.get(&Ask::List { kind, namespace: None });
    if let Some(Ok(())) = all {
        return Listed::Yes;
    }
    let one = namespace.filter(|_| !kind.is_cluster_scoped()).and_then(|namespace| {
        answered.get(&Ask::List { kind, namespace: Some(namespace.to_owned()) })
    });
    match (one, all) {
        (Some(Ok(())), _) => Listed::Yes,
        (Some(Err(why)), _) => Listed::No(why),
        (None, Some(Err(why))) => {
            let partly = matches!(why.kind, WhyKind::Forbidden | WhyKind::NotAsked);
            let more = partly && namespace.is_some();
            if more { Listed::Elsewhere(why) } else { Listed::No(why) }
        }
        (None, _) => Listed::NotAsked,
    }
}

/// Why a list may be incomplete, if it may.
pub(super) fn gap(
    answered: &Answers,
    kind: Kind,
    namespace: Option<&str>,
    miss: impl FnOnce(Ask),
) -> Option<Why> {
    let ask = || Ask::List { kind, namespace: namespace.map(str::to_owned) };
    match listed(answered, kind, namespace) {
        Listed::Yes => None,
        // Where a kind is not served there are no objects of it.
        Listed::No(why) if why.kind == WhyKind::NotServed && kind.is_optional() => None,
        Listed::No(why) => Some(why.clone()),
        Listed::Elsewhere(why) => {
            miss(ask());
            Some(why.clone())
        }
        Listed::NotAsked => {
            miss(ask());
            Some(Why { kind: WhyKind::NotAsked, detail: kind.resource().to_owned() })
        }
    }
}
