//! Trees with planted faults: with kubectl on PATH all are found, without it none that is not
//! there.

use igw_tests::tree;

use crate::program::command;

/// Whether kubectl is on PATH; the lab tests the same with its own.
fn has_kubectl() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|home| home.join("kubectl").is_file())
}

#[test]
fn planted_faults_are_found() {
    let built = has_kubectl();
    let wrong: Vec<String> =
        tree::all().iter().flat_map(|tree| tree::judge(tree, command(&[]), built)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_else_is_found_where_nothing_is_built() {
    let wrong: Vec<String> =
        tree::all().iter().flat_map(|tree| tree::judge(tree, command(&[]), false)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
