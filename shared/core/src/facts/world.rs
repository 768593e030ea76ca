//! What "not in the files" means.

use std::collections::BTreeSet;

use super::{Fact, Maker, Makes, Why};
use crate::kube::{Kind, Meta};
use crate::{placeholder, text};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Openness {
    /// By what the files describe: contract.md, "the world of a run".
    #[default]
    Given,
    /// The files describe everything: what is not there is absent.
    Closed,
    /// The files describe only themselves: what is not there is not known.
    Open,
}

/// The rules whether an object missing from the input is absent or not given.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub openness: Openness,
    /// Namespaces of which a Service or workload was given.
    described: BTreeSet<String>,
    /// Kinds of which an object was given, by namespace.
    given: BTreeSet<(Kind, String)>,
    /// The same, of objects that an API server has stored: a dump lists a kind as a whole.
    dumped: BTreeSet<(Kind, String)>,
    /// Whether the files are a GitOps tree, or a part of one: kustomizations, Flux, Argo CD.
    pub of_tree: bool,
    /// What may make more objects; what could not be read among them.
    pub makers: Vec<Maker>,
    /// Objects that are named beside others which are all given: kind, namespace and name.
    pub beside: BTreeSet<(Kind, String, String)>,
}

impl World {
    pub fn new(openness: Openness) -> World {
        World { openness, ..World::default() }
    }

    pub fn saw(&mut self, kind: Kind, meta: &Meta) {
        if matches!(kind, Kind::Service | Kind::Pod | Kind::Workload) {
            self.described.insert(meta.namespace.clone());
        }
        if meta.stored {
            self.dumped.insert((kind, meta.namespace.clone()));
        }
        self.given.insert((kind, meta.namespace.clone()));
    }

    /// Whether any object of a kind was given.
    fn has_any(&self, kind: Kind) -> bool {
        self.given.iter().any(|(own, _)| *own == kind)
    }

    /// Whether a dump lists this kind, in this namespace or in all.
    fn is_dumped(&self, kind: Kind, namespace: &str) -> bool {
        let listed = || self.dumped.iter().filter(|(own, _)| *own == kind);
        let here = self.dumped.iter().any(|(_, own)| own == namespace);
        self.dumped.contains(&(kind, namespace.to_owned()))
            || kind.is_cluster_scoped() && listed().next().is_some()
            || here && listed().count() > 1
    }

