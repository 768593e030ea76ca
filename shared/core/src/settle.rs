//! The rounds: checks run, what they miss is asked, they run again.

use std::collections::BTreeSet;

use crate::check::{Check, Sink};
use crate::facts::{Ask, Cx, Scope, Store, Version};
use crate::scene::Scene;

/// After so many rounds what is still not known stays unknown. The longest way that a rule goes
/// from an empty store is Gateway, class, routes, policy, extension, Service, EndpointSlices.
pub const MOST_ROUNDS: usize = 8;

/// The end of a round.
#[derive(Debug, PartialEq)]
pub struct Round {
    /// What each check said, in the order of the checks.
    pub sinks: Vec<Sink>,
    /// What they missed; empty: done.
    pub asks: BTreeSet<Ask>,
}

/// Runs every check once. Whoever drives this answers the asks into the store and calls again, at
/// most [`MOST_ROUNDS`] times; that keeps IO, and whether it is asynchronous, out of here.
pub fn round(checks: &[&dyn Check], store: &Store, scope: &Scope) -> Round {
    let scene = Scene::new(store, scope);
    let sinks = look(checks, &scene);
    Round { sinks, asks: scene.into_cx().into_asks() }
}

/// Runs every check once on a view that the caller keeps, for where nothing more can be asked.
pub fn look(checks: &[&dyn Check], scene: &Scene) -> Vec<Sink> {
    let look = |check: &&dyn Check| {
        let mut sink = Sink::new(check.meta());
        check.run(scene, &mut sink);
        sink.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        sink
    };
    checks.iter().map(look).collect()
}

/// Answers asks: the API server, a bundle, or (for files) nobody.
pub trait Source {
    /// Answers into the store. An ask without an answer stays unknown.
    fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store);
}

/// Everything there is to know was read before: what is missing follows from the world's rules.
pub struct Files;

impl Source for Files {
    fn answer(&mut self, _asks: BTreeSet<Ask>, _store: &mut Store) {}
}

/// Works something out of the facts, and again as long as it misses some that a source has.
pub fn follow<T>(
    store: &mut Store,
    scope: &Scope,
    source: &mut dyn Source,
    work: impl Fn(&Cx) -> T,
) -> T {
    for _ in 1..MOST_ROUNDS {
        let cx = Cx::new(store, scope);
        let out = work(&cx);
        let asks = cx.into_asks();
        if asks.is_empty() {
            return out;
        }
        source.answer(asks, store);
    }
    work(&Cx::new(store, scope))
}

/// Whether every observed version of kgateway leads to the same; from then on the settings say so.
pub fn whatever_version<T: PartialEq>(store: &mut Store, work: impl Fn(&Store) -> T) -> bool {
    let own = store.settings.kgateway_seen;
    store.settings.whatever_version = true;
    let mut by = Version::KGATEWAYS.into_iter().map(|version| {
        store.settings.kgateway_seen = Some(version);
        work(store)
    });
    let first = by.next();
    let same = by.all(|other| Some(&other) == first.as_ref());
    store.settings.kgateway_seen = own;
    store.settings.whatever_version = same;
    same
}

/// Drives the rounds with a source.
pub fn settle(
    checks: &[&dyn Check],
    store: &mut Store,
    scope: &Scope,
    source: &mut dyn Source,
) -> Vec<Sink> {
    let mut last = round(checks, store, scope);
    for _ in 1..MOST_ROUNDS {
        if last.asks.is_empty() {
            break;
        }
        source.answer(std::mem::take(&mut last.asks), store);
        last = round(checks, store, scope);
    }
    last.sinks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Meta;
    use crate::facts::views::Namespace;
    use crate::facts::{Fact, Kind, WhyKind, decode};
    use crate::finding::Severity;

    /// A check that wants to know whether a Namespace exists.
    struct Wants;

    static META: Meta = Meta {
        code: "IGW0000",
        name: "test",
        severity: Severity::Error,
        needs: &[],
        source: "//! # Test",
    };

    impl Check for Wants {
        fn meta(&self) -> &'static Meta {
            &META
        }

        fn run(&self, cx: &Scene, out: &mut Sink) {
            match cx.get::<Namespace>("", "models") {
                Fact::Known(_) => out.passed(),
                Fact::Absent => {}
                Fact::Unknown(why) => out.not_checked(Kind::Namespace, "", why),
            }
        }
    }

    /// A cluster that knows one Namespace, or refuses to tell.
    struct Cluster {
        forbidden: bool,
        asked: Vec<Ask>,
    }

    impl Source for Cluster {
        fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store) {
            for ask in asks {
                self.asked.push(ask.clone());
                let why = crate::facts::Why { kind: WhyKind::Forbidden, detail: "get".into() };
                let answer = if self.forbidden { Err(why) } else { Ok(()) };
                store.answered.insert(ask, answer);
                if !self.forbidden {
                    let object = serde_json::json!({
                        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "models" },
                    });
                    decode(store, object, Default::default(), "default");
                }
            }
        }
    }

    #[test]
    fn a_miss_is_asked_once_and_then_known() {
        let (mut store, scope) = (Store::default(), Scope::default());
        let mut cluster = Cluster { forbidden: false, asked: Vec::new() };
        let sinks = settle(&[&Wants], &mut store, &scope, &mut cluster);
        assert_eq!((sinks[0].passed, sinks[0].gaps().len()), (1, 0));
        let name = "models".to_owned();
        let get = Ask::Get { kind: Kind::Namespace, namespace: String::new(), name };
        assert_eq!(cluster.asked, [get]);
    }

    #[test]
    fn denied_is_not_checked() {
        let (mut store, scope) = (Store::default(), Scope::default());
        let mut cluster = Cluster { forbidden: true, asked: Vec::new() };
        let sinks = settle(&[&Wants], &mut store, &scope, &mut cluster);
        let gaps = sinks[0].gaps();
        assert_eq!((sinks[0].passed, gaps.len(), cluster.asked.len()), (0, 1, 1));
        assert_eq!(gaps[0].why.kind, WhyKind::Forbidden);
    }
}
