//! `-k DIR`: a kustomization that the user wants built, whatever is in it.

use std::path::PathBuf;

use super::layout::Layout;
use super::told::TreeTold;
use super::unit::Unit;
use crate::input::files::Problem;

/// Leaves the kustomizations themselves of what is below the directories of `-k`.
pub fn only_named(units: &mut Vec<Unit>, named: &[(PathBuf, String)]) {
    let is_named = |unit: &Unit| {
        let own = || named.iter().any(|(path, _)| *path == unit.directory);
        !unit.kustomizations.is_empty() && own()
    };
    units.retain(|unit| {
        is_named(unit) || !named.iter().any(|(path, _)| unit.directory.starts_with(path))
    });
    for unit in units.iter_mut().filter(|unit| is_named(unit)) {
        unit.to_build = Some(unit.directory.clone());
        unit.leaves_input = true;
        unit.elsewhere.clear();
    }
}

/// Why what the user wants built was not.
pub fn unbuilt(named: &[(PathBuf, String)], layout: &Layout, told: &TreeTold) -> Vec<Problem> {
    let why = |(path, name): &(PathBuf, String)| {
        let shown = |own: &str| std::fs::canonicalize(own).is_ok_and(|own| own == *path);
        match told.not_built.iter().find(|(own, _)| shown(own)) {
            Some((_, why)) => Some((name.clone(), format!("cannot be built: {why}"))),
            None if layout.kustomizations.contains_key(path) => None,
            None => Some((name.clone(), "has no kustomization".to_owned())),
        }
    };
    let problem = |(file, message)| Problem {
        file: Some(file),
        line: None,
        column: None,
        message,
        hint: None,
    };
    named.iter().filter_map(why).map(problem).collect()
}
