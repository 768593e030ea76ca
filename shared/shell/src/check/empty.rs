//! A run that judged nothing: no verdict, and no success (contract.md, "Exit codes").

use std::collections::BTreeSet;

use igw_core::facts::views::{Gateway, Namespace, Service};
use igw_core::facts::{Ask, Facts, Scope};
use igw_core::kube::Meta;
use igw_core::report::Elsewhere;

use super::report::CheckRun;
use crate::exit::Failure;
use crate::session::Session;

/// What there was to judge, if that was nothing: files without any object that the product judges,
/// or a namespace that does not exist.
///
/// # Errors
/// When the cluster cannot be read.
pub fn nothing_judged(
    session: &mut Session,
    scope: &Scope,
    run: &CheckRun,
) -> Result<Option<Failure>, Failure> {
    let report = &run.report;
    let judged = !run.subjects.is_empty()
        || !report.findings.is_empty()
        || !report.suppressed.is_empty()
        || !report.unmodelled.is_empty()
        || !report.not_checked.is_empty();
    if judged {
        return Ok(None);
    }
    let product = session.product;
    let (name, wants) = (product.name(), product.wants());
    if session.home.is_none() {
        let namespace = scope.namespace.as_deref();
        // A Gateway without routes has passed, and is something.
        let good = match namespace {
            Some(namespace) => is_given(session, namespace, report.summary.passed > 0)?,
            None => report.summary.passed > 0,
        };
        if good {
            return Ok(None);
        }
        let place = namespace.map(|own| format!(" in namespace {own}")).unwrap_or_default();
        return Ok(Some(Failure::blind(format!(
            "the input has nothing that {name} judges{place}: give {wants}, or --allow-empty"
        ))));
    }
    let Some(namespace) = scope.namespace.as_deref() else { return Ok(None) };
    let found = session
        .look(&Scope::default(), |facts| facts.get::<Namespace>("", namespace).is_absent())?;
    Ok(found.then(|| {
        Failure::blind(format!("namespace {namespace} does not exist in {}", session.place()))
            .hint("see which there are:   kubectl get namespaces")
    }))
}

/// Whether files are about a namespace, and something was judged, or is in another one.
fn is_given(session: &mut Session, namespace: &str, passed: bool) -> Result<bool, Failure> {
    let product = session.product;
    session.look(&Scope::default(), |facts| {
        let is_there = facts.get::<Namespace>("", namespace).known().is_some()
            || !facts.list::<Service>(Some(namespace)).items.is_empty()
            || !facts.list::<Gateway>(Some(namespace)).items.is_empty();
        is_there && (passed || !product.subjects(facts).all.is_empty())
    })
}

/// Where there is something to judge, if a namespace has nothing; `None` where that is not known.
/// Of a cluster at most one list is read for it.
///
/// # Errors
/// When the cluster cannot be read.
pub fn elsewhere(
    session: &mut Session,
    scope: &Scope,
    run: &CheckRun,
) -> Result<Option<Elsewhere>, Failure> {
    if scope.namespace.is_none() || !scope.names.is_empty() || !run.subjects.is_empty() {
        return Ok(None);
    }
    let everywhere = Scope { namespace: None, ..scope.clone() };
    let product = session.product;
    let asks = {
        let facts = Facts::new(&session.store, &everywhere);
        product.subjects(&facts);
        facts.into_asks()
    };
    if asks.len() > 1 || asks.iter().any(|ask| !matches!(ask, Ask::List { .. })) {
        return Ok(None);
    }
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for world in 0..session.worlds.len().max(1) {
        session.enter(world);
        let subjects = session.look(&everywhere, |facts| product.subjects(facts))?;
        if subjects.gap && session.home.is_some() {
            return Ok(None);
        }
        let named = |meta: &Meta| (meta.namespace.clone(), meta.title());
        found.extend(subjects.all.iter().map(named));
    }
    session.enter(0);
    let namespaces: BTreeSet<&str> = found.iter().map(|(home, _)| home.as_str()).collect();
    let (objects, namespaces) = (found.len(), namespaces.len());
    Ok((objects > 0).then_some(Elsewhere { objects, namespaces }))
}
