//! Which checks are done, and which Bifrosts are judged.

use igw::exit::Failure;
use igw::load::Loaded;
use igw_core::bifrost::instance;
use igw_core::check::Check as Judge;
use igw_core::facts::{Cx, Scope};

use crate::check::Args;
use crate::checks::ALL;

/// `deployment/bifrost` means the name `bifrost`; a namespace before the slash stays.
pub fn plain(names: &[String]) -> Vec<String> {
    const TYPES: [&str; 12] = [
        "deployment",
        "deployments",
        "deploy",
        "statefulset",
        "statefulsets",
        "sts",
        "daemonset",
        "configmap",
        "configmaps",
        "cm",
        "secret",
        "file",
    ];
    let strip = |name: &String| match name.split_once('/') {
        Some((kind, rest)) if TYPES.contains(&kind.to_lowercase().as_str()) => rest.to_owned(),
        _ => name.clone(),
    };
    names.iter().map(strip).collect()
}

/// The checks that the flags leave.
///
/// # Errors
/// When a name is no check's, or none is left.
pub fn select(args: &Args) -> Result<Vec<&'static dyn Judge>, Failure> {
    for wanted in args.only.iter().chain(&args.skip) {
        if !ALL.iter().any(|check| check.meta().is(wanted)) {
            let near = ALL
                .iter()
                .map(|check| check.meta())
                .map(|meta| (strsim::normalized_damerau_levenshtein(meta.name, wanted), meta))
                .filter(|(alike, meta)| *alike > 0.5 || meta.name.contains(wanted.as_str()))
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            let mut failure = Failure::usage(format!("there is no check {wanted}"));
            if let Some((_, meta)) = near {
                failure = failure.hint(format!("did you mean {} {}?", meta.code, meta.name));
            }
            let known: Vec<&str> = ALL.iter().map(|check| check.meta().code).collect();
            return Err(failure.hint(format!("known: {}", known.join(" "))));
        }
    }
    let named = |list: &[String], check: &&dyn Judge| list.iter().any(|w| check.meta().is(w));
    let left: Vec<_> = ALL
        .iter()
        .copied()
        .filter(|check| args.only.is_empty() || named(&args.only, check))
        .filter(|check| !named(&args.skip, check))
        .collect();
    match left.is_empty() {
        true => Err(Failure::usage("--only and --skip leave no check to do")),
        false => Ok(left),
    }
}

/// A name that no Bifrost has is a slip.
///
/// # Errors
/// With the names that there are.
pub fn unknown_names(loaded: &Loaded, scope: &Scope) -> Result<(), Failure> {
    if scope.names.is_empty() {
        return Ok(());
    }
    let everything = Scope { namespace: scope.namespace.clone(), ..Scope::default() };
    let cx = Cx::new(&loaded.store, &everything);
    let all = instance::all(&cx);
    for name in &scope.names {
        if !all.iter().any(|found| found.subject.is_called(name)) {
            let near: Vec<String> = all.iter().take(8).map(|i| i.subject.title()).collect();
            let failure = Failure::usage(format!("there is no Bifrost {name} in the input"));
            return Err(match near.is_empty() {
                true => failure,
                false => failure.hint(format!("there are: {}", near.join(", "))),
            });
        }
    }
    Ok(())
}
