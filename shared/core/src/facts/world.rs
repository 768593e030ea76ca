//! What "not in the files" means.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use super::makers::Makers;
use super::slips::Slips;
use super::{Fact, Maker, Memo, Why};
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
    /// The namespaces of which an object of a kind was given.
    given: BTreeMap<Kind, BTreeSet<String>>,
    /// The same, of objects that an API server has stored: a dump lists a kind as a whole.
    dumped: BTreeMap<Kind, BTreeSet<String>>,
    /// The namespaces of a dump.
    dumped_in: HashSet<String>,
    /// Whether the files are a GitOps tree, or a part of one: kustomizations, Flux, Argo CD.
    pub of_tree: bool,
    /// What may make more objects; what could not be read among them.
    pub makers: Makers,
    /// Objects that are named beside others which are all given: kind, namespace and name.
    pub beside: BTreeSet<(Kind, String, String)>,
    /// The names of a kind in a namespace; this and the next hold until the next object comes.
    names_in: Memo<(Kind, String), Rc<Slips>>,
    /// The names of a kind in all namespaces.
    names_anywhere: Memo<Kind, Rc<HashSet<String>>>,
}

/// The names of the objects of a kind that are given.
pub trait GivenNames {
    /// Those of a namespace.
    fn within(&self, namespace: &str) -> Vec<String>;
    /// Those of all namespaces.
    fn all(&self) -> HashSet<String>;
}

impl World {
    pub fn new(openness: Openness) -> World {
        World { openness, ..World::default() }
    }

    pub fn saw(&mut self, kind: Kind, meta: &Meta) {
        if matches!(kind, Kind::Service | Kind::Pod | Kind::Workload) {
            note(&mut self.described, &meta.namespace);
        }
        if meta.stored {
            note(self.dumped.entry(kind).or_default(), &meta.namespace);
            if !self.dumped_in.contains(&meta.namespace) {
                self.dumped_in.insert(meta.namespace.clone());
            }
        }
        note(self.given.entry(kind).or_default(), &meta.namespace);
        self.names_in.clear();
        self.names_anywhere.clear();
    }

    /// Whether any object of a kind was given.
    fn has_any(&self, kind: Kind) -> bool {
        self.given.contains_key(&kind)
    }

    /// Whether a dump lists this kind, in this namespace or in all.
    fn is_dumped(&self, kind: Kind, namespace: &str) -> bool {
        let Some(listed) = self.dumped.get(&kind) else { return false };
        let here = || self.dumped_in.contains(namespace);
        listed.contains(namespace) || kind.is_cluster_scoped() || here() && listed.len() > 1
    }

    /// Whether a dump of a namespace leaves out a kind that `kubectl get all` does not print.
    fn is_left_out(&self, kind: Kind, namespace: &str) -> bool {
        matches!(kind, Kind::ConfigMap | Kind::Claim)
            && self.dumped_in.contains(namespace)
            && !self.dumped.contains_key(&kind)
            && !self.given.get(&kind).is_some_and(|own| own.contains(namespace))
    }

    /// What it means that an object of this kind is not in the input: `Absent` or `Unknown`, never
    /// `Known`. Beside its name are those of its kind that are given; without a name it is about any
    /// further object.
    pub fn missing<T>(
        &self,
        kind: Kind,
        namespace: &str,
        named: Option<(&str, &dyn GivenNames)>,
    ) -> Fact<T> {
        let name = named.map(|(name, _)| name);
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
        let here = self.makers.here(kind, namespace);
        if let Some((name, given)) = named {
            // What one maker makes begins alike: that its name is in one and not in the other is no
            // slip.
            let whole = here.within(name);
            let explained = |near: &str| whole.iter().any(|own| !near.contains(&own.name));
            let key = (kind, namespace.to_owned());
            let slips = self.names_in.get(&key, || Rc::new(Slips::new(given.within(namespace))));
            if slips.of(name).any(|near| !explained(near)) {
                return Fact::Absent;
            }
        }
        let may =
            |maker: &Maker| Fact::Unknown(Why::not_given(format!("{} may make it", maker.title)));
        if let Some(maker) = name.and_then(|name| here.named_in(name)) {
            return may(maker);
        }
        let key = (kind, namespace.to_owned(), name.unwrap_or_default().to_owned());
        if self.beside.contains(&key) && !here.is_chart() {
            return Fact::Absent;
        }
        if self.is_left_out(kind, namespace) {
            let says = format!("no {} of {namespace} is in the dump", kind.name());
            return Fact::Unknown(Why::not_given(says));
        }
        if let Some(why) = self.not_described(kind, namespace) {
            // Where nothing else speaks of a namespace, the namesake is what was meant.
            let meant =
                !kind.is_cluster_scoped() && !namespace.is_empty() && here.unnamed().is_none();
            let has_namesake = |(name, given): (&str, &dyn GivenNames)| {
                self.names_anywhere.get(&kind, || Rc::new(given.all())).contains(name)
            };
            return match meant && named.is_some_and(has_namesake) {
                true => Fact::Absent,
                false => Fact::Unknown(Why::not_given(why)),
            };
        }
        match (here.unnamed(), here.count_unnamed()) {
            (None, _) => Fact::Absent,
            (Some(only), 1) => may(only),
            (Some(first), all) => {
                let says =
                    format!("{} and {} more may make it", first.title, text::thousands(all - 1));
                Fact::Unknown(Why::not_given(says))
            }
        }
    }

    /// The same for a kind that no rule reads. In a tree something else may make it, and a dump lists
    /// the kinds that its author thought of.
    pub fn missing_other<T>(&self, kind: &str, namespace: &str) -> Fact<T> {
        let why = match self.openness {
            Openness::Closed => return Fact::Absent,
            Openness::Open => format!("this {kind} is not in the input (--world open)"),
            Openness::Given if self.of_tree || self.dumped_in.contains(namespace) => {
                format!("this {kind} is not in the input")
            }
            Openness::Given => match self.not_described(Kind::Service, namespace) {
                Some(why) => why,
                None => match self.makers.here(Kind::ConfigMap, namespace).unnamed() {
                    Some(maker) => format!("{} may make it", maker.title),
                    None => return Fact::Absent,
                },
            },
        };
        Fact::Unknown(Why::not_given(why))
    }

    /// Whether an object that the files do not have may be taken to be there: in a tree, or where
    /// something makes such objects.
    pub fn supposes(&self, kind: Kind, namespace: &str) -> bool {
        self.of_tree || !self.makers.here(kind, namespace).is_empty()
    }

    /// What may make pods that a selector with these values finds, although none is in the input.
    pub fn may_make_pods(&self, namespace: &str, values: &[&str]) -> Option<&Maker> {
        if self.openness == Openness::Closed || self.is_dumped(Kind::Pod, namespace) {
            return None;
        }
        let here = self.makers.here(Kind::Pod, namespace);
        here.unnamed().or_else(|| values.iter().find_map(|value| here.named_in(value)))
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
                if self.of_tree
                    && !self
                        .given
                        .get(&Kind::Secret)
                        .is_some_and(|own| own.contains(namespace)) =>
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

fn note(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
    }
}
