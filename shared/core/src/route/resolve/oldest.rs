//! Several routes take a request alike, and the files do not say which of them is the oldest.

use super::super::gateway::Compiled;
use super::super::matching::{self, Fit};
use super::super::precedence::{self, RankedMatch};
use super::super::request::Request;
use super::super::table::Host;
use super::super::trace::*;
use super::walk::Walk;
use crate::facts::Facts;
use crate::kube::{Meta, full_name};
use crate::text;

/// How many outcomes are told one by one.
const MOST: usize = 4;

/// What becomes of a request if a route is the oldest.
struct IfOldest<'p> {
    route: &'p Meta,
    /// The rule, as a place.
    at: String,
    trace: Trace,
}

impl Walk<'_> {
    /// Ends with the entry at this place, or, where another route may be older and the outcome is
    /// another then, with what the outcome depends on.
    ///
    /// Of equal matches the older route wins, then the first by `namespace/name` (hr:203-207). What
    /// is in one file is applied at once, and as old to the second (recorded), so that the name
    /// decides: this is assumed of an error, and the trace says so. That all is good is not assumed
    /// where another route would make it an error, nor anything between files, unless the status is
    /// the same.
    pub(super) fn oldest(
        &mut self,
        facts: &Facts,
        compiled: &Compiled,
        request: &Request,
        pattern: &str,
        host: &Host,
        at: usize,
    ) {
        let first = &host.entries[at];
        let before = self.trace.clone();
        self.won(facts, compiled, request, pattern, host, first);
        let mut others: Vec<IfOldest> = Vec::new();
        let mut own = &first.route.meta;
        for entry in &host.entries[at + 1..] {
            let Some((one, other)) = precedence::undecided(first, entry, &compiled.profile) else {
                // Equal matches stand together, those of one route among them.
                if entry.root().meta.is_same(&first.root().meta) { continue } else { break }
            };
            let route = &other.meta;
            let fit = matching::test(request, &entry.one, &compiled.profile);
            if matches!(fit, Fit::No(_)) || others.iter().any(|other| other.route.is_same(route)) {
                continue;
            }
            let mut walk = Walk { request: self.request, trace: before.clone() };
            match fit {
                Fit::Unknown(says) => walk.cannot_say(&says),
                _ => walk.won(facts, compiled, request, pattern, host, entry),
            }
            if !is_same(&self.trace, &walk.trace) {
                own = &one.meta;
                others.push(IfOldest { route, at: place(entry), trace: walk.trace });
            }
        }
        if !others.is_empty() {
            let trace = self.trace.clone();
            self.open(before, IfOldest { route: own, at: place(first), trace }, others);
        }
    }

    /// Says on what the outcome depends. The first outcome is that of the name.
    fn open(&mut self, before: Trace, first: IfOldest, others: Vec<IfOldest>) {
        let titles: Vec<String> = others.iter().map(|other| other.route.title()).collect();
        let older = if others.len() == 1 { "older" } else { "oldest" };
        if let Some(step) = self.trace.steps.iter_mut().find(|step| step.at == first.at) {
            let rivals = text::some_of(&titles, MOST - 1);
            step.says = format!("{}; of {rivals}, if that is the {older} one", step.says);
        }
        let status = |trace: &Trace| {
            let Verdict { status, possible, unknown, .. } = &trace.verdict;
            (*status, possible.clone(), unknown.is_some())
        };
        let mut all = vec![first];
        all.extend(others);
        let first = &all[0];
        if first.trace.verdict.unknown.is_some() {
            return;
        }
        let differs = |other: &&IfOldest| status(&other.trace) != status(&first.trace);
        let good = first.trace.verdict.status.is_some_and(|status| status < 400);
        let apart = |other: &&IfOldest| other.route.origin.file != first.route.origin.file;
        if !all.iter().any(|other| differs(&other) && (good || apart(&other))) {
            let outcomes: Vec<String> = all[1..].iter().take(MOST).map(told).collect();
            self.trace.assumed.push(format!(
                "{} is as old as {}, and takes the request by its name; the {older} route wins, and the files do not give the ages: {}",
                first.route.title(),
                text::some_of(&titles, MOST - 1),
                text::list(&outcomes)
            ));
            return;
        }
        let names: Vec<String> = all.iter().map(|own| own.route.title()).collect();
        let outcomes: Vec<String> = all.iter().take(MOST).map(told).collect();
        let why = format!(
            "it depends on which of {} is {older}, and the files do not give the ages: {}",
            text::some_of(&names, MOST),
            text::list(&outcomes)
        );
        let rule = self.trace.steps.iter().position(|step| step.at == first.at);
        let kept = rule.map_or(before.steps.len(), |rule| rule + 1);
        self.trace.steps.truncate(kept);
        for own in all.iter().take(MOST) {
            let verdict = &own.trace.verdict;
            let which = if all.len() == 2 { "older" } else { "the oldest" };
            let says = format!("if {} is {which}: {}", own.route.title(), verdict.says);
            self.step(Stage::Rule, says, own.at.clone());
        }
        // What is known of one of them only.
        (self.trace.forwarded, self.trace.redirect) = (None, None);
        self.trace.backends.clear();
        self.trace.limits.clear();
        self.cannot_say(&why);
        let mut possible: Vec<Possible> = Vec::new();
        for one in all.iter().flat_map(|own| &own.trace.verdict.possible) {
            match possible.iter_mut().find(|own| own.status == one.status) {
                Some(own) => own.share = own.share.max(one.share),
                None => possible.push(one.clone()),
            }
        }
        possible.sort_by_key(|one| one.status);
        self.trace.verdict.possible = possible;
    }
}

/// The field of a match.
fn place(entry: &RankedMatch) -> String {
    let (title, rule, index) = (entry.route.meta.title(), entry.rule, entry.index);
    format!("{title}, spec.rules[{rule}].matches[{index}]")
}

/// `500 if it is a/b`.
fn told(own: &IfOldest) -> String {
    let verdict = &own.trace.verdict;
    let status = match (verdict.status, &verdict.unknown) {
        (Some(200), _) if verdict.by == AnsweredBy::Backend => match own.trace.backends.first() {
            Some(to) => format!("200 from {} {}", to.kind, full_name(&to.namespace, &to.name)),
            None => "200".to_owned(),
        },
        (Some(status), _) => status.to_string(),
        (None, Some(_)) => "not known".to_owned(),
        (None, None) => "no answer".to_owned(),
    };
    format!("{status} if it is {}", own.route.full_name())
}

/// Whether two outcomes are the same for clients and backends.
fn is_same(a: &Trace, b: &Trace) -> bool {
    let backends = |trace: &Trace| -> Vec<_> {
        let all = trace.backends.iter().filter(|own| own.share > 0.0);
        all.map(|own| {
            (
                own.kind.clone(),
                own.namespace.clone(),
                own.name.clone(),
                own.port,
                own.share.to_bits(),
            )
        })
        .collect()
    };
    let (one, other) = (&a.verdict, &b.verdict);
    (one.status, one.by, &one.possible, &one.unknown)
        == (other.status, other.by, &other.possible, &other.unknown)
        && backends(a) == backends(b)
        && a.forwarded == b.forwarded
        && a.redirect == b.redirect
}
