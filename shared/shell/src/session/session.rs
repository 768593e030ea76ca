//! A run: what is known, and whatever can be asked for more.

use std::collections::BTreeSet;

use igw_core::check::{Check, Sink};
use igw_core::compare::{self, Compared};
use igw_core::facts::{Facts, Laid, Said, Scope, Store, Why, WhyKind};
use igw_core::rounds::{self, NothingMore};
use igw_core::text;

use super::same_fault;
use crate::clock;
use crate::cluster::Live;
use crate::console::Console;
use crate::exit::Failure;
use crate::flags::ScopeFlags;
use crate::input::files::Input;
use crate::input::tree::TreeTold;
use crate::product::Product;

/// What a run knows.
pub struct Session {
    pub product: &'static dyn Product,
    pub store: Store,
    /// Of files, all worlds; the store is that of the one that was entered last.
    pub worlds: Vec<FileWorld>,
    pub(super) entered: usize,
    /// What was made of the files.
    pub told: TreeTold,
    /// The texts of files.
    pub input: Input,
    /// `live`, `bundle`, `files`, `overlay` or `demo`
    pub mode: &'static str,
    /// The cluster that the knowledge is of; `None` for files.
    pub home: Option<Home>,
    /// The cluster that can be asked for more; `None` for files.
    pub live: Option<Live>,
    /// What is to be laid over the cluster.
    pub(super) over: Vec<Laid>,
}

/// Files that are in one cluster together.
#[derive(Default)]
pub struct FileWorld {
    /// The directory that tells it from others.
    pub name: String,
    /// The documents that are in it.
    pub documents: BTreeSet<u32>,
    /// What is known of it, while another one is entered.
    pub(super) store: Store,
}

/// A cluster that is known, whether it is asked or was saved.
pub struct Home {
    /// The context's name.
    pub context: Option<String>,
    /// The namespace that objects without one belong to; `None` in a bundle of all namespaces.
    pub namespace: Option<String>,
    /// The namespace that is judged; `None`: all.
    pub judged: Option<String>,
    /// When it was saved, RFC 3339.
    pub taken: Option<String>,
}

impl Session {
    /// What is judged: of a cluster the current namespace, unless all are wanted.
    ///
    /// # Errors
    /// When the selector is not understood.
    pub fn scope(&self, flags: &ScopeFlags, names: &[String]) -> Result<Scope, Failure> {
        let mut scope = flags.scope(names.iter().map(|name| self.plain(name)).collect())?;
        if flags.all_namespaces {
            scope.namespace = None;
            return Ok(scope);
        }
        let home = self.home.as_ref().and_then(|home| home.judged.as_ref());
        let Some(namespace) = home.filter(|_| flags.namespace.is_none() || self.live.is_some())
        else {
            return Ok(scope);
        };
        if scope.names.iter().any(|name| name.contains('/')) && flags.namespace.is_none() {
            for name in scope.names.iter_mut().filter(|name| !name.contains('/')) {
                *name = format!("{namespace}/{name}");
            }
        } else {
            scope.namespace = Some(namespace.clone());
        }
        Ok(scope)
    }

    /// `httproute/chat` means the name `chat`; a namespace before the slash stays.
    fn plain(&self, name: &str) -> String {
        match name.split_once('/') {
            Some((kind, rest)) if self.product.types().contains(&kind.to_lowercase().as_str()) => {
                rest.to_owned()
            }
            _ => name.to_owned(),
        }
    }

    /// Goes over to another world of the files.
    pub fn enter(&mut self, number: usize) {
        let entered = std::mem::replace(&mut self.entered, number);
        for number in [entered, number] {
            if let Some(world) = self.worlds.get_mut(number) {
                std::mem::swap(&mut self.store, &mut world.store);
            }
        }
    }

    /// Where things were looked for, in words.
    pub fn place(&self) -> String {
        let Some(home) = &self.home else { return "the input".to_owned() };
        let what = if self.live.is_some() { "the cluster" } else { "the bundle" };
        match &home.context {
            Some(context) => format!("{what} of context {context}"),
            None => what.to_owned(),
        }
    }

    /// The flags that lead kubectl to the same cluster as the same person, as they were given.
    pub fn flags(&self) -> &str {
        self.live.as_ref().map_or("", |live| live.flags())
    }

