//! The rounds: checks run, what they miss is asked, they run again.

use std::collections::BTreeSet;

use crate::check::{Check, Sink};
use crate::facts::{Ask, Facts, Scope, Store};
use crate::kube::ObjRef;

/// After so many rounds what is still not known stays unknown. The longest way that a rule goes
/// from an empty store is Gateway, class, routes, policy, extension, Service, EndpointSlices.
pub const MOST_ROUNDS: usize = 8;

/// Answers asks: the API server, a bundle, or (for files) nothing.
pub trait Source {
    /// Answers into the store. An ask without an answer stays unknown.
    fn answer(&mut self, asks: BTreeSet<Ask>, store: &mut Store);
}

/// Everything there is to know was read before: what is missing follows from the world's rules.
pub struct NothingMore;

impl Source for NothingMore {
    fn answer(&mut self, _asks: BTreeSet<Ask>, _store: &mut Store) {}
}

/// Works something out of the facts, and again as long as it misses some that a source has.
pub fn follow<T>(
    store: &mut Store,
    scope: &Scope,
    source: &mut dyn Source,
    work: impl Fn(&Facts) -> T,
) -> T {
    for _ in 1..MOST_ROUNDS {
        let facts = Facts::new(store, scope);
        let out = work(&facts);
        let asks = facts.into_asks();
        if asks.is_empty() {
            return out;
        }
        source.answer(asks, store);
    }
    work(&Facts::new(store, scope))
}

/// Runs every check once; what each says stands in the order of the checks.
pub fn run_checks(checks: &[&'static Check], facts: &Facts) -> Vec<Sink> {
    let run = |check: &&'static Check| {
        let mut sink = Sink::new(check);
        (check.run)(facts, &mut sink);
        sink.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        sink
    };
    let mut sinks: Vec<Sink> = checks.iter().map(run).collect();
    leave_out_covered(&mut sinks);
    sinks
}

/// Takes out the findings that a finding of another check covers: one fault is one finding.
pub fn leave_out_covered(sinks: &mut [Sink]) {
    let covers = sinks.iter().flat_map(|sink| &sink.findings).flat_map(|own| &own.covers);
    let covered: Vec<(&'static str, ObjRef)> = covers.cloned().collect();
    for sink in sinks.iter_mut().filter(|_| !covered.is_empty()) {
        sink.findings.retain(|own| {
            !covered.iter().any(|(code, object)| *code == own.code && *object == own.object)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::views::Namespace;
    use crate::facts::{Fact, WhyKind, decode};
    use crate::finding::Severity;
    use crate::kube::Kind;

    /// A check that wants to know whether a Namespace exists.
    static WANTS: Check = Check {
        code: "IGW0000",
        name: "test",
        severity: Severity::Error,
        needs: &[],
        page: "//! # Test",
        run: |facts, out| match facts.get::<Namespace>("", "models") {
            Fact::Known(_) => out.passed(),
            Fact::Absent => {}
            Fact::Unknown(why) => out.not_checked(Kind::Namespace, "", why),
        },
    };

    fn settled(store: &mut Store, source: &mut dyn Source) -> Sink {
        follow(store, &Scope::default(), source, |facts| run_checks(&[&WANTS], facts)).remove(0)
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
        let mut store = Store::default();
        let mut cluster = Cluster { forbidden: false, asked: Vec::new() };
        let sink = settled(&mut store, &mut cluster);
        assert_eq!((sink.passed, sink.gaps().len()), (1, 0));
        let name = "models".to_owned();
        let get = Ask::Get { kind: Kind::Namespace, namespace: String::new(), name };
        assert_eq!(cluster.asked, [get]);
    }

    #[test]
    fn denied_is_not_checked() {
        let mut store = Store::default();
        let mut cluster = Cluster { forbidden: true, asked: Vec::new() };
        let sink = settled(&mut store, &mut cluster);
        let gaps = sink.gaps();
        assert_eq!((sink.passed, gaps.len(), cluster.asked.len()), (0, 1, 1));
        assert_eq!(gaps[0].why.kind, WhyKind::Forbidden);
    }
}
