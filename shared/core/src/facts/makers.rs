//! The makers of a run, found by what they may have made.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;

use super::maker::{Maker, Makes};
use crate::kube::Kind;

/// All makers, in the order in which they were found.
#[derive(Debug, Clone, Default)]
pub struct Makers {
    all: Vec<Maker>,
    /// Made on the first question, since a tree may have thousands of makers and of names.
    groups: OnceCell<HashMap<(Reach, Makes), MakerGroup>>,
}

/// Where makers make what they make.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Reach {
    /// All makers, wherever they make it.
    All,
    Anywhere,
    In(String),
}

/// Makers of one kind of thing in one place; numbers are those of all makers.
#[derive(Debug, Clone, Default)]
struct MakerGroup {
    /// Those that make more than what is called like them.
    unnamed: Vec<usize>,
    /// By name; of several the first.
    names: HashMap<String, usize>,
    lengths: BTreeSet<usize>,
    /// By the first word of the name; the first.
    words: HashMap<String, usize>,
    /// By three bytes of the name that follow each other.
    parts: HashMap<[u8; 3], Vec<usize>>,
}

impl Deref for Makers {
    type Target = [Maker];

    fn deref(&self) -> &[Maker] {
        &self.all
    }
}

impl Extend<Maker> for Makers {
    fn extend<I: IntoIterator<Item = Maker>>(&mut self, more: I) {
        self.all.extend(more);
        self.groups.take();
    }
}

/// The makers of a question.
pub struct MakersHere<'m> {
    all: &'m [Maker],
    groups: Vec<(Makes, &'m MakerGroup)>,
}

impl Makers {
    pub fn retain(&mut self, keep: impl Fn(&Maker) -> bool) {
        self.all.retain(keep);
        self.groups.take();
    }

    /// Those that may make objects of a kind in a namespace; of one without namespaces wherever
    /// they make the rest.
    pub fn here(&self, kind: Kind, namespace: &str) -> MakersHere<'_> {
        let groups = self.groups.get_or_init(|| grouped(&self.all));
        let reaches = match kind.is_cluster_scoped() {
            true => vec![Reach::All],
            false => vec![Reach::Anywhere, Reach::In(namespace.to_owned())],
        };
        let kinds = [Makes::Anything, Makes::Programs, Makes::Pods, Makes::One(kind)];
        let wanted = reaches
            .into_iter()
            .flat_map(|reach| kinds.map(|makes| (reach.clone(), makes)))
            .filter(|(_, makes)| makes.may_be(kind));
        let groups = wanted.filter_map(|key| Some((key.1, groups.get(&key)?))).collect();
        MakersHere { all: &self.all, groups }
    }
}

impl<'m> MakersHere<'m> {
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    fn first(&self, of: impl Fn(Makes, &MakerGroup) -> Option<usize>) -> Option<&'m Maker> {
        let number = self.groups.iter().filter_map(|(makes, group)| of(*makes, group)).min()?;
        self.all.get(number)
    }

    /// The first that the name of an object speaks for: one contains the other, or both begin with
    /// the same word; who makes one object has its whole name.
    pub fn named_in(&self, wanted: &str) -> Option<&'m Maker> {
        self.first(|makes, group| match makes {
            Makes::One(_) => group.names.get(wanted).copied(),
            _ => group.named_in(wanted, self.all),
        })
    }

    /// Those whose whole name is in this one.
    pub fn within(&self, name: &str) -> Vec<&'m Maker> {
        let mut numbers: Vec<usize> =
            self.groups.iter().flat_map(|(_, group)| group.within(name)).collect();
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|number| self.all.get(number)).collect()
    }

    /// The first of those that make more than what is called like them.
    pub fn unnamed(&self) -> Option<&'m Maker> {
        self.first(|_, group| group.unnamed.first().copied())
    }

    /// How many make more than what is called like them.
    pub fn count_unnamed(&self) -> usize {
        self.groups.iter().map(|(_, group)| group.unnamed.len()).sum()
    }

    /// Whether one makes objects of any kind and name.
    pub fn is_chart(&self) -> bool {
        self.groups
            .iter()
            .any(|(makes, group)| *makes == Makes::Anything && !group.unnamed.is_empty())
    }
}

fn parts(name: &str) -> impl Iterator<Item = [u8; 3]> {
    name.as_bytes().windows(3).filter_map(|part| part.try_into().ok())
}

fn grouped(all: &[Maker]) -> HashMap<(Reach, Makes), MakerGroup> {
    let mut out: HashMap<(Reach, Makes), MakerGroup> = HashMap::new();
    for (number, maker) in all.iter().enumerate() {
        let reach = maker.namespace.clone().map_or(Reach::Anywhere, Reach::In);
        for reach in [Reach::All, reach] {
            out.entry((reach, maker.makes)).or_default().add(number, maker);
        }
    }
    out
}

impl MakerGroup {
    fn add(&mut self, number: usize, maker: &Maker) {
        if !maker.by_name {
            self.unnamed.push(number);
        }
        self.names.entry(maker.name.clone()).or_insert(number);
        self.lengths.insert(maker.name.len());
        self.words.entry(Maker::word(&maker.name).to_owned()).or_insert(number);
        for part in parts(&maker.name) {
            let numbers = self.parts.entry(part).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }

    /// The first of those whose name is in this one.
    fn within(&self, name: &str) -> Vec<usize> {
        let lengths = self.lengths.iter().filter(|length| (3..=name.len()).contains(*length));
        let places =
            lengths.flat_map(|length| (0..=name.len() - length).map(move |at| (at, *length)));
        let known = |(at, length)| self.names.get(name.get(at..at + length)?).copied();
        places.filter_map(known).collect()
    }

    fn named_in(&self, wanted: &str, all: &[Maker]) -> Option<usize> {
        let word = Maker::word(wanted);
        let by_word = (word.len() > 2).then(|| self.words.get(word).copied()).flatten();
        let known = parts(wanted).map(|part| self.parts.get(&part));
        let rarest = known.min_by_key(|own| own.map_or(0, Vec::len));
        let containing = rarest.flatten().into_iter().flatten();
        let around = containing.copied().find(|number| all[*number].name.contains(wanted));
        self.within(wanted).into_iter().chain(by_word).chain(around).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_for_makers() {
        let named_in = |maker: &str, wanted: &str| {
            let mut makers = Makers::default();
            makers.extend([Maker { name: maker.to_owned(), ..Maker::of("x", None) }]);
            makers.here(Kind::Service, "apps").named_in(wanted).is_some()
        };
        assert!(named_in("boards", "boards-service"));
        assert!(named_in("authentik-app", "authentik-server"));
        assert!(!named_in("login", "docs"));
        assert!(!named_in("db", "dbx"));
    }
}
