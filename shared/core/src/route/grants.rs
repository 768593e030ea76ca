//! The ReferenceGrants of a namespace, found by what they speak of.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::grant::{Crossing, WrongField};
use super::selector;
use crate::facts::views::ReferenceGrant;
use crate::facts::{Derive, Fact, Facts, Memo, Why};

/// The grants of a namespace.
#[derive(Debug)]
pub struct Grants<'a> {
    pub all: Vec<&'a ReferenceGrant>,
    /// Why there may be more.
    pub gap: Option<Why>,
    /// Those that name a target, by its name; without a name those for all.
    named: HashMap<Option<&'a str>, Vec<usize>>,
    /// By the namespace that they trust.
    trusting: HashMap<&'a str, Vec<usize>>,
}

#[derive(Default)]
struct AllGrants<'a>(Memo<String, Rc<Grants<'a>>>);

better_any::tid!(AllGrants<'a>);

impl<'a> Derive<'a> for AllGrants<'a> {
    fn derive(_: &Facts<'a>) -> Self {
        AllGrants::default()
    }
}

struct ByTarget<'a>(HashMap<&'a str, Vec<&'a ReferenceGrant>>);

better_any::tid!(ByTarget<'a>);

impl<'a> Derive<'a> for ByTarget<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out: HashMap<&str, Vec<&ReferenceGrant>> = HashMap::new();
        for grant in facts.list::<ReferenceGrant>(None).items {
            for name in grant.to.iter().filter_map(|to| to.name.as_deref()) {
                out.entry(name).or_default().push(grant);
            }
        }
        ByTarget(out)
    }
}

/// The grants of all namespaces that name a target of this name.
pub fn naming<'s, 'a>(facts: &'s Facts<'a>, name: &str) -> &'s [&'a ReferenceGrant] {
    facts.derived::<ByTarget>().0.get(name).map_or(&[], Vec::as_slice)
}

/// The grants of a namespace; worked out once a run.
pub fn of<'a>(facts: &Facts<'a>, namespace: &str) -> Rc<Grants<'a>> {
    let AllGrants(known) = facts.derived();
    known.get(namespace, || Rc::new(found(facts, namespace)))
}

fn found<'a>(facts: &Facts<'a>, namespace: &str) -> Grants<'a> {
    let listing = facts.list::<ReferenceGrant>(Some(namespace));
    let mut grants = Grants {
        all: listing.items,
        gap: listing.gap,
        named: HashMap::new(),
        trusting: HashMap::new(),
    };
    for (at, grant) in grants.all.iter().enumerate() {
        let names: BTreeSet<Option<&str>> =
            grant.to.iter().map(|to| name_of(to.name.as_deref())).collect();
        for name in names {
            grants.named.entry(name).or_default().push(at);
        }
        let trusted: BTreeSet<&str> =
            grant.from.iter().map(|from| from.namespace.as_str()).collect();
        for namespace in trusted {
            grants.trusting.entry(namespace).or_default().push(at);
        }
    }
    grants
}

/// The grant that permits a reference: any pair of a fitting `from` and a fitting `to` entry of one
/// grant in the target's namespace (rg:20-160).
pub fn permitted<'a>(
    facts: &Facts<'a>,
    crossing: &Crossing,
    kgateway: bool,
) -> Fact<&'a ReferenceGrant> {
    let grants = of(facts, crossing.to_namespace);
    let fitting = grants.permitting(crossing, kgateway);
    let homeless = crossing.from_namespace.is_empty() || crossing.to_namespace.is_empty();
    match (fitting, &grants.gap) {
        (Some(grant), _) => Fact::Known(grant),
        (None, _) if homeless => Fact::Unknown(selector::unknown_namespace()),
        (None, None) => Fact::Absent,
        (None, Some(why)) => Fact::Unknown(why.clone()),
    }
}

/// An empty name is none.
fn name_of(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty())
}

impl<'a> Grants<'a> {
    /// The first grant that permits a reference.
    fn permitting(&self, crossing: &Crossing, kgateway: bool) -> Option<&'a ReferenceGrant> {
        let trusting = self.trusting.get(crossing.from_namespace)?;
        let naming = self.naming(crossing);
        let fewer = if trusting.len() < naming.len() { trusting } else { &naming };
        let mut grants = fewer.iter().map(|at| self.all[*at]);
        grants.find(|grant| crossing.is_granted_by(grant, kgateway))
    }

    /// Of the grants that were meant for a reference and do not permit it the one with the least
    /// wrong.
    pub fn nearest(
        &self,
        crossing: &Crossing,
        kgateway: bool,
    ) -> Option<(&'a ReferenceGrant, Vec<WrongField>)> {
        let mut best: Option<(&ReferenceGrant, Vec<WrongField>)> = None;
        for grant in self.naming(crossing).into_iter().map(|at| self.all[at]) {
            let Some(wrong) = crossing.near(grant, kgateway) else { continue };
            if best.as_ref().is_none_or(|(_, own)| wrong.len() < own.len()) {
                let least = wrong.len() == 1;
                best = Some((grant, wrong));
                if least {
                    break;
                }
            }
        }
        best
    }

    /// The grants that name the target of a reference, or all targets, in order.
    fn naming(&self, crossing: &Crossing) -> Vec<usize> {
        let of = |name| self.named.get(&name).into_iter().flatten().copied();
        let mut out: Vec<usize> = of(Some(crossing.to_name)).chain(of(None)).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}
