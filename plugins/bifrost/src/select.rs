//! Which Bifrosts are judged.

use igw::exit::Failure;
use igw::load::Loaded;
use igw_core::bifrost::instance;
use igw_core::facts::{Cx, Scope};

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
