//! From what checks said to a report.

use std::collections::BTreeSet;

use igw_core::check::Sink;
use igw_core::compare;
use igw_core::facts::{Facts, Scope, Store};
use igw_core::finding::Finding;
use igw_core::kube::Meta;
use igw_core::report::{
    Drawing, Elsewhere, Gap, InputSummary, Located, Report, Summary, Theme, UnmodelledKind,
};
use igw_core::suppress::{self, SuppressedBy, Suppression};

use super::flags::ReportFlags;
use super::select::Selected;
use crate::baseline;
use crate::exit::Failure;
use crate::product::Product;
use crate::session::Session;

pub struct CheckRun {
    pub report: Report,
    /// What each check said; of several worlds those of the first.
    pub sinks: Vec<Sink>,
    /// What stands above the findings.
    pub head: String,
    /// The objects that were judged.
    pub subjects: BTreeSet<String>,
    /// Where there are others, if there is none and that is known.
    pub elsewhere: Option<Elsewhere>,
    /// The system as it was found, for a page; of several worlds the first.
    pub drawing: Option<Drawing>,
}

impl CheckRun {
    /// What is known of a run while its facts are.
    pub fn of(
        session: &Session,
        facts: &Facts,
        theme: &Theme,
        report: Report,
        sinks: Vec<Sink>,
    ) -> CheckRun {
        let product = session.product;
        let subjects = product.subjects(facts).all.iter().map(Meta::title).collect();
        let head = product.head(facts, theme);
        CheckRun { report, sinks, head, subjects, elsewhere: None, drawing: None }
    }
}

/// A finding that is not reported, and why.
pub type Suppressed = (Finding, Suppression);

/// Takes out what shall not be reported, and gives what is left the severities of the project.
///
/// # Errors
/// When the baseline cannot be read.
pub fn finish(
    selected: &Selected,
    flags: &ReportFlags,
    store: &Store,
    scope: &Scope,
    sinks: &mut Vec<Sink>,
) -> Result<Vec<Suppressed>, Failure> {
    let mut suppressed = suppress::annotated(store, scope, sinks, &selected.all, &selected.ran);
    if let Some(file) = &flags.baseline {
        let known = compare::take_from_sinks(sinks, &baseline::read(file)?);
        suppressed.extend(known.into_iter().map(|finding| is_known(finding, file)));
    }
    weigh(selected, sinks);
    Ok(suppressed)
}

/// A finding that is in something of before.
pub fn is_known(finding: Finding, before: &str) -> Suppressed {
    let reason = format!("already in {before}");
    (finding, Suppression { by: SuppressedBy::Baseline, reason })
}

/// The severities that the project gives. What a check itself calls less bad stays so.
pub fn weigh(selected: &Selected, sinks: &mut [Sink]) {
    for sink in sinks {
        let check = sink.check();
        let severity = selected.project.severity.iter().rev();
        let Some((_, wanted)) = severity.into_iter().find(|(name, _)| check.is(name)) else {
            continue;
        };
        for finding in &mut sink.findings {
            finding.severity = match finding.severity == check.severity {
                true => *wanted,
                false => finding.severity.min(*wanted),
            };
        }
    }
}

/// The report of a run with these findings.
pub fn report(
    selected: &Selected,
    session: &Session,
    facts: &Facts,
    sinks: &[Sink],
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
) -> Report {
    let product = session.product;
    let locate = product.locator(&session.input, facts);
    let reported = findings.into_iter().map(|finding| Located {
        location: locate(&finding),
        finding,
        suppression: None,
    });
    let findings = sorted(reported.collect());
    let suppressed = suppressed.into_iter().map(|(finding, suppression)| Located {
        location: locate(&finding),
        finding,
        suppression: Some(suppression),
    });
    let suppressed = sorted(suppressed.collect());
    let mut gaps: Vec<_> = sinks.iter().flat_map(Sink::gaps).collect();
    gaps.sort();
    let mut summary = Summary {
        objects: session.store.objects,
        passed: sinks.iter().map(|sink| sink.passed).sum(),
        not_checked: gaps.len(),
        ..Summary::default()
    };
    summary.count(&findings);
    let files = session.input.files.iter().map(|file| file.name.clone());
    Report {
        api_version: "igw.dev/v1alpha1",
        kind: "Report",
        tool: product.tool(),
        input: InputSummary {
            mode: session.mode,
            context: session.home.as_ref().and_then(|home| home.context.clone()),
            taken: session.home.as_ref().and_then(|home| home.taken.clone()),
            files: files.collect(),
            skipped: session.input.skipped,
            settings: selected.project.file.clone(),
        },
        assumptions: product.assumptions(facts),
        findings,
        suppressed,
        not_checked: gaps.into_iter().map(Gap::from).collect(),
        unmodelled: unmodelled(product, facts),
        summary,
        vanishes: None,
        extra: product.extra(facts),
    }
}

/// Findings without a place.
pub fn bare(findings: Vec<Finding>) -> Vec<Located> {
    let bare = |finding| Located { finding, location: None, suppression: None };
    sorted(findings.into_iter().map(bare).collect())
}

fn sorted(mut findings: Vec<Located>) -> Vec<Located> {
    findings.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    findings
}

/// The kinds of routes that no rule reads, and the charts that are not rendered.
fn unmodelled(product: &dyn Product, facts: &Facts) -> Vec<UnmodelledKind> {
    let mut out: Vec<UnmodelledKind> = product.unrendered(facts);
    let routes = facts.store.others.iter().filter(|other| other.route.is_some());
    for other in routes.chain(product.not_modelled(facts)) {
        match out
            .iter_mut()
            .find(|kind| other.meta.kind == kind.kind.as_str() && kind.says.is_none())
        {
            Some(kind) => kind.objects += 1,
            None => out.push(UnmodelledKind {
                kind: other.meta.kind.to_string(),
                objects: 1,
                says: None,
            }),
        }
    }
    out.sort_by(|a, b| a.kind.cmp(&b.kind));
    out
}
