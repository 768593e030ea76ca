//! Which checks run.

use igw_core::check::{self, Check};
use igw_core::suppress;

use super::flags::ReportFlags;
use crate::exit::Failure;
use crate::flags::InputFlags;
use crate::product::Product;
use crate::project::Project;

/// The checks of a product, as the flags and the project leave them.
pub struct Selected {
    /// Those that run.
    pub checks: Vec<&'static Check>,
    /// Those, and what is known once they have run.
    pub ran: Vec<&'static Check>,
    /// Everything that may be reported.
    pub all: Vec<&'static Check>,
    pub project: Project,
}

/// Everything that a product may report, by code.
pub fn checks_of(product: &dyn Product) -> Vec<&'static Check> {
    suppress::CHECKS.into_iter().chain(product.checks().iter().copied()).collect()
}

/// Chooses the checks.
///
/// # Errors
/// When a check is named that does not exist, or none is left.
pub fn select(
    product: &dyn Product,
    input: &InputFlags,
    flags: &ReportFlags,
) -> Result<Selected, Failure> {
    let project = input.project()?.clone();
    let all = checks_of(product);
    for wanted in flags.only.iter().chain(&flags.skip) {
        find(&all, wanted)?;
    }
    let file = project.file.clone().unwrap_or_default();
    for wanted in project.skip.iter().chain(project.severity.iter().map(|(check, _)| check)) {
        // The file is for all products: another one's code is none of our business.
        if !check::is_code(wanted) {
            find(&all, wanted).map_err(|failure| Failure {
                message: format!("{file}: {}", failure.message),
                ..failure.hint("name a check of another plugin by its code")
            })?;
        }
    }
    let named = |list: &[String], check: &Check| list.iter().any(|wanted| check.is(wanted));
    let left = |check: &&'static Check| {
        let wanted = named(&flags.only, check);
        (flags.only.is_empty() || wanted)
            && !named(&flags.skip, check)
            && (wanted || !named(&project.skip, check))
    };
    let ran: Vec<_> = all.iter().copied().filter(left).collect();
    let checks: Vec<_> = product.checks().iter().copied().filter(left).collect();
    if ran.is_empty() {
        return Err(Failure::usage("--only and --skip leave no check to run"));
    }
    Ok(Selected { checks, ran, all, project })
}

/// The check that a user names.
///
/// # Errors
/// When there is none of that code or name.
pub fn find(all: &[&'static Check], wanted: &str) -> Result<&'static Check, Failure> {
    if let Some(check) = all.iter().find(|check| check.is(wanted)) {
        return Ok(check);
    }
    let near = all
        .iter()
        .map(|check| (strsim::normalized_damerau_levenshtein(check.name, wanted), check))
        .filter(|(alike, check)| *alike > 0.5 || check.name.contains(wanted))
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut failure = Failure::usage(format!("there is no check {wanted}"));
    if let Some((_, check)) = near {
        failure = failure.hint(format!("did you mean {} {}?", check.code, check.name));
    }
    Err(failure.hint("explain without a name lists all checks"))
}
