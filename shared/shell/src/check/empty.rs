//! A run that judged nothing: no verdict, and no success (contract.md, "Exit codes").

use igw_core::facts::Scope;
use igw_core::facts::views::Namespace;

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
        // A Gateway without routes has passed, and is something.
        let failure = Failure::blind(format!(
            "the input has nothing that {name} judges: give {wants}, or --allow-empty"
        ));
        return Ok((report.summary.passed == 0).then_some(failure));
    }
    let Some(namespace) = scope.namespace.as_deref() else { return Ok(None) };
    let found = session
        .look(&Scope::default(), |facts| facts.get::<Namespace>("", namespace).is_absent())?;
    Ok(found.then(|| {
        Failure::blind(format!("namespace {namespace} does not exist in {}", session.place()))
            .hint("see which there are:   kubectl get namespaces")
    }))
}