    /// Lists what the checks of a full scan need, each kind once; a named object asks as it goes.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn gather(&mut self, checks: &[&'static Check], scope: &Scope) -> Result<(), Failure> {
        let Some(live) = &mut self.live else { return Ok(()) };
        if scope.names.is_empty() {
            let needs = checks.iter().flat_map(|check| check.needs).copied();
            live.gather(needs, scope.namespace.as_deref(), &mut self.store);
        } else {
            let named = scope.names.iter().filter_map(|name| name.split_once('/'));
            let mut homes: BTreeSet<String> = named.map(|(home, _)| home.to_owned()).collect();
            homes.extend(scope.namespace.clone());
            live.narrow(homes);
        }
        live.usable()
    }

    /// The same; where objects of all namespaces may not be read and the current one is enough, only
    /// that one is judged, which is noted.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn gather_readable(
        &mut self,
        checks: &[&'static Check],
        mut scope: Scope,
        flags: &ScopeFlags,
        console: &Console,
    ) -> Result<Scope, Failure> {
        self.gather(checks, &scope)?;
        let home = self.home.as_ref().and_then(|home| home.namespace.clone());
        let Some(home) = home.filter(|_| flags.or_less && scope.namespace.is_none()) else {
            return Ok(scope);
        };
        let (sees_others, blind) = {
            let facts = Facts::new(&self.store, &scope);
            let product = [self.product];
            let parts = self.product.parts();
            let parts = if parts.is_empty() { &product[..] } else { parts };
            let mut own = parts.iter().filter(|part| !part.serves_every_namespace());
            let sees = |part: &&dyn Product| {
                part.subjects(&facts).all.iter().any(|own| own.namespace != home)
            };
            (own.any(sees), facts.blind())
        };
        let is_denied = |(.., why): &(_, _, Why)| why.kind == WhyKind::Forbidden;
        if !sees_others && !blind.is_empty() && blind.iter().all(is_denied) {
            let why = blind.first().map(|(.., why)| why.detail.as_str()).unwrap_or_default();
            console.note(&text::clean(&format!(
                "only namespace {home} is judged, because of all namespaces: {why}"
            )));
            scope.namespace = Some(home);
            self.gather(checks, &scope)?;
        }
        Ok(scope)
    }

    /// Works something out of the facts; of a cluster, what it misses is read.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn look<T: PartialEq>(
        &mut self,
        scope: &Scope,
        work: impl Fn(&Facts) -> T,
    ) -> Result<T, Failure> {
        let store = &mut self.store;
        let Some(live) = &mut self.live else {
            return Ok(rounds::follow(store, scope, &mut NothingMore, work));
        };
        let mut out = rounds::follow(store, scope, live, &work);
        let once = |store: &Store| {
            let facts = Facts::new(store, scope);
            (work(&facts), facts.into_asks())
        };
        if live.doubt_matters(store, once) {
            out = rounds::follow(store, scope, live, &work);
        }
        live.usable()?;
        Ok(out)
    }

    /// Runs checks, and reads what they miss.
    ///
    /// # Errors
    /// When the cluster cannot be read.
    pub fn run(&mut self, checks: &[&'static Check], scope: &Scope) -> Result<Vec<Sink>, Failure> {
        let mut sinks = self.look(scope, |facts| rounds::run_checks(checks, facts))?;
        if self.store.answered.values().any(Result::is_err) {
            sinks.iter_mut().for_each(|sink| denied(&self.store, scope, sink));
        }
        same_fault::leave_out(&mut sinks, self.product.same_faults());
        Ok(sinks)
    }

    /// Whether files are to be laid over the cluster.
    pub fn has_overlay(&self) -> bool {
        !self.over.is_empty()
    }

    /// Lays the files over what is known of the cluster, once.
    pub fn lay(&mut self) {
        let over = std::mem::take(&mut self.over);
        if !over.is_empty() {
            let home = self.home.as_ref().and_then(|home| home.namespace.as_deref());
            self.store = self.store.with(over, home.unwrap_or("default"), &clock::now());
        }
    }

    /// Lays objects over what is known of the cluster, and gives what was known before.
    pub fn lay_objects(&mut self, laid: Vec<Laid>) -> Store {
        let home = self.home.as_ref().and_then(|home| home.namespace.as_deref());
        let mut store = self.store.with(laid, home.unwrap_or("default"), &clock::now());
        store.overlaid = true;
        std::mem::replace(&mut self.store, store)
    }

    /// Reads the cluster again.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_again(
        &mut self,
        said: &Said,
        checks: &[&'static Check],
        scope: &Scope,
    ) -> Result<(), Failure> {
        self.store = Store::for_cluster(said.clone());
        if let Some(live) = &mut self.live {
            live.again();
        }
        self.gather(checks, scope)
    }

    /// Reads the cluster again, runs the checks again, and compares; `finish` takes out what shall
    /// not be reported.
    ///
    /// # Errors
    /// When the cluster cannot be read, or `finish` fails.
    pub fn recheck(
        &mut self,
        said: &Said,
        checks: &[&'static Check],
        scope: &Scope,
        before: &[Sink],
        finish: impl Fn(&Store, &mut Vec<Sink>) -> Result<(), Failure>,
    ) -> Result<(Vec<Sink>, Compared), Failure> {
        self.read_again(said, checks, scope)?;
        let mut sinks = self.run(checks, scope)?;
        finish(&self.store, &mut sinks)?;
        let compared = compare::compare(before, &sinks);
        Ok((sinks, compared))
    }
}

/// Lists that a check wanted and that were not to be had: what is in them was not judged, even
/// where the check took what there was. Each check looks on its own here, because a list is asked
/// for by whatever needs it first.
fn denied(store: &Store, scope: &Scope, sink: &mut Sink) {
    let facts = Facts::new(store, scope);
    let check = sink.check();
    (check.run)(&facts, &mut Sink::new(check));
    for (kind, namespace, why) in facts.blind() {
        // What is not asked for a named object does not decide about it.
        let wanted = why.kind != WhyKind::NotAsked;
        if wanted && !sink.gaps().iter().any(|gap| gap.resource == kind.resource()) {
            sink.not_checked(kind, &namespace, why);
        }
    }
}