    /// What it means that an object of this kind is not in the input: `Absent` or `Unknown`, never
    /// `Known`. `names` are those of its kind that are given there; `has_namesake` tells whether one
    /// of its name is given in another namespace. Without a `name` it is about any further object.
    pub fn missing<'n, T>(
        &self,
        kind: Kind,
        namespace: &str,
        name: Option<&str>,
        mut names: impl Iterator<Item = &'n str>,
        has_namesake: impl FnOnce() -> bool,
    ) -> Fact<T> {
        match self.openness {
            Openness::Closed => return Fact::Absent,
            Openness::Open => {
                let what = kind.name();
                let says = format!("this {what} is not in the input (--world open)");
                return Fact::Unknown(Why::not_given(says));
            }
            Openness::Given => {}
        }
        if self.is_dumped(kind, namespace) {
            return Fact::Absent;
        }
        if let Some(name) =
            name.filter(|name| placeholder::has(name) || placeholder::has(namespace))
        {
            let says = format!("{} is not filled in", placeholder::spelled(name));
            return Fact::Unknown(Why::not_given(says));
        }
        let here = |maker: &&Maker| self.is_in(maker, kind, namespace);
        // What one maker makes begins alike: that its name is in one and not in the other is no slip.
        let explained = |name: &str, near: &str| {
            let whole = |maker: &Maker| maker.name.len() > 2 && name.contains(&maker.name);
            self.makers.iter().filter(here).any(|own| whole(own) && !near.contains(&own.name))
        };
        let slip = |name: &str| names.any(|near| is_slip(name, near) && !explained(name, near));
        if name.is_some_and(slip) {
            return Fact::Absent;
        }
        let named = |maker: &&Maker| name.is_some_and(|name| maker.is_named_in(name));
        if let Some(maker) = self.makers.iter().filter(here).find(named) {
            return Fact::Unknown(Why::not_given(format!("{} may make it", maker.title)));
        }
        let charts = |maker: &Maker| maker.makes == Makes::Anything && !maker.by_name;
        let name = name.unwrap_or_default().to_owned();
        if self.beside.contains(&(kind, namespace.to_owned(), name))
            && !self.makers.iter().filter(here).any(charts)
        {
            return Fact::Absent;
        }
        let all = self.makers.iter().filter(here).filter(|maker| !maker.by_name);
        let makers: Vec<&str> = all.map(|maker| maker.title.as_str()).collect();
        if let Some(why) = self.not_described(kind, namespace) {
            // Where nothing else speaks of a namespace, the namesake is what was meant.
            let meant = !kind.is_cluster_scoped() && !namespace.is_empty() && makers.is_empty();
            return match meant && has_namesake() {
                true => Fact::Absent,
                false => Fact::Unknown(Why::not_given(why)),
            };
        }
        match makers.as_slice() {
            [] => Fact::Absent,
            some => {
                let says = format!("{} may make it", text::some_of(some, 1));
                Fact::Unknown(Why::not_given(says))
            }
        }
    }

    /// Whether an object that the files do not have may be taken to be there: in a tree, or where
    /// something makes such objects.
    pub fn supposes(&self, kind: Kind, namespace: &str) -> bool {
        self.of_tree || self.makers.iter().any(|maker| self.is_in(maker, kind, namespace))
    }

    fn is_in(&self, maker: &Maker, kind: Kind, namespace: &str) -> bool {
        let place = || maker.namespace.as_deref().is_none_or(|own| own == namespace);
        maker.makes.may_be(kind) && (kind.is_cluster_scoped() || place())
    }

    /// What may make pods that a selector with these values finds, although none is in the input.
    pub fn may_make_pods(&self, namespace: &str, values: &[&str]) -> Option<&Maker> {
        if self.openness == Openness::Closed || self.is_dumped(Kind::Pod, namespace) {
            return None;
        }
        let makes = |maker: &&Maker| {
            self.is_in(maker, Kind::Pod, namespace)
                && (!maker.by_name || values.iter().any(|value| maker.is_named_in(value)))
        };
        self.makers.iter().find(makes)
    }

    /// Why the files do not tell which objects of a kind there are, whatever may make more.
    fn not_described(&self, kind: Kind, namespace: &str) -> Option<String> {
        let what = kind.name();
        if kind.is_cluster_scoped() {
            // Controllers and charts make them, and a tree is of no cluster as a whole.
            return match self.has_any(kind) {
                false => Some(format!("no {what} is in the input")),
                true if self.of_tree => Some(format!("this {what} is not in the input")),
                true => None,
            };
        }
        if namespace.is_empty() && self.of_tree {
            return Some("its namespace is not known".to_owned());
        }
        let place = match namespace {
            "" => "of this namespace".to_owned(),
            namespace => format!("of {namespace}"),
        };
        // In a GitOps tree Gateways belong to the platform and Secrets to nobody's repository:
        // that others of the namespace are given says nothing about them.
        match kind {
            Kind::Gateway if self.of_tree && !self.has_any(Kind::Gateway) => {
                Some("no Gateway is in the input".to_owned())
            }
            Kind::Secret
                if self.of_tree && !self.given.contains(&(Kind::Secret, namespace.to_owned())) =>
            {
                Some(format!("no Secret {place} is in the input"))
            }
            _ if !self.described.contains(namespace) => {
                Some(format!("no Service or workload {place} is in the input"))
            }
            _ => None,
        }
    }
}

/// Whether one name is most likely a slip for the other: a letter or two, no digit, and no short
/// word of its own (`echo-a` and `echo-b` are two).
pub fn is_slip(wanted: &str, near: &str) -> bool {
    let letters = |name: &str| -> String { name.chars().filter(|c| !c.is_ascii_digit()).collect() };
    let digits = |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
    let stem = |name: &str| {
        let name = name.strip_suffix("-service").or(name.strip_suffix("-svc")).unwrap_or(name);
        name.to_owned()
    };
    let suffixed = |name: &str| stem(name) != name;
    if digits(wanted) != digits(near) || wanted == near {
        return false;
    }
    if suffixed(wanted) && suffixed(near) && stem(wanted) == stem(near) {
        return true;
    }
    let (a, b) = (letters(wanted), letters(near));
    let short = a.chars().count().min(b.chars().count());
    let most = match short {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    let words = |name: &str| name.split('-').map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (words(wanted), words(near));
    let short_word = left.len() == right.len()
        && left.iter().zip(&right).any(|(a, b)| a != b && a.len().min(b.len()) < 4);
    !short_word && strsim::damerau_levenshtein(&a, &b) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_siblings() {
        for (wanted, near) in [
            ("chat-svc", "chat-service"),
            ("chat-sevice", "chat-service"),
            ("bifrots", "bifrost"),
            ("model", "models"),
        ] {
            assert!(is_slip(wanted, near), "{wanted} {near}");
        }
        for (wanted, near) in [
            ("app-v1", "app-v2"),
            ("echo-a", "echo-b"),
            ("llm-gpu-predictor", "llm-cpu-predictor"),
            ("lidarr", "radarr"),
            ("web", "app"),
            ("chat", "docs"),
            ("chat", "chat-service"),
        ] {
            assert!(!is_slip(wanted, near), "{wanted} {near}");
        }
    }
}
